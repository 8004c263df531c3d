/// The bounds of the connections to one server.
package struct RedisPoolOptions: Sendable {
    package var minimumConnections = 10
    package var maximumConnections = 50
    /// Connections beyond the minimum are closed when none of them has been of use for this long.
    package var idleTime = Duration.seconds(60)
    /// Requests that may wait on one connection; beyond it further ones are refused at once.
    package var pendingLimit = 4096
    /// Requests on each of the busiest connections from which on others help.
    package var spillLimit = 128
    /// What a server accepts in one word (`proto-max-bulk-len`); more is refused before it is sent.
    package var maximumWordBytes = 512 << 20
    package var breaker = CircuitBreaker.Policy()
    package var connection: RedisConnectionOptions

    package init(connection: RedisConnectionOptions = RedisConnectionOptions()) {
        self.connection = connection
    }
}

/// What a request is for, which decides the connection it takes.
package enum RedisLane: Sendable {
    /// Somebody waits for the reply: a connection with little on its mind.
    case interactive
    /// Work that may take the server a while, kept off the connections that answers are waiting on.
    case bulk
}
