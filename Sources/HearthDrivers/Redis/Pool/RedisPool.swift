import HearthTelemetry
import NIOCore
import Synchronization

/// The connections to one server: kept open, spread over the event loops, and left alone for a while when the server fails.
///
/// ``run()`` opens, watches and closes them. A request never waits for a connection: without one it fails at once.
final class RedisPool: Sendable {
    typealias Resolve = @Sendable () async throws(RedisError) -> RedisAddress

    private struct State {
        var connections: [RedisConnection] = []
        var breaker: CircuitBreaker
        var wantsMore = false
        /// When more connections were last of use.
        var lastCrowded = Duration.zero
        /// Failed attempts to connect in a row.
        var failedAttempts = 0
        var nextAttempt = Duration.zero
        var lastError: RedisError?
        var opened = 0
    }

    /// For messages, before the server's present address is known.
    let name: String
    private let resolve: Resolve
    private let options: RedisPoolOptions
    private let connector: RedisConnector
    private let loops: [any EventLoop]
    private let observer: (any RedisObserver)?
    private let state: Mutex<State>
    /// Whether the breaker keeps requests away; read without the lock.
    private let isRefusing = Atomic<Bool>(false)
    /// Whether nobody needs the server any more.
    private let isDismissed = Atomic<Bool>(false)
    /// Whether the breaker has failures to forget.
    private let hasFailures = Atomic<Bool>(false)

    init(
        name: String, options: RedisPoolOptions, group: any EventLoopGroup, observer: (any RedisObserver)?, resolve: @escaping Resolve
    ) {
        self.name = name
        self.resolve = resolve
        self.options = options
        self.observer = observer
        connector = RedisConnector(options: options.connection)
        loops = Array(group.makeIterator())
        state = Mutex(State(breaker: CircuitBreaker(policy: options.breaker)))
    }

    var time: any TimeSource { options.connection.time }

    /// Sends commands together and returns their replies in order; error replies are values.
    func send(_ commands: [RedisCommand], within limit: Duration, lane: RedisLane) async throws(RedisError) -> [RedisValue] {
        let connection = try admit(commands, lane)
        do throws(RedisError) {
            let replies = try await connection.send(commands, deadline: time.uptime() + limit)
            judge(replies, on: connection)
            return replies
        } catch {
            // A connection that ends counts once, however many requests it had under way.
            if error.kind == .timeout { recordFailure(error) }
            throw error
        }
    }

    /// Sends commands for code that must not suspend; `completion` is called once, on an event loop.
    func submit(
        _ commands: [RedisCommand], within limit: Duration, completion: @escaping @Sendable (RedisRequest.Outcome) -> Void
    ) throws(RedisError) {
        let connection = try admit(commands, .interactive)
        let waiter = RedisWaiter.callback { outcome in
            switch outcome {
            case .success(let replies): self.judge(replies, on: connection)
            case .failure(let error): if error.kind == .timeout { self.recordFailure(error) }
            }
            completion(outcome)
        }
        connection.submit(RedisRequest(commands: commands, deadline: time.uptime() + limit, waiter: waiter))
    }

    private func admit(_ commands: [RedisCommand], _ lane: RedisLane) throws(RedisError) -> RedisConnection {
        let longest = commands.reduce(0) { max($0, $1.longestWord) }
        guard longest <= options.maximumWordBytes else {
            throw RedisError(.tooLarge, address: name, cause: "\(longest) bytes in one word; at most \(options.maximumWordBytes)")
        }
        if isRefusing.load(ordering: .relaxed) { throw RedisError(.breakerOpen, address: name, cause: "it failed several times in a row") }
        return try choose(lane)
    }

    private func choose(_ lane: RedisLane) throws(RedisError) -> RedisConnection {
        let result = state.withLock { state -> Result<RedisConnection, RedisError> in
            let count = state.connections.count
            guard count > 0 else {
                return .failure(state.lastError ?? RedisError(.unreachable, address: name, cause: "there is no connection"))
            }
            // As many connections as loops carry the answers, so that what comes together leaves in one write.
            let hot = min(loops.count, count)
            let preferred = lane == .interactive ? 0..<hot : min(hot, count - 1)..<count
            var chosen = Self.leastBusy(state.connections, preferred)
            if !chosen.isOpen { chosen = Self.leastBusy(state.connections, 0..<count) }
            if chosen.pendingCount >= options.spillLimit {
                chosen = Self.leastBusy(state.connections, 0..<count)
                if chosen.pendingCount >= options.spillLimit { state.wantsMore = true }
                state.lastCrowded = time.uptime()
            }
            guard chosen.pendingCount < options.pendingLimit else {
                return .failure(RedisError(.overloaded, address: name, cause: "\(chosen.pendingCount) wait on each connection"))
            }
            return .success(chosen)
        }
        return try result.get()
    }

    /// One that has ended is in the list for a moment longer; as nothing waits on it, it would draw everything.
    private static func leastBusy(_ connections: [RedisConnection], _ range: Range<Int>) -> RedisConnection {
        var best = connections[range.lowerBound]
        for other in connections[range] where other.isOpen && (!best.isOpen || other.pendingCount < best.pendingCount) { best = other }
        return best
    }

    private func judge(_ replies: [RedisValue], on connection: RedisConnection) {
        for reply in replies {
            guard case .error(let error) = reply else { continue }
            let failure = RedisError(.reply(error), address: name, cause: error.text)
            observer?.failed(with: failure)
            switch error.remedy {
            case .reconnect:
                // The others lead to the same server, and what they would read there may be old.
                connection.close()
                return closeAll()
            case .unavailable:
                return recordFailure(failure)
            case .redirect, .tryAgain, .sendScript, .configuration, .command: continue
            }
        }
        recordSuccess()
    }

    // MARK: Breaker

    private func recordSuccess() {
        guard hasFailures.load(ordering: .relaxed) else { return }
        changeBreaker { $0.recordSuccess() }
    }

    private func recordFailure(_ error: RedisError) {
        let now = time.uptime()
        state.withLock { $0.lastError = error }
        changeBreaker { $0.recordFailure(at: now, unitRandom: Double.random(in: 0..<1)) }
    }

    private func changeBreaker(_ change: (inout CircuitBreaker) -> Void) {
        let (before, after) = state.withLock { state in
            let before = state.breaker
            change(&state.breaker)
            hasFailures.store(state.breaker != CircuitBreaker(policy: options.breaker), ordering: .relaxed)
            isRefusing.store(state.breaker.state != .closed, ordering: .relaxed)
            return (before.state, state.breaker.state)
        }
        guard before != after else { return }
        // Nothing is sent on them any more, and without that nobody would notice that the other end is gone.
        if after == .open { closeAll() }
        observer?.breakerChanged(to: after)
    }

    // MARK: Connections

    var isRefused: Bool { isRefusing.load(ordering: .relaxed) }
    /// How long the breaker goes on to keep requests away; nil where it does not.
    var refusal: Duration? { state.withLock { $0.breaker.refusal(at: time.uptime()) } }
    var connectionCount: Int { state.withLock { $0.connections.count } }
    var pendingCount: Int { state.withLock { $0.connections.reduce(0) { $0 + $1.pendingCount } } }
    var lastError: RedisError? { state.withLock { $0.lastError } }

    /// Ends ``run()``: the server is not used any more.
    func dismiss() { isDismissed.store(true, ordering: .relaxed) }

    /// Keeps the connections open until the task is cancelled or the pool is dismissed.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled, !isDismissed.load(ordering: .relaxed) {
                await step(&group)
                try? await Task.sleep(for: .milliseconds(100))
            }
            for connection in state.withLock({ $0.connections }) { connection.close() }
        }
    }

    private enum Step {
        case rest
        case open(Int)
        /// The breaker's one attempt to find out whether the server works again.
        case probe
        /// A connection beyond the minimum has been of no use for a while.
        case close(RedisConnection)
    }

    private func step(_ group: inout DiscardingTaskGroup) async {
        let now = time.uptime()
        let step = state.withLock { state -> Step in
            if state.breaker.state == .halfOpen { return .rest }
            if state.breaker.state == .open {
                guard state.breaker.refusal(at: now) == nil else { return .rest }
                return state.breaker.admit(at: now) == .probe ? .probe : .rest
            }
            guard now >= state.nextAttempt else { return .rest }
            let wanted = max(options.minimumConnections, state.wantsMore ? state.connections.count + 1 : 0)
            state.wantsMore = false
            if state.connections.count > options.minimumConnections, now - state.lastCrowded > options.idleTime,
                let last = state.connections.last, last.pendingCount == 0
            {
                state.connections.removeLast()
                return .close(last)
            }
            return .open(min(wanted, options.maximumConnections) - state.connections.count)
        }
        switch step {
        case .rest: break
        case .probe:
            observer?.breakerChanged(to: .halfOpen)
            await open(1, &group, isProbe: true)
        case .open(let count) where count > 0: await open(count, &group, isProbe: false)
        case .open: break
        case .close(let connection): connection.close()
        }
    }

    /// Opens the first alone: while that fails, more would only knock at a closed door.
    private func open(_ count: Int, _ group: inout DiscardingTaskGroup, isProbe: Bool) async {
        for number in 0..<count {
            do throws(RedisError) {
                let connection = try await openOne()
                // What was open before the failure may be dead without knowing it.
                if isProbe { closeAll() }
                guard adopt(connection, isProbe: isProbe) else { return connection.close() }
                if number == 0 { changeBreaker { $0.recordSuccess() } }
                group.addTask { await self.watch(connection) }
            } catch {
                noteFailedAttempt(error)
                return
            }
        }
    }

    /// A connection on which the server has answered; one on which it does not serve is closed again.
    private func openOne() async throws(RedisError) -> RedisConnection {
        let address = try await resolve()
        let index = state.withLock { state in
            state.opened += 1
            return state.opened
        }
        let connection = try await connector.connect(to: address, on: loops[index % loops.count])
        do throws(RedisError) {
            let replies = try await connection.send([RedisCommand("PING")], deadline: time.uptime() + .seconds(1))
            // A server that cannot save its data refuses this too, and everything that is kept can be read from it.
            if case .error(let error)? = replies.first, error.code != "MISCONF" {
                throw RedisError(.reply(error), address: name, cause: error.text)
            }
            if address.usesTLS, let end = await connection.certificateEnd() { observer?.certificateShown(expiresAt: end) }
            return connection
        } catch {
            connection.close()
            throw error
        }
    }

    /// False where the breaker has opened meanwhile: only its probe decides what is used from then on.
    private func adopt(_ connection: RedisConnection, isProbe: Bool) -> Bool {
        let isAdopted = state.withLock { state in
            guard isProbe || state.breaker.state == .closed else { return false }
            state.connections.append(connection)
            state.failedAttempts = 0
            state.lastError = nil
            return true
        }
        if isAdopted { observer?.connected(.ok) }
        return isAdopted
    }

    private func closeAll() {
        let old = state.withLock { state in
            defer { state.connections = [] }
            return state.connections
        }
        for connection in old { connection.close() }
    }

    private func noteFailedAttempt(_ error: RedisError) {
        let now = time.uptime()
        let serves = state.withLock { state in
            state.failedAttempts += 1
            // Full jitter, so that replicas do not come back in step; a refused login is not repeated often, as that locks accounts.
            let ceiling: Duration = error.kind == .handshake ? .seconds(60) : .seconds(5)
            let delay = min(Duration.milliseconds(100 << min(state.failedAttempts - 1, 10)), ceiling)
            state.nextAttempt = now + delay * Double.random(in: 0.5..<1)
            return state.breaker.state == .closed && !state.connections.isEmpty
        }
        observer?.connected(error.kind == .handshake ? .handshake : .error)
        observer?.failed(with: error)
        // That a server has no room for one more says nothing against those that it has.
        if !serves { recordFailure(error) }
    }

    private func watch(_ connection: RedisConnection) async {
        let end = await connection.waitForEnd()
        let wasOurs = state.withLock { state in
            let count = state.connections.count
            state.connections.removeAll { $0 === connection }
            return state.connections.count < count
        }
        if case .protocolViolation = end.error.kind { observer?.protocolFailed() }
        if wasOurs, end.lostRequests > 0 { recordFailure(end.error) }
    }
}
