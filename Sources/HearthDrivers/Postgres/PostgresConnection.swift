import CPostgres
import Glibc
import HearthTelemetry

/// A connection to PostgreSQL on libpq's non-blocking calls. It belongs to the thread that made it and closes itself.
///
/// It is handed to the closures of ``PostgresClient`` and must not leave them. Every wait ends with the deadline of the call it works for, or
/// when that call is given up; after an exchange that was not completed it is never used again, so a late reply reaches nobody.
///
/// Statements are sent unnamed and with their values apart, and nothing is set for longer than a transaction: behind a pooler that gives each
/// transaction another server connection it works the same.
@safe package final class PostgresConnection {
    private let handle: OpaquePointer
    let address: PostgresAddress
    private let context: PostgresContext
    private let wake: WakePipe
    private let notices: PostgresNoticeReceiver
    /// The call that is being worked for.
    var call: PostgresCall
    /// False once an exchange was broken off, or the server is not one that can be worked with.
    private(set) var isUsable = true

    private init(
        handle: OpaquePointer, address: PostgresAddress, context: PostgresContext, wake: WakePipe, call: PostgresCall
    ) {
        unsafe self.handle = handle
        self.address = address
        self.context = context
        self.wake = wake
        self.call = call
        notices = PostgresNoticeReceiver(log: context.notices)
        // The receiver lives as long as the connection, which calls it only from this thread.
        unsafe PQsetNoticeReceiver(handle, PostgresNoticeReceiver.receive, Unmanaged.passUnretained(notices).toOpaque())
        // Failures of the login carry their SQLSTATE only in the long form of the text.
        unsafe PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
    }

    deinit {
        unsafe PQfinish(handle)
    }

    /// Connects and logs in, within the connect time-out of the settings.
    ///
    /// The call that wanted the connection may be over before: whoever comes next finds it made.
    static func open(
        to address: PostgresAddress, context: PostgresContext, wake: WakePipe, for call: PostgresCall
    ) throws(PostgresError) -> PostgresConnection {
        // The address is read as a connection string; libpq copies all of it, and returns nil only when memory is out.
        let names = ["dbname", "fallback_application_name", "client_encoding"]
        let values = [address.url.reveal(), "hearth", "UTF8"]
        guard
            let handle = unsafe CStringArray.with(
                names, { names in unsafe CStringArray.with(values) { unsafe PQconnectStartParams(names, $0, 1) } })
        else { throw PostgresError(.unreachable, server: "\(address)", cause: "out of memory") }
        let connection = unsafe PostgresConnection(handle: handle, address: address, context: context, wake: wake, call: call)
        try connection.finishConnecting(by: context.time.uptime() + context.settings.connectTimeout)
        guard unsafe PQsetnonblocking(handle, 1) == 0 else { throw connection.broken() }
        return connection
    }

    // MARK: Statements

    /// Runs one statement and returns its rows.
    @discardableResult
    package func query(_ sql: String, _ values: [PostgresValue] = []) throws(PostgresError) -> PostgresRows {
        guard isUsable else { throw PostgresError(.connectionLost, server: "\(address)", cause: "an earlier statement broke it") }
        try checkCall()
        return try exchange { unsafe Self.send(sql, values, on: handle) }
    }

    /// Runs several statements of Hearth's own, without values, in one exchange; the first error or the last result counts.
    @discardableResult
    func script(_ sql: String) throws(PostgresError) -> PostgresRows {
        guard isUsable else { throw PostgresError(.connectionLost, server: "\(address)", cause: "an earlier statement broke it") }
        return try exchange { unsafe PQsendQuery(handle, sql) }
    }

    /// Until when the server's certificate is good; nil without TLS.
    var certificateEnd: Timestamp? {
        let seconds = unsafe hearth_postgres_certificate_end(handle)
        return seconds > 0 ? Timestamp(seconds: seconds) : nil
    }

    /// The connection is not used again, whatever it could still do.
    func giveUp() { isUsable = false }

    /// Called when an idle connection has something to read: the server says good-bye, or a notice.
    func noteIdleInput() {
        let isWell = unsafe PQconsumeInput(handle) == 1 && PQstatus(handle) == CONNECTION_OK
        if !isWell { isUsable = false }
    }

    /// For polling while it is idle; -1 when there is none.
    var socket: Int32 { unsafe PQsocket(handle) }

    private func exchange(_ send: () -> Int32) throws(PostgresError) -> PostgresRows {
        let closesUnfinished = context.settings.closesUnfinished
        var isComplete = false
        defer { if !isComplete, closesUnfinished { isUsable = false } }
        do throws(PostgresError) {
            // libpq takes no second statement before the results of the first are read.
            guard send() == 1 || !closesUnfinished else { throw broken() }
            try flush()
            var last: PostgresRows?
            var failure: PostgresError?
            while let result = unsafe try nextResult() {
                let rows = unsafe PostgresRows(result, server: "\(address)")
                switch unsafe PQresultStatus(result) {
                case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: last = rows
                default: if failure == nil { failure = unsafe refusal(result) }
                }
            }
            if let failure {
                let isWhole = unsafe PQstatus(handle) == CONNECTION_OK
                isComplete = isWhole && failure.kind != .connectionLost
                throw failure
            }
            isComplete = true
            guard let last else { throw broken() }
            return last
        } catch {
            // The server is not to go on with what nobody waits for.
            if error.kind == .deadline || error.kind == .cancelled, closesUnfinished { unsafe context.cancellations.cancel(handle) }
            throw error
        }
    }

    private func flush() throws(PostgresError) {
        while true {
            switch unsafe PQflush(handle) {
            case 0: return
            case 1:
                // The server may not read before what it has written is taken (libpq's manual, "Asynchronous Command Processing").
                let ready = try wait(for: POLLIN | POLLOUT, until: call.end)
                if ready & Int16(POLLIN) != 0, unsafe PQconsumeInput(handle) != 1 { throw broken() }
            default: throw broken()
            }
        }
    }

    private func nextResult() throws(PostgresError) -> OpaquePointer? {
        while unsafe PQisBusy(handle) == 1 {
            _ = try wait(for: POLLIN, until: call.end)
            guard unsafe PQconsumeInput(handle) == 1 else { throw broken() }
        }
        return unsafe PQgetResult(handle)
    }

    // MARK: Waiting

    /// The loop of libpq's manual: poll the socket in the direction that PQconnectPoll asked for, starting with writing.
    private func finishConnecting(by end: Duration) throws(PostgresError) {
        guard unsafe PQstatus(handle) != CONNECTION_BAD else { throw connectFailure() }
        var next = PGRES_POLLING_WRITING
        while true {
            switch next {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING: _ = try wait(for: POLLIN, until: end, mindsCall: false)
            case PGRES_POLLING_WRITING: _ = try wait(for: POLLOUT, until: end, mindsCall: false)
            default: throw connectFailure()
            }
            next = unsafe PQconnectPoll(handle)
        }
    }

    private func checkCall() throws(PostgresError) {
        if call.isAbandoned { throw PostgresError(.cancelled, server: "\(address)", cause: "") }
        guard context.time.uptime() < call.end else {
            throw PostgresError(.deadline, server: "\(address)", cause: "the time of the call is over")
        }
    }

    private func wait(for events: Int32, until end: Duration, mindsCall: Bool = true) throws(PostgresError) -> Int16 {
        while true {
            if mindsCall, call.isAbandoned { throw PostgresError(.cancelled, server: "\(address)", cause: "") }
            let left = (end - context.time.uptime()).wholeMilliseconds
            guard left > 0 else {
                guard mindsCall else { throw PostgresError(.unreachable, server: "\(address)", cause: "no connection in time") }
                throw PostgresError(.deadline, server: "\(address)", cause: "no answer before the deadline")
            }
            var descriptors = [
                pollfd(fd: socket, events: Int16(events), revents: 0), pollfd(fd: wake.readEnd, events: Int16(POLLIN), revents: 0),
            ]
            let ready = unsafe poll(&descriptors, nfds_t(descriptors.count), Int32(clamping: left))
            guard ready >= 0 || errno == EINTR else {
                throw PostgresError(.connectionLost, server: "\(address)", cause: "poll failed with error \(errno)")
            }
            if descriptors[1].revents != 0 { wake.clear() }
            // An error on the socket counts as ready: the next call of libpq finds and describes it.
            if ready > 0, descriptors[0].revents != 0 { return descriptors[0].revents }
        }
    }

    // MARK: Failures

    /// What the server said about a statement.
    private func refusal(_ result: OpaquePointer) -> PostgresError {
        let state = unsafe PQresultErrorField(result, DiagnosticField.state).map { unsafe String(cString: $0) }
        let message = unsafe PQresultErrorField(result, DiagnosticField.message).map { unsafe BoundedCString.text($0) }
        guard let state else {
            return PostgresError(.connectionLost, server: "\(address)", cause: withoutPassword(message ?? errorText))
        }
        return PostgresError(
            PostgresError.kind(ofState: state), server: "\(address)", cause: withoutPassword(message ?? ""), state: state)
    }

    private func broken() -> PostgresError { PostgresError(.connectionLost, server: "\(address)", cause: withoutPassword(errorText)) }

    private func connectFailure() -> PostgresError {
        let text = errorText
        // In its long form a server's refusal reads "FATAL:  28P01: password authentication failed for user …".
        if let range = text.firstRange(of: "FATAL:  "), text[range.upperBound...].dropFirst(5).first == ":" {
            let state = String(text[range.upperBound...].prefix(5))
            let message = text[range.upperBound...].dropFirst(7)
            let kind = PostgresError.kind(ofState: state)
            return PostgresError(
                kind == .login ? .login : .notReady, server: "\(address)", cause: withoutPassword(String(message)), state: state)
        }
        let isLogin = text.contains("password") || text.contains("authentication")
        if text.contains("certificate") { return PostgresError(.untrusted, server: "\(address)", cause: withoutPassword(text)) }
        return PostgresError(isLogin ? .login : .unreachable, server: "\(address)", cause: withoutPassword(text))
    }

    private var errorText: String {
        // The text belongs to the connection and is copied here.
        let text = unsafe PQerrorMessage(handle).map { unsafe BoundedCString.text($0) } ?? "unknown"
        // libpq's advice is left out: Hearth's own follows.
        return text.split(separator: "\n").filter { !$0.hasPrefix("\t") && !$0.hasPrefix("LOCATION:") }.joined(separator: "; ")
    }

    /// libpq does not print passwords; should a server repeat one, the text is left out.
    private func withoutPassword(_ text: String) -> String {
        guard let password = address.password?.reveal(), password.count > 3, text.contains(password) else { return text }
        return "the server's text held the password"
    }
}
