/// Why a call to PostgreSQL failed.
///
/// The text names the server without user and password, and repeats the server's main message only: its details may hold data.
package struct PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        case unreachable
        /// The server wants other credentials, or has no such database: somebody has to correct the configuration.
        case login
        /// The server's certificate has expired, names another host, or comes from an authority that is not trusted.
        case untrusted
        /// The server is starting up or has no connection left.
        case notReady
        /// The call's own deadline has passed.
        case deadline
        case cancelled
        /// As many calls are waiting for a connection as are allowed to.
        case poolExhausted
        /// The connection broke, or the server ended it.
        case connectionLost
        /// A serialization failure or deadlock that repeating did not resolve.
        case conflict
        case lockTimeout
        case statementTimeout
        /// The server takes no writes: a standby, or one that is set read-only.
        case readOnly
        /// The server's disk or memory is full.
        case outOfResources
        /// The server refused the statement for another reason.
        case statement
        /// What the server sent is not what was asked for.
        case unexpectedResult
        case shutDown
    }

    package var kind: Kind
    package var server: String
    package var cause: String
    /// The five characters of the SQL standard, where the server gave them.
    package var state: String?
    /// Whether the change may have been made although no answer came; a caller then repeats it only if that does no harm.
    package var isOutcomeUnknown: Bool

    package init(_ kind: Kind, server: String, cause: String, state: String? = nil, isOutcomeUnknown: Bool = false) {
        self.kind = kind
        self.server = server
        self.cause = cause.oneLine
        self.state = state
        self.isOutcomeUnknown = isOutcomeUnknown
    }

    package var description: String {
        let what = "PostgreSQL at \(server)"
        let code = state.map { " (\($0))" } ?? ""
        let text =
            switch kind {
            case .unreachable: "\(what) cannot be reached: \(cause). Check the address and that the server is running"
            case .login: "\(what) refused the login: \(cause)\(code). Check user, password and database"
            case .untrusted:
                "\(what) is not trusted: \(cause). Check its certificate's end, name and authority, and the file that sslrootcert names"
            case .notReady: "\(what) cannot serve now: \(cause)\(code). It is tried again"
            case .deadline: "\(what) did not answer in time: \(cause). Check its load and the network"
            case .cancelled: "a call to \(what) was given up by its caller"
            case .poolExhausted: "\(what) is not asked: \(cause). Raise database.poolMax or look for what is slow"
            case .connectionLost: "the connection to \(what) broke: \(cause)\(code). A new one is made"
            case .conflict: "\(what) gave up a transaction that met others again and again: \(cause)\(code). Try again"
            case .lockTimeout: "\(what) did not get a lock in time: \(cause)\(code). Look for what holds it in pg_locks"
            case .statementTimeout: "\(what) ended a statement that took too long: \(cause)\(code). Look at its load"
            case .readOnly: "\(what) takes no writes: \(cause)\(code). Point database.url to the primary server"
            case .outOfResources: "\(what) has run out of room: \(cause)\(code). Free disk or memory there"
            case .statement: "\(what) refused a statement: \(cause)\(code). See the server's log"
            case .unexpectedResult: "\(what) gave an unexpected result: \(cause). Check that the tables are Hearth's"
            case .shutDown: "\(what) is not asked any more: the service is stopping"
            }
        return text + (isOutcomeUnknown ? "; whether the change was made is unknown" : "")
    }

    /// Whether the same work may succeed when it is simply done again.
    var deservesRepetition: Bool {
        switch kind {
        case .conflict, .connectionLost: !isOutcomeUnknown
        case .unreachable, .login, .untrusted, .notReady, .deadline, .cancelled, .poolExhausted, .lockTimeout, .statementTimeout, .readOnly,
            .outOfResources, .statement, .unexpectedResult, .shutDown:
            false
        }
    }

    /// What a SQLSTATE means here (appendix A of PostgreSQL's manual).
    static func kind(ofState state: String) -> Kind {
        switch state {
        case "40001", "40P01": .conflict
        case "25006": .readOnly
        case "55P03": .lockTimeout
        case "57014": .statementTimeout
        // Administrator shutdown, crash shutdown, idle-in-transaction and idle-session time-outs: the server closes the connection.
        case "57P01", "57P02", "57P05", "25P03": .connectionLost
        case "57P03", "53300": .notReady
        case "3D000": .login
        case _ where state.hasPrefix("28"): .login
        case _ where state.hasPrefix("08"): .connectionLost
        case _ where state.hasPrefix("53"): .outOfResources
        default: .statement
        }
    }
}
