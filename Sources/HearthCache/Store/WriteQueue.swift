import DequeModule
import HearthScheduling
import Synchronization

/// A bounded queue of answers on their way to the durable store.
///
/// Answers are sent before they are stored. When the store is slower than the questions, the oldest waiting write is dropped
/// and counted: the queue never grows past its limit and never holds up an answer.
package final class WriteQueue: Sendable {
    private struct Write {
        var answer: CachedAnswer
        /// The claim of the job's run that made the answer; nil for those that callers asked for.
        let fence: JobFence?
    }

    /// Answers that are written at once: all of one run, or of none.
    struct Batch: Sendable {
        var answers: [CachedAnswer]
        let fence: JobFence?
    }

    private struct State {
        var waiting = Deque<Write>()
        /// The claim of what is being written.
        var fenceUnderWay: JobFence?
        /// Answers that are being written, and come back where that fails.
        var underWay = 0
        /// The newest claim of each job that a run here has.
        var newestFences: [String: JobFence] = [:]
        var dropped: UInt64 = 0

        mutating func endWriting() {
            fenceUnderWay = nil
            underWay = 0
        }

        mutating func putBack(_ batch: Batch, limit: Int) -> Int {
            let kept = batch.answers.suffix(max(limit - waiting.count, 0))
            let fence = newest(batch.fence)
            waiting.prepend(contentsOf: kept.map { Write(answer: $0, fence: fence) })
            return batch.answers.count - kept.count
        }

        func newest(_ fence: JobFence?) -> JobFence? {
            guard let fence, let newest = newestFences[fence.job], newest.number > fence.number else { return fence }
            return newest
        }
    }

    private let state = Mutex(State())
    private let turns = WriteTurns()
    private let wakeups: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    package let limit: Int
    private let batchSize: Int

    package init(limit: Int, batchSize: Int = 256) {
        self.limit = max(limit, 1)
        self.batchSize = max(batchSize, 1)
        (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds a write, of the job's run in whose task it is called; returns how many older ones had to be dropped for it.
    package func append(_ answer: CachedAnswer) -> Int {
        let write = Write(answer: answer, fence: JobFence.current)
        let dropped = state.withLock { state in
            state.waiting.append(write)
            guard state.waiting.count > limit else { return 0 }
            state.waiting.removeFirst()
            state.dropped += 1
            return 1
        }
        wake.yield()
        return dropped
    }

    /// Adds writes together where there is room for all of them, and otherwise none; they push nothing out.
    func appendIfRoom(_ answers: some Collection<CachedAnswer>) -> Bool {
        let fence = JobFence.current
        let hasRoom = state.withLock { state in
            guard answers.count <= limit - state.waiting.count - state.underWay else { return false }
            state.waiting.append(contentsOf: answers.map { Write(answer: $0, fence: fence) })
            return true
        }
        if hasRoom { wake.yield() }
        return hasRoom
    }

    /// Whether one more write pushes none out, also if those that are being written come back.
    var hasRoom: Bool { state.withLock { $0.waiting.count + $0.underWay < limit } }

    /// Whoever takes writes and brings them to the store does it in a turn of his own.
    func inTurn<Value, Failure: Error>(_ body: () async throws(Failure) -> Value) async throws(Failure) -> Value {
        await beginTurn()
        defer { endTurn() }
        return try await body()
    }

    func beginTurn() async { await turns.begin() }
    func endTurn() { turns.end() }

    /// Takes back the writes that the condition selects, so that an invalidation is not undone by a write that was under way, with all
    /// others of the same questions: an older one that came to the store after them would take their place.
    ///
    /// - Returns: them in their order, those of one run after the other together.
    func take(where condition: (CachedAnswer) -> Bool) -> [Batch] {
        state.withLock { state in
            let keys = Set(state.waiting.lazy.map(\.answer).filter(condition).map(\.key))
            var batches: [Batch] = []
            for write in state.waiting where keys.contains(write.answer.key) {
                if batches.last?.fence == write.fence, !batches.isEmpty {
                    batches[batches.count - 1].answers.append(write.answer)
                } else {
                    batches.append(Batch(answers: [write.answer], fence: write.fence))
                }
            }
            state.waiting.removeAll { keys.contains($0.answer.key) }
            return batches
        }
    }

    package var count: Int { state.withLock { $0.waiting.count } }
    /// Whether as many wait as are written at once.
    var fillsBatch: Bool { count >= batchSize }

    /// The newest write of a key that waits, if there is one.
    func last(_ key: CacheKey) -> CachedAnswer? { state.withLock { $0.waiting.last { $0.answer.key == key }?.answer } }

    /// Changes the writes of a key that wait.
    func update(_ key: CacheKey, _ change: (inout CachedAnswer) -> Void) {
        state.withLock { state in
            for index in state.waiting.indices where state.waiting[index].answer.key == key { change(&state.waiting[index].answer) }
        }
    }

    /// The next batch in order of arrival, of those writes that the condition selects; empty when none waits.
    func takeBatch(where condition: (CachedAnswer) -> Bool = { _ in true }) -> Batch {
        state.withLock { state in
            let first = state.waiting.firstIndex { condition($0.answer) } ?? state.waiting.endIndex
            guard first < state.waiting.endIndex else { return Batch(answers: [], fence: nil) }
            let fence = state.waiting[first].fence
            var answers: [CachedAnswer] = []
            var left = Deque(state.waiting[..<first])
            var index = first
            while index < state.waiting.endIndex, answers.count < batchSize {
                let write = state.waiting[index]
                if condition(write.answer) {
                    // Nothing overtakes it: what comes behind it may be of the same key.
                    guard write.fence == fence else { break }
                    answers.append(write.answer)
                } else {
                    left.append(write)
                }
                index += 1
            }
            state.waiting.replaceSubrange(..<index, with: left)
            state.fenceUnderWay = fence
            state.underWay = answers.count
            return Batch(answers: answers, fence: fence)
        }
    }

    /// The last batch is in the store, or given up.
    func settle() { state.withLock { $0.endWriting() } }

    /// Puts what earlier runs of the current run's job have left here under its own claim: it finds their answers in memory, and does not
    /// ask for them again.
    package func takeOver() {
        guard let fence = JobFence.current else { return }
        state.withLock { state in
            state.newestFences[fence.job] = fence
            for index in state.waiting.indices where state.waiting[index].fence?.job == fence.job {
                state.waiting[index] = Write(answer: state.waiting[index].answer, fence: fence)
            }
        }
    }

    /// Whether a later run of the same job here has taken over what a batch holds.
    func isTakenOver(_ batch: Batch) -> Bool {
        state.withLock { $0.newest(batch.fence) != batch.fence }
    }

    /// Whether answers of a job's runs wait or are being written.
    package func holdsAnswers(of job: String) -> Bool {
        state.withLock { state in
            state.fenceUnderWay?.job == job || state.waiting.contains { $0.fence?.job == job }
        }
    }

    /// Puts what could not be written of the last batch back to the front, as far as there is room; returns how many were dropped.
    func putBack(_ batch: Batch) -> Int {
        state.withLock { state in
            defer { state.endWriting() }
            return state.putBack(batch, limit: limit)
        }
    }

    /// Puts back what ``take(where:)`` took, as far as there is room; returns how many were dropped.
    func giveBack(_ batches: some BidirectionalCollection<Batch>) -> Int {
        state.withLock { state in batches.reversed().reduce(0) { $0 + state.putBack($1, limit: limit) } }
    }

    /// Wakes the writer although nothing was added.
    func wakeWriter() { wake.yield() }

    /// Ends ``arrivals``.
    func finish() { wake.finish() }

    /// One element whenever something may be waiting.
    var arrivals: AsyncStream<Void> { wakeups }
}
