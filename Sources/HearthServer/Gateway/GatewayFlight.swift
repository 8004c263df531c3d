import HearthDrivers
import HearthUpstream
import Synchronization

/// One question that is with the provider, and everyone who waits for its answer; each of them reads from the start.
///
/// A stream is kept piece by piece while it arrives, within the provider's limit on the size of answers.
final class GatewayFlight: Sendable {
    typealias Outcome = Result<GatewayAnswer, UpstreamError>

    /// What a reader finds.
    enum Step: Sendable {
        /// Pieces that the reader has not had yet.
        case pieces([[UInt8]])
        case ended(Outcome)
        /// Nothing has come for a while; see ``Reader/nudge()``.
        case quiet
        /// The reader has left.
        case left
    }

    private struct State {
        var pieces: [[UInt8]] = []
        var bytes = 0
        var outcome: Outcome?
        var readers: Set<UInt64> = []
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nudged: Set<UInt64> = []
        var lastReader: UInt64 = 0
        var task: Task<Void, Never>?
        var isAbandoned = false
        var isPaidFor = false
        /// Whether the call goes on although everyone has left.
        var isFinishedAnyway = false
    }

    private let state = Mutex(State())
    /// A stream of at least this many bytes is fetched to its end although nobody reads it any more; nil is none.
    private let finishFrom: Int?

    init(finishFrom: Int? = nil) {
        self.finishFrom = finishFrom
    }

    /// Starts the call. Its task ends with the outcome, or is cancelled when the last reader leaves.
    func start(_ call: @escaping @Sendable (GatewayFlight) async -> Outcome, landed: @escaping @Sendable () -> Void) {
        // On the loop of the connection that asked first; those of others are woken by it.
        let task = Task(executorPreference: EventLoopExecutor.current) {
            let outcome = await call(self)
            // First out of the table, so that nobody joins what is over; it is kept already, if it is.
            landed()
            self.land(outcome)
        }
        let isAbandoned = state.withLock { state in
            state.task = task
            return state.isAbandoned
        }
        if isAbandoned { task.cancel() }
    }

    /// Adds a piece of the stream, for everyone.
    func append(_ pieces: [[UInt8]]) {
        guard !pieces.isEmpty else { return }
        wake { state in
            state.pieces += pieces
            state.bytes += pieces.reduce(0) { $0 + $1.count }
            return true
        }
    }

    private func land(_ outcome: Outcome) {
        wake { state in
            guard state.outcome == nil else { return false }
            state.outcome = outcome
            state.task = nil
            return true
        }
    }

    /// True for the first who asks: the one who is said to have paid for the answer.
    func takeBill() -> Bool {
        state.withLock { state in
            defer { state.isPaidFor = true }
            return !state.isPaidFor
        }
    }

    /// Bytes of the stream so far.
    var bytes: Int { state.withLock { $0.bytes } }

    /// The answer, once it is whole.
    var answer: GatewayAnswer? {
        guard case .success(let answer)? = state.withLock({ $0.outcome }) else { return nil }
        return answer
    }

    /// Whether nobody reads what is fetched, since all have left.
    var isUnread: Bool { state.withLock { $0.isFinishedAnyway && $0.readers.isEmpty } }

    /// Nil when the limit of readers is reached, or the call has been given up.
    func join(limit: Int) -> Reader? {
        state.withLock { state in
            guard !state.isAbandoned, state.readers.count < limit else { return nil }
            state.lastReader += 1
            state.readers.insert(state.lastReader)
            return Reader(flight: self, number: state.lastReader)
        }
    }

    /// Whether it has readers and is not given up.
    var isOpen: Bool { state.withLock { !$0.isAbandoned } }

    private func wake(_ change: (inout State) -> Bool) {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard change(&state) else { return [] }
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }

    /// One who reads the answer; it must ``leave()`` at the end.
    final class Reader: Sendable {
        private let flight: GatewayFlight
        private let number: UInt64

        fileprivate init(flight: GatewayFlight, number: UInt64) {
            self.flight = flight
            self.number = number
        }

        /// What is new behind the pieces that the reader has had, waiting for it if need be.
        func step(after position: Int) async -> Step {
            while true {
                if let step = flight.step(of: number, after: position) { return step }
                await withTaskCancellationHandler {
                    await withCheckedContinuation { flight.wait(number, after: position, $0) }
                } onCancel: {
                    leave()
                }
            }
        }

        /// The end of it, whatever comes before; nil for a reader that has left.
        func outcome() async -> Outcome? {
            while true {
                switch await step(after: .max) {
                case .ended(let outcome): return outcome
                case .left: return nil
                case .pieces, .quiet: continue
                }
            }
        }

        /// Makes a waiting reader look up.
        func nudge() { flight.nudge(number) }

        /// The last one out ends the call.
        func leave() { flight.leave(number) }
    }
}

extension GatewayFlight {
    fileprivate func step(of reader: UInt64, after position: Int) -> Step? {
        state.withLock { state in
            guard state.readers.contains(reader) else { return .left }
            if position < state.pieces.count { return .pieces(Array(state.pieces[position...])) }
            if let outcome = state.outcome { return .ended(outcome) }
            return state.nudged.remove(reader) == nil ? nil : .quiet
        }
    }

    fileprivate func wait(_ reader: UInt64, after position: Int, _ continuation: CheckedContinuation<Void, Never>) {
        let mustWait = state.withLock { state in
            // Something may have come between the look and the wait.
            guard state.readers.contains(reader), position >= state.pieces.count, state.outcome == nil, !state.nudged.contains(reader)
            else { return false }
            state.waiting[reader] = continuation
            return true
        }
        if !mustWait { continuation.resume() }
    }

    fileprivate func nudge(_ reader: UInt64) {
        let continuation = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.readers.contains(reader), let continuation = state.waiting.removeValue(forKey: reader) else { return nil }
            state.nudged.insert(reader)
            return continuation
        }
        continuation?.resume()
    }

    fileprivate func leave(_ reader: UInt64) {
        let (continuation, task) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Task<Void, Never>?) in
            guard state.readers.remove(reader) != nil else { return (nil, nil) }
            state.nudged.remove(reader)
            let continuation = state.waiting.removeValue(forKey: reader)
            guard state.readers.isEmpty, state.outcome == nil else { return (continuation, nil) }
            if let finishFrom, state.bytes >= finishFrom {
                state.isFinishedAnyway = true
                return (continuation, nil)
            }
            state.isAbandoned = true
            return (continuation, state.task)
        }
        continuation?.resume()
        task?.cancel()
    }
}
