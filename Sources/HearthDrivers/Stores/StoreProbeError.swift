/// Why a store could not be reached or refused to work with Hearth.
///
/// The text names the address without user and password.
package struct StoreProbeError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// The configured address cannot be read.
        case address
        case unreachable
        /// No complete answer before the deadline.
        case timeout
        /// The server wants other credentials.
        case refused
        /// The server answered, but cannot serve (loading, shutting down, too many clients, no such database).
        case notReady
        /// An earlier probe of this store still waits for the system's name resolver.
        case busy
    }

    package var kind: Kind
    package var store: String
    package var address: String
    package var cause: String

    package init(kind: Kind, store: String, address: String, cause: String) {
        self.kind = kind
        self.store = store
        self.address = address
        self.cause = cause.oneLine
    }

    package var description: String {
        switch kind {
        case .address: "The \(store) address cannot be read: \(cause)."
        case .unreachable: "\(store) at \(address) cannot be reached: \(cause). Check the address and that the server is running."
        case .timeout: "\(store) at \(address) did not answer in time: \(cause). Check the server's load and the network."
        case .refused: "\(store) at \(address) refused the login: \(cause). Check user, password and database."
        case .notReady: "\(store) at \(address) cannot serve now: \(cause). See the server's log."
        case .busy: "\(store) at \(address) is still being asked: \(cause)."
        }
    }
}

/// What a successful probe found.
package struct StoreProbeResult: Sendable, Equatable {
    /// The whole probe: connection, login and one question.
    package var latency: Duration
    /// What the probe could not check; nil when all was checked.
    package var limitation: String?

    package init(latency: Duration, limitation: String? = nil) {
        self.latency = latency
        self.limitation = limitation
    }
}
