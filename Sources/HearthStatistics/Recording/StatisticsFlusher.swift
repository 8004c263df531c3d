package import HearthTelemetry
package import Logging
import ServiceLifecycle
import Synchronization

/// Stores what was counted, every second and once more at the end.
///
/// In a service group it stands before the listener: groups stop in reverse, and the last requests must be over before the last
/// flush. After a kill at most one interval is lost.
package final class StatisticsFlusher: Service {
    private struct State {
        var storedAt: Duration?
        var completeThrough: Timestamp
        var isFailing = false
        var stored: Int64 = 0
        var failed: Int64 = 0
    }

    private let buffer: StatisticsBuffer
    private let store: any StatisticsStore
    private let time: any TimeSource
    private let logger: Logger
    private let interval: Duration
    private let heartbeat: Duration
    private let state: Mutex<State>

    /// `heartbeat` is how often an idle replica says that it is there.
    package init(
        buffer: StatisticsBuffer, store: any StatisticsStore, time: any TimeSource, logger: Logger,
        interval: Duration = .seconds(1), heartbeat: Duration = .seconds(10)
    ) {
        self.buffer = buffer
        self.store = store
        self.time = time
        self.logger = logger
        self.interval = interval
        self.heartbeat = heartbeat
        // Nothing has been counted yet, so nothing is missing.
        state = Mutex(State(completeThrough: time.now()))
    }

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: self.interval)
                await self.flush()
            }
        }
        // The surrounding task may be cancelled, and the store gives up for cancelled callers.
        await Task { await self.finish() }.value
    }

    /// Stores everything that is pending. False when the store failed; the counts are then kept for the next attempt.
    @discardableResult
    package func flush() async -> Bool {
        let begun = time.now()
        do {
            var isIdle = true
            // A batch that could not be stored before goes first; what was counted since follows in one more.
            for _ in 0..<2 {
                guard let batch = buffer.nextBatch(at: time.now()) else { break }
                _ = try await store.apply(batch)
                buffer.acknowledge(sequence: batch.sequence)
                isIdle = false
            }
            if isIdle, isHeartbeatDue {
                try await store.note(buffer.replica, seenAt: time.now(), hasLeft: false)
                noteSuccess(batches: 0)
            } else if !isIdle {
                noteSuccess(batches: 1)
            }
            state.withLock { $0.completeThrough = max($0.completeThrough, begun) }
            return true
        } catch {
            noteFailure(error)
            return false
        }
    }

    /// Everything that this replica counted before is stored.
    package var completeThrough: Timestamp { state.withLock { $0.completeThrough } }

    /// Flushes stored and failed since the start, for metrics.
    package var flushes: (stored: Int64, failed: Int64) { state.withLock { ($0.stored, $0.failed) } }

    /// The last flush, and the word that this replica is not to be waited for any more.
    private func finish() async {
        var attempts = 3
        while attempts > 0, await !flush() { attempts -= 1 }
        do {
            try await store.note(buffer.replica, seenAt: time.now(), hasLeft: true)
        } catch {
            noteFailure(error)
        }
    }

    private var isHeartbeatDue: Bool {
        guard let storedAt = state.withLock({ $0.storedAt }) else { return true }
        return time.uptime() - storedAt >= heartbeat
    }

    private func noteSuccess(batches: Int64) {
        let now = time.uptime()
        let recovered = state.withLock { state in
            defer { state.isFailing = false }
            state.storedAt = now
            state.stored += batches
            return state.isFailing
        }
        if recovered { logger.info("statistics are stored again") }
    }

    private func noteFailure(_ error: StatisticsError) {
        let isNew = state.withLock { state in
            defer { state.isFailing = true }
            state.failed += 1
            return !state.isFailing
        }
        guard isNew else { return }
        logger.info(
            "statistics cannot be stored; they are kept in memory and tried again",
            metadata: ["error": "\(error)", "pending_rows": "\(buffer.figures.pendingRows)"])
    }
}
