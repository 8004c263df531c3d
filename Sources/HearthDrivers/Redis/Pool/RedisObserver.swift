/// What happens to the connections of a Redis server, for those who count it.
package protocol RedisObserver: Sendable {
    func breakerChanged(to state: CircuitBreaker.State)
    func connected(_ outcome: RedisConnectOutcome)
    /// Something came that is no reply.
    func protocolFailed()
    /// The map of a cluster's slots was read again.
    func topologyRefreshed()
}

package enum RedisConnectOutcome: Sendable {
    case ok
    case error
    /// The server refused the login, or what comes with it.
    case handshake
}
