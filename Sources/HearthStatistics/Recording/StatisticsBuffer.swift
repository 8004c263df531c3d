package import HearthTelemetry
import Synchronization

/// What was counted and is not yet known to be stored.
///
/// At most two batches exist: one that was sent and not acknowledged, which must not change any more because it may have
/// been stored, and an open one that takes everything since. While the store is down the open batch grows up to a bound; then
/// the minutes of each hour are joined, and if that is not enough the oldest hours are dropped and counted.
package final class StatisticsBuffer: Sendable {
    private struct State {
        /// Sent once at least; its contents are fixed.
        var sent: StatisticsBatch?
        var open = UsageDeltas()
        var openSequence: Int64 = 1
        var droppedRequests: Int64 = 0
        var foldedSightings: Int64 = 0
    }

    package let replica: ReplicaIdentity
    /// The counter on the request path whose counts are collected here.
    package let recorder: StatisticsRecorder
    private let rowLimit: Int
    private let state = Mutex(State())

    /// `rowLimit` bounds the rows of the open batch; a row takes about 0.5 to 4 KB.
    package init(recorder: StatisticsRecorder, replica: ReplicaIdentity, rowLimit: Int = 20_000) {
        self.recorder = recorder
        self.replica = replica
        self.rowLimit = max(1, rowLimit)
    }

    /// Everything that may not be stored yet, up to the last recorded request, as batches in their order.
    ///
    /// Whoever adds them to what is stored leaves out those up to the sequence that the store has applied.
    package func pending(at now: Timestamp) -> [StatisticsBatch] {
        state.withLock { state in
            collect(into: &state)
            var batches: [StatisticsBatch] = []
            if let sent = state.sent { batches.append(sent) }
            if !state.open.isEmpty { batches.append(openBatch(of: state, at: now)) }
            return batches
        }
    }

    /// The batch to store next; the same one until it is acknowledged. Nil when there is nothing to store.
    package func nextBatch(at now: Timestamp) -> StatisticsBatch? {
        state.withLock { state in
            collect(into: &state)
            if let sent = state.sent { return sent }
            guard !state.open.isEmpty else { return nil }
            let batch = openBatch(of: state, at: now)
            state.sent = batch
            state.open = UsageDeltas()
            state.openSequence += 1
            return batch
        }
    }

    /// Forgets a batch that the store has applied, now or before.
    package func acknowledge(sequence: Int64) {
        state.withLock { state in
            if let sent = state.sent, sent.sequence <= sequence { state.sent = nil }
        }
    }

    /// What the buffer holds and has lost, for metrics.
    package var figures: StatisticsBufferFigures {
        var figures = state.withLock { state in
            StatisticsBufferFigures(
                pendingRows: (state.sent?.deltas.rowCount ?? 0) + state.open.rowCount,
                pendingPatterns: (state.sent?.deltas.patterns.count ?? 0) + state.open.patterns.count,
                droppedRequests: state.droppedRequests, foldedSightings: state.foldedSightings)
        }
        figures.misdatedRequests = recorder.misdatedRequests
        figures.foldedSightings += recorder.patterns.foldedSightings
        return figures
    }

    private func openBatch(of state: State, at now: Timestamp) -> StatisticsBatch {
        StatisticsBatch(replica: replica, sequence: state.openSequence, collectedAt: now, deltas: state.open)
    }

    /// Drains under the lock, so that no request is between the recorder and the batch when someone looks.
    private func collect(into state: inout State) {
        let drained = recorder.drain()
        guard !drained.isEmpty else { return }
        state.open.add(drained)
        state.foldedSightings += state.open.patterns.foldRarest(over: recorder.patterns.capacity)
        guard state.open.rowCount > rowLimit else { return }
        state.open.joinMinutesOfHours()
        state.droppedRequests += state.open.dropOldest(keeping: rowLimit)
    }
}

/// The state of a ``StatisticsBuffer`` in numbers.
package struct StatisticsBufferFigures: Equatable, Sendable {
    /// Rows that are not known to be stored.
    package var pendingRows: Int
    /// Query patterns that are not known to be stored.
    package var pendingPatterns: Int = 0
    /// Requests lost because the store was down for longer than the buffer lasts.
    package var droppedRequests: Int64
    /// Requests counted in a neighbouring minute.
    package var misdatedRequests: Int64 = 0
    /// Requests whose question is counted in its language's remainder only.
    package var foldedSightings: Int64 = 0
}
