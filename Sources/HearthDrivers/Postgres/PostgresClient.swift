package import HearthTelemetry
package import Logging
import Synchronization

/// A PostgreSQL server for async code: a bounded pool of threads, each with a connection of its own.
///
/// Work is a closure that runs on such a thread, so that nothing async ever waits for libpq. Threads and connections are made when they are
/// needed and end when they have long not been. Every call has a deadline; a call that passes it, or whose task is cancelled, returns at once,
/// and its connection is closed, so that a late answer reaches nobody.
package final class PostgresClient: Sendable {
    package struct Settings: Sendable {
        package var poolMaximum = 10
        /// Calls that may wait for a connection; one more is refused at once.
        package var pendingMaximum = 100
        package var connectTimeout: Duration = .seconds(3)
        /// For calls that name none.
        package var deadline: Duration = .seconds(5)
        /// Connections that were not used for so long are closed, and their threads end.
        package var idleTime: Duration = .seconds(60)
        /// A connection is closed when its exchange was not finished: what comes on it later answers a question that nobody asks any more.
        /// Off only in the test that shows what happens then.
        var closesUnfinished = true

        package init() {}
    }

    package let address: PostgresAddress
    package let settings: Settings
    private let time: any TimeSource
    private let instruments: StoreInstruments?
    private let crew: PostgresCrew

    package init(
        address: PostgresAddress, settings: Settings = Settings(), time: any TimeSource = SystemTimeSource(),
        instruments: StoreInstruments? = nil, certificates: CertificateInstruments? = nil, logger: Logger
    ) {
        self.address = address
        self.settings = settings
        self.time = time
        self.instruments = instruments
        let context = PostgresContext(settings: settings, time: time, notices: PostgresNoticeLog(logger: logger, time: time))
        crew = PostgresCrew(
            address: address, context: context, instruments: instruments, certificates: certificates, logger: logger)
        instruments?.connectionsLimit.set(settings.poolMaximum)
    }

    deinit {
        crew.close()
    }

    /// Runs a body in a transaction on one connection.
    ///
    /// A transaction that met another one, or whose connection broke before its `COMMIT` went out, is repeated as a whole, a few times and
    /// within the deadline: the body may run more than once and must have no other effects.
    ///
    /// - Throws: ``PostgresError``, or what the body throws; then nothing was changed.
    package func transaction<Value: Sendable>(
        _ kind: PostgresTransactionKind = .readsAndWrites, deadline: Duration? = nil,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let (end, time) = (time.uptime() + (deadline ?? settings.deadline), time)
        return try await perform(kind == .snapshot ? .get : .set, until: end) { connection in
            try connection.transaction(kind, left: end - time.uptime(), body)
        }
    }

    /// Runs one statement by itself, which must change nothing: it is repeated when its connection breaks.
    package func query(
        _ sql: String, _ values: [PostgresValue] = [], deadline: Duration? = nil
    ) async throws(PostgresError) -> PostgresRows {
        let end = time.uptime() + (deadline ?? settings.deadline)
        do {
            return try await perform(.get, until: end) { try $0.query(sql, values) }
        } catch let error as PostgresError {
            throw error
        } catch {
            throw PostgresError(.unexpectedResult, server: "\(address)", cause: "\(error)")
        }
    }

    /// One round trip; returns how long it took and what the server's clock showed in its middle. A server that takes no writes fails it.
    package func ping(deadline: Duration = .seconds(2)) async throws(PostgresError) -> PostgresPing {
        let (end, time, server) = (time.uptime() + deadline, time, "\(address)")
        do {
            let ping = try await perform(.ping, until: end) { connection in
                let (before, sent) = (time.now(), time.uptime())
                let rows = try connection.query("SELECT clock_timestamp(), current_setting('transaction_read_only')::boolean")
                let roundTrip = time.uptime() - sent
                guard let row = rows.first else { throw PostgresError(.unexpectedResult, server: server, cause: "no row") }
                // A standby, or one that is set so: it can be reached, and is of no use.
                guard try !row.flag(1) else { throw PostgresError(.readOnly, server: server, cause: "its transactions are read-only") }
                return PostgresPing(roundTrip: roundTrip, clockOffset: try row.moment(0) - (before + roundTrip / 2))
            }
            crew.noteWritable()
            return ping
        } catch let error as PostgresError {
            throw error
        } catch {
            throw PostgresError(.unexpectedResult, server: server, cause: "\(error)")
        }
    }

    /// Refuses further calls, fails those that wait, and waits a moment for the threads to end.
    package func shutdown() async {
        crew.close()
        await crew.waitForEnd(atMost: .seconds(2))
    }

    // MARK: Calls

    private func perform<Value: Sendable>(
        _ operation: StoreInstruments.Operation, until end: Duration, _ work: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let start = time.uptime()
        let outcome = await result(until: end, mayChange: operation == .set, work)
        let elapsed = time.uptime() - start
        switch outcome {
        case .success(let value):
            instruments?.record(operation, .ok, duration: elapsed)
            return value
        case .failure(let error as PostgresError):
            let isLate = error.kind == .deadline || error.kind == .statementTimeout || error.kind == .lockTimeout
            instruments?.record(operation, isLate ? .timeout : .error, duration: elapsed)
            throw error
        case .failure(let error):
            // The body's own refusal: the server did its part.
            instruments?.record(operation, .ok, duration: elapsed)
            throw error
        }
    }

    private func result<Value: Sendable>(
        until end: Duration, mayChange: Bool, _ work: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async -> Result<Value, any Error> {
        let slot = OneShot<Result<Value, any Error>>()
        let call = PostgresCall(
            end: end, mayChange: mayChange, work: { slot.resolve(.success(try work($0))) }, fail: { slot.resolve(.failure($0)) })
        if let refusal = crew.submit(call) { return .failure(refusal) }
        return await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self, returning: Result<Value, any Error>.self) { group in
                group.addTask { [time, crew] in
                    // The thread keeps the deadline itself and knows more; this is for one that the system's name resolver holds up.
                    let grace: Duration = .milliseconds(100)
                    guard (try? await Task.sleep(for: max(.zero, end - time.uptime()) + grace)) != nil else { return }
                    slot.resolve(.failure(crew.abandon(call, .deadline, cause: "no connection before the deadline")))
                }
                let outcome = await slot.value()
                group.cancelAll()
                return outcome
            }
        } onCancel: {
            slot.resolve(.failure(crew.abandon(call, .cancelled, cause: "")))
        }
    }
}

/// What a round trip to the server found.
package struct PostgresPing: Sendable, Equatable {
    package var roundTrip: Duration
    /// The server's wall clock minus this machine's, as far as the round trip lets one tell.
    package var clockOffset: Duration
}
