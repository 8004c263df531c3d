import HearthTelemetry
import Logging
import Synchronization

/// The threads of a client, and the shell around ``PostgresPool``.
final class PostgresCrew: Sendable {
    private struct State {
        var pool: PostgresPool<PostgresCall>
        var reconnection = PostgresReconnection()
        /// What the log has told of the server and not taken back.
        var told: PostgresError.Kind?
        var wakers: [Int: WakePipe] = [:]
        var endWaiters: [OneShot<Void>] = []
    }

    let address: PostgresAddress
    let context: PostgresContext
    private let instruments: StoreInstruments?
    private let certificates: CertificateInstruments?
    private let logger: Logger
    private let state: Mutex<State>

    init(
        address: PostgresAddress, context: PostgresContext, instruments: StoreInstruments?, certificates: CertificateInstruments?,
        logger: Logger
    ) {
        self.address = address
        self.context = context
        self.instruments = instruments
        self.certificates = certificates
        self.logger = logger
        state = Mutex(State(pool: PostgresPool(limit: context.settings.poolMaximum, pendingLimit: context.settings.pendingMaximum)))
    }

    // MARK: For callers

    /// Nil when the call was taken.
    func submit(_ call: PostgresCall) -> PostgresError? {
        let (submission, waker) = state.withLock { state in
            let submission = state.pool.submit(call)
            if case .wake(let thread) = submission { return (submission, state.wakers[thread]) }
            return (submission, nil)
        }
        defer { showPool() }
        switch submission {
        case .queued: return nil
        case .wake:
            waker?.wake()
            return nil
        case .start(let thread):
            guard let problem = start(thread) else { return nil }
            // Another thread may have taken the call meanwhile; then it is served.
            return withdraw(call) ? PostgresError(.poolExhausted, server: "\(address)", cause: problem) : nil
        case .refused:
            return PostgresError(
                .poolExhausted, server: "\(address)",
                cause: "\(context.settings.pendingMaximum) calls are waiting for \(context.settings.poolMaximum) connections")
        case .closed:
            return PostgresError(.shutDown, server: "\(address)", cause: "")
        }
    }

    /// Gives a call up and says what its caller is told.
    func abandon(_ call: PostgresCall, _ kind: PostgresError.Kind, cause: String) -> PostgresError {
        _ = withdraw(call)
        let hadBegun = call.abandon()
        showPool()
        return PostgresError(kind, server: "\(address)", cause: cause, isOutcomeUnknown: hadBegun && call.mayChange)
    }

    func close() {
        let (pending, wakers) = state.withLock { state in
            let (pending, resting) = state.pool.close()
            return (pending, resting.compactMap { state.wakers[$0] })
        }
        for call in pending { call.fail(PostgresError(.shutDown, server: "\(address)", cause: "")) }
        for waker in wakers { waker.wake() }
    }

    func waitForEnd(atMost limit: Duration) async {
        let end = OneShot<Void>()
        let isOver = state.withLock { state in
            guard state.pool.threadCount > 0 else { return true }
            state.endWaiters.append(end)
            return false
        }
        guard !isOver else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await Task.sleep(for: limit)
                end.resolve(())
            }
            await end.value()
            group.cancelAll()
        }
    }

    // MARK: For threads

    func next(for thread: Int) -> PostgresPool<PostgresCall>.Next {
        let next = state.withLock { $0.pool.next(for: thread) }
        if case .leave = next { hasLeft(thread) }
        showPool()
        return next
    }

    func wakeUp(_ thread: Int) { state.withLock { $0.pool.wakeUp(thread) } }

    /// False: the thread is wanted and stays.
    func retire(_ thread: Int) -> Bool {
        guard state.withLock({ $0.pool.retire(thread) }) else { return false }
        hasLeft(thread)
        return true
    }

    func handOver(_ call: PostgresCall, from thread: Int) -> Bool {
        let (isTaken, waker) = state.withLock { state -> (Bool, WakePipe?) in
            switch state.pool.handOver(call, from: thread) {
            case .impossible: return (false, nil)
            case .taken(let other): return (true, other.flatMap { state.wakers[$0] })
            }
        }
        waker?.wake()
        if isTaken { hasLeft(thread) }
        return isTaken
    }

    /// Nil: a connection may be tried now.
    func refusalToConnect() -> PostgresError? {
        state.withLock { $0.reconnection.refusal(at: context.time.uptime()) }
    }

    func noteConnecting(_ thread: Int) { state.withLock { $0.pool.noteConnecting(thread) } }

    func noteConnected(_ thread: Int, certificateEnd: Timestamp?) {
        if let certificateEnd { certificates?.note(.postgres, expiresAt: certificateEnd) }
        instruments?.reconnects(.ok).increment()
        let isNews = state.withLock { state in
            state.pool.note(thread, isConnected: true)
            state.reconnection.recordSuccess()
            // Whether a server takes writes is not told by a connection.
            guard state.told != nil, state.told != .readOnly else { return false }
            state.told = nil
            return true
        }
        if isNews { logger.info("PostgreSQL can be reached again", metadata: ["server": "\(address)"]) }
        showPool()
    }

    func noteWritable() {
        let isNews = state.withLock { state in
            guard state.told == .readOnly else { return false }
            state.told = nil
            return true
        }
        if isNews { logger.info("PostgreSQL takes writes again", metadata: ["server": "\(address)"]) }
    }

    func noteDisconnected(_ thread: Int) {
        state.withLock { $0.pool.note(thread, isConnected: false) }
        showPool()
    }

    /// An attempt to connect that came to nothing.
    func noteRefused(_ error: PostgresError) {
        instruments?.reconnects(error.kind == .login || error.kind == .untrusted ? .handshake : .error).increment()
        noteFailure(error)
    }

    func noteFailure(_ error: PostgresError) {
        let isNews = state.withLock { state in
            state.reconnection.recordFailure(error, at: context.time.uptime(), unitRandom: .random(in: 0..<1))
            defer { state.told = error.kind }
            return state.told != error.kind
        }
        if isNews { logger.info("PostgreSQL cannot be used", metadata: ["server": "\(address)", "error": "\(error)"]) }
    }

    // MARK: Threads' lives

    /// The problem, if the thread could not be started.
    private func start(_ thread: Int) -> String? {
        guard let waker = WakePipe() else {
            state.withLock { $0.pool.forget(thread) }
            return "the process has no file descriptors left (ulimit -n)"
        }
        state.withLock { $0.wakers[thread] = waker }
        do throws(DedicatedThreadError) {
            try DedicatedThread(name: "hearth-postgres") { [self] in
                PostgresWorker(thread: thread, crew: self, waker: waker).run()
            }.detach()
            return nil
        } catch {
            state.withLock { state in
                state.pool.forget(thread)
                state.wakers[thread] = nil
            }
            return "\(error)"
        }
    }

    private func hasLeft(_ thread: Int) {
        let waiters = state.withLock { state -> [OneShot<Void>] in
            state.wakers[thread] = nil
            guard state.pool.threadCount == 0 else { return [] }
            defer { state.endWaiters = [] }
            return state.endWaiters
        }
        for waiter in waiters { waiter.resolve(()) }
        showPool()
    }

    private func withdraw(_ call: PostgresCall) -> Bool {
        state.withLock { $0.pool.withdraw { $0 === call } }
    }

    private func showPool() {
        guard let instruments else { return }
        let (idle, active, pending) = state.withLock { ($0.pool.idleConnections, $0.pool.activeConnections, $0.pool.pending.count) }
        instruments.connections(.idle).set(idle)
        instruments.connections(.active).set(active)
        instruments.pendingRequests.set(pending)
    }
}
