import DequeModule
import Synchronization

/// A bounded queue of answers on their way to the durable store.
///
/// Answers are sent before they are stored. When the store is slower than the questions, the oldest waiting write is dropped
/// and counted: the queue never grows past its limit and never holds up an answer.
package final class WriteQueue: Sendable {
    private struct State {
        var waiting = Deque<CachedAnswer>()
        var dropped: UInt64 = 0
    }

    private let state = Mutex(State())
    private let wakeups: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    package let limit: Int
    private let batchSize: Int

    package init(limit: Int, batchSize: Int = 256) {
        self.limit = max(limit, 1)
        self.batchSize = max(batchSize, 1)
        (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds a write; returns how many older ones had to be dropped for it.
    package func append(_ answer: CachedAnswer) -> Int {
        let dropped = state.withLock { state in
            state.waiting.append(answer)
            guard state.waiting.count > limit else { return 0 }
            state.waiting.removeFirst()
            state.dropped += 1
            return 1
        }
        wake.yield()
        return dropped
    }

    /// Takes back the writes that the condition selects, so that an invalidation is not undone by a write that was under way.
    package func removeAll(where condition: (CachedAnswer) -> Bool) {
        state.withLock { $0.waiting.removeAll(where: condition) }
    }

    package var count: Int { state.withLock { $0.waiting.count } }

    /// The newest write of a key that waits, if there is one.
    func last(_ key: CacheKey) -> CachedAnswer? { state.withLock { $0.waiting.last { $0.key == key } } }

    /// Changes the writes of a key that wait.
    func update(_ key: CacheKey, _ change: (inout CachedAnswer) -> Void) {
        state.withLock { state in
            for index in state.waiting.indices where state.waiting[index].key == key { change(&state.waiting[index]) }
        }
    }

    /// The next batch in order of arrival; empty when nothing waits.
    func takeBatch() -> [CachedAnswer] {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(batchSize))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    /// Puts a batch that could not be written back to the front, as far as there is room; returns how many were dropped.
    func putBack(_ batch: [CachedAnswer]) -> Int {
        state.withLock { state in
            let room = max(limit - state.waiting.count, 0)
            let kept = batch.suffix(room)
            state.waiting.prepend(contentsOf: kept)
            return batch.count - kept.count
        }
    }

    /// Wakes the writer although nothing was added.
    func wakeWriter() { wake.yield() }

    /// Ends ``arrivals``.
    func finish() { wake.finish() }

    /// One element whenever something may be waiting.
    var arrivals: AsyncStream<Void> { wakeups }
}
