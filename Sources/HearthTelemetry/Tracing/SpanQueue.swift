import DequeModule
import Synchronization

/// Spans that wait to be exported; a full queue drops the newest and counts it, so that nobody who makes spans ever waits.
package final class SpanQueue: Sendable {
    package let capacity: Int
    package let batch: Int
    private let instruments: TraceInstruments
    private let batchIsReady: @Sendable () -> Void
    private let spans: Mutex<Deque<FinishedSpan>>

    /// - Parameters:
    ///   - capacity: spans that may wait.
    ///   - batch: the most that is exported at once.
    ///   - batchIsReady: called whenever so many wait that an export is worth while.
    package init(capacity: Int, batch: Int, instruments: TraceInstruments, batchIsReady: @escaping @Sendable () -> Void) {
        self.capacity = max(1, capacity)
        // Half of the queue, so that there is room while the first half is on its way.
        self.batch = max(1, min(batch, capacity / 2))
        self.instruments = instruments
        self.batchIsReady = batchIsReady
        spans = Mutex([])
        instruments.queueLimit.set(self.capacity)
    }

    package var count: Int { spans.withLock { $0.count } }

    func add(_ span: FinishedSpan) {
        let count = spans.withLock { spans -> Int? in
            guard spans.count < capacity else { return nil }
            spans.append(span)
            return spans.count
        }
        guard let count else { return instruments.spans(.dropped).increment() }
        if count == batch { batchIsReady() }
    }

    /// The oldest, at most one batch; empty if none wait.
    package func take() -> [FinishedSpan] {
        spans.withLock { spans in
            let taken = Array(spans.prefix(batch))
            spans.removeFirst(taken.count)
            return taken
        }
    }
}
