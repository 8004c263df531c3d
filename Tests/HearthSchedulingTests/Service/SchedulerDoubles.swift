import HearthScheduling
import HearthTelemetry
import HearthTestKit
import Logging
import Synchronization

/// Sleeps until the test moves the clock past the end, and tells the test who sleeps.
final class ManualSleeper: Sleeper {
    private struct State {
        var sleepers: [Int: (end: Duration, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var cancelled = Set<Int>()
        var nextID = 0
        var watchers: [CheckedContinuation<Void, Never>] = []
    }

    private let time: ManualTimeSource
    private let state = Mutex(State())

    init(time: ManualTimeSource) { self.time = time }

    func sleep(for duration: Duration) async throws { try await sleep(until: time.uptime() + duration, of: time) }

    /// Also wakes whoever comes when the clock has passed the end already.
    func sleep(until end: Duration, of _: any TimeSource) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (isCancelled, watchers) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
                    if state.cancelled.remove(id) != nil { return (true, []) }
                    // Looked at under the lock, which whoever moves the clock takes afterwards.
                    if time.uptime() >= end { return (true, []) }
                    state.sleepers[id] = (end, continuation)
                    defer { state.watchers = [] }
                    return (false, state.watchers)
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    var isAnybodyAsleep: Bool { state.withLock { !$0.sleepers.isEmpty } }

    /// Returns when somebody sleeps.
    func untilSomebodySleeps() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if !state.sleepers.isEmpty { return true }
                state.watchers.append(continuation)
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    /// Moves both clocks and wakes whose time has come.
    func advance(by duration: Duration) {
        time.advance(by: duration)
        let now = time.uptime()
        let awake = state.withLock { state in
            let awake = state.sleepers.filter { $0.value.end <= now }
            for id in awake.keys { state.sleepers[id] = nil }
            return awake.values.map(\.continuation)
        }
        for continuation in awake { continuation.resume() }
    }
}

/// Keeps what it hears and lets a test wait for it.
final class RecordingObserver: SchedulerObserver {
    enum Event: Sendable, Equatable {
        case registered(String)
        case removed(String)
        case started(job: String, trigger: RunTrigger, attempt: Int, lateness: Duration?)
        case finished(job: String, state: RunState)
        case skipped(job: String, reason: SkipReason, count: Int)
        case unaccounted(job: String, count: Int)
        case clockStep(isForward: Bool)
        case counted(enabled: Int, paused: Int)
    }

    private struct State {
        var events: [Event] = []
        var watchers: [(condition: @Sendable ([Event]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var events: [Event] { state.withLock { $0.events } }

    var hasFinished: Bool { events.contains { if case .finished = $0 { true } else { false } } }

    private func note(_ event: Event) {
        let ready = state.withLock { state in
            state.events.append(event)
            let events = state.events
            let ready = state.watchers.filter { $0.condition(events) }
            state.watchers.removeAll { $0.condition(events) }
            return ready
        }
        for watcher in ready { watcher.continuation.resume() }
    }

    /// Returns when the events satisfy the condition.
    func until(_ condition: @escaping @Sendable ([Event]) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if condition(state.events) { return true }
                state.watchers.append((condition, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    func untilFinished(_ count: Int) async {
        await until { $0.count { if case .finished = $0 { true } else { false } } >= count }
    }

    func untilStarted(_ count: Int) async {
        await until { $0.count { if case .started = $0 { true } else { false } } >= count }
    }

    func jobRegistered(_ job: RegisteredJob) { note(.registered(job.job)) }
    func jobRemoved(_ job: String) { note(.removed(job)) }
    func jobsCounted(enabled: Int, paused: Int) { note(.counted(enabled: enabled, paused: paused)) }
    func runStarted(_ run: StartedRun) { note(.started(job: run.job, trigger: run.trigger, attempt: run.attempt, lateness: run.lateness)) }
    func runFinished(_ completion: RunCompletion) { note(.finished(job: completion.job, state: completion.state)) }
    func skipped(job: String, reason: SkipReason, count: Int) { note(.skipped(job: job, reason: reason, count: count)) }
    func unaccounted(job: String, count: Int) { note(.unaccounted(job: job, count: count)) }
    func clockStep(isForward: Bool) { note(.clockStep(isForward: isForward)) }
}

/// A gate that a job waits at until the test opens it or the job is cancelled.
final class Gate: Sendable {
    private enum State {
        case closed([Int: CheckedContinuation<Void, any Error>])
        case open
    }

    private let state = Mutex(State.closed([:]))
    private let ids = Atomic<Int>(0)

    func open() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, any Error>] in
            guard case .closed(let waiting) = state else { return [] }
            state = .open
            return Array(waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }

    func pass() async throws {
        let id = ids.add(1, ordering: .relaxed).newValue
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let verdict = state.withLock { state -> Result<Void, any Error>? in
                    guard case .closed(var waiting) = state else { return .success(()) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    waiting[id] = continuation
                    state = .closed(waiting)
                    return nil
                }
                if let verdict { continuation.resume(with: verdict) }
            }
        } onCancel: {
            let waiting = state.withLock { state -> CheckedContinuation<Void, any Error>? in
                guard case .closed(var waiting) = state else { return nil }
                defer { state = .closed(waiting) }
                return waiting.removeValue(forKey: id)
            }
            waiting?.resume(throwing: CancellationError())
        }
    }
}

/// The work of a job that says something all the time and does not hear that it is to end.
final class EndlessWriter: Sendable {
    static let line = "one of many"

    private let isOver = Atomic<Bool>(false)
    private let written = Atomic<Int>(0)
    private let (ends, end) = AsyncStream<Void>.makeStream()

    /// So far.
    var lines: Int { written.load(ordering: .relaxed) }

    func write(to logger: Logger) async {
        // The cancellation of the task does not reach the thread.
        try? await QuietThread.run { [self] in
            while !isOver.load(ordering: .relaxed) {
                logger.info("\(Self.line)")
                written.add(1, ordering: .relaxed)
            }
        }
        end.finish()
    }

    /// Returns when it has.
    func stop() async {
        isOver.store(true, ordering: .relaxed)
        for await _ in ends {}
    }
}
