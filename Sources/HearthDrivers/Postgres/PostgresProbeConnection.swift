import CPostgres
import Glibc
import HearthTelemetry

/// A libpq connection for one probe. It belongs to the thread that made it and closes itself.
@safe struct PostgresProbeConnection: ~Copyable {
    private let connection: OpaquePointer
    private let address: PostgresAddress
    private let remaining: () -> Duration

    private init(connection: OpaquePointer, address: PostgresAddress, remaining: @escaping () -> Duration) {
        unsafe self.connection = connection
        self.address = address
        self.remaining = remaining
    }

    deinit {
        unsafe PQfinish(connection)
    }

    /// - Parameter remaining: the time left; every wait ends when it is over.
    static func open(
        to address: PostgresAddress,
        remaining: @escaping () -> Duration
    ) throws(StoreProbeError) -> PostgresProbeConnection {
        // libpq copies the address, and returns nil only when memory is out.
        guard let handle = unsafe PQconnectStart(address.url.reveal()) else {
            throw StoreProbeError(kind: .unreachable, store: "PostgreSQL", address: "\(address)", cause: "out of memory")
        }
        let connection = unsafe PostgresProbeConnection(connection: handle, address: address, remaining: remaining)
        try connection.finishConnecting()
        return connection
    }

    func selectOne() throws(StoreProbeError) {
        guard unsafe PQsendQuery(connection, "SELECT 1") == 1 else { throw failure() }
        while unsafe PQflush(connection) == 1 { try wait(for: POLLOUT) }
        while unsafe PQisBusy(connection) == 1 {
            try wait(for: POLLIN)
            guard unsafe PQconsumeInput(connection) == 1 else { throw failure() }
        }
        guard let result = unsafe PQgetResult(connection) else { throw failure() }
        defer { unsafe PQclear(result) }
        guard unsafe PQresultStatus(result) == PGRES_TUPLES_OK else { throw failure() }
    }

    /// The loop of libpq's manual: poll the socket in the direction that PQconnectPoll asked for, starting with writing.
    private func finishConnecting() throws(StoreProbeError) {
        guard unsafe PQstatus(connection) != CONNECTION_BAD else { throw failure() }
        var next = PGRES_POLLING_WRITING
        while true {
            switch next {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING: try wait(for: POLLIN)
            case PGRES_POLLING_WRITING: try wait(for: POLLOUT)
            default: throw failure()
            }
            next = unsafe PQconnectPoll(connection)
        }
    }

    private func wait(for event: Int32) throws(StoreProbeError) {
        while true {
            let milliseconds = remaining().wholeMilliseconds
            guard milliseconds > 0 else { throw failure(.timeout, "no answer before the deadline") }
            var descriptor = unsafe pollfd(fd: PQsocket(connection), events: Int16(event), revents: 0)
            let ready = unsafe poll(&descriptor, 1, Int32(clamping: milliseconds))
            // An error on the socket counts as ready: the next call of libpq finds and describes it.
            if ready > 0 { return }
            guard ready == 0 || errno == EINTR else { throw failure(.unreachable, "poll failed with error \(errno)") }
        }
    }

    /// The failure that libpq describes.
    private func failure() -> StoreProbeError {
        // The text belongs to the connection and is copied here.
        let text = unsafe PQerrorMessage(connection).map { unsafe String(cString: $0) } ?? "unknown"
        let wantsPassword = unsafe PQconnectionNeedsPassword(connection) == 1 || PQconnectionUsedPassword(connection) == 1
        let kind: StoreProbeError.Kind =
            if text.contains("authentication") || text.contains("no password supplied") || wantsPassword && text.contains("FATAL") {
                .refused
            } else if text.contains("FATAL") {
                .notReady
            } else {
                .unreachable
            }
        return failure(kind, text)
    }

    private func failure(_ kind: StoreProbeError.Kind, _ cause: String) -> StoreProbeError {
        var text = cause
        // libpq does not print passwords; should a server repeat one, it is taken out here.
        if let password = address.password?.reveal(), password.count > 3, text.contains(password) {
            text = "the server's text held the password"
        }
        return StoreProbeError(kind: kind, store: "PostgreSQL", address: "\(address)", cause: text)
    }
}
