/// Why Redis did not do what it was asked.
package struct RedisError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// There is no connection, or it ended before the reply.
        case unreachable
        /// No complete reply before the deadline; whether the command was carried out is unknown.
        case timeout
        /// Too many failures in a row: for a while nothing is sent.
        case breakerOpen
        /// Too many commands wait for replies.
        case overloaded
        /// The caller went away.
        case cancelled
        /// The command is longer than a server accepts.
        case tooLarge
        /// What came back was no reply.
        case protocolViolation
        /// The server refused the login, or what comes with it.
        case handshake
        /// The server answered with an error.
        case reply(RedisErrorReply)
        /// The reply has not the form that the command promises.
        case unexpectedReply
    }

    package let kind: Kind
    /// Without user and password.
    package let address: String
    package let cause: String

    package init(_ kind: Kind, address: String, cause: String) {
        self.kind = kind
        self.address = address
        self.cause = cause.oneLine
    }

    package var description: String {
        switch kind {
        case .unreachable: "Redis at \(address) cannot be reached: \(cause). Check the address and that the server is running"
        case .timeout: "Redis at \(address) did not answer in time: \(cause). Check the server's load and the network"
        case .breakerOpen: "Redis at \(address) is not asked for now: \(cause). It is tried again by itself"
        case .overloaded:
            "Redis at \(address) has too many commands to answer: \(cause). Raise REDIS_POOL_MAX or look at the server's load"
        case .cancelled: "The caller of Redis at \(address) went away"
        case .tooLarge: "A command for Redis at \(address) is too long: \(cause)"
        case .protocolViolation: "What Redis at \(address) sent is no reply: \(cause). Check that it is a Redis server"
        case .handshake: "Redis at \(address) refused the login: \(cause). Check user, password and database"
        case .reply(let reply): "Redis at \(address) refused a command: \(reply)"
        case .unexpectedReply: "Redis at \(address) gave an unexpected reply: \(cause)"
        }
    }
}
