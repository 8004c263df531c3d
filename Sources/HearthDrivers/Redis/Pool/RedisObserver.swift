package import HearthTelemetry

/// What happens to the connections of a Redis server, for those who count it.
package protocol RedisObserver: Sendable {
    func breakerChanged(to state: CircuitBreaker.State)
    func connected(_ outcome: RedisConnectOutcome)
    /// The server answered with an error, whatever is done about it, or an attempt to connect came to nothing.
    func failed(with error: RedisError)
    /// The server's certificate, as it came with the TLS handshake of a new connection, is good until then.
    func certificateShown(expiresAt end: Timestamp)
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

extension RedisObserver {
    package func failed(with error: RedisError) {}
    package func certificateShown(expiresAt end: Timestamp) {}
}
