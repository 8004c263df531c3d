import HearthStatistics
import HearthTelemetry
import Synchronization

/// Shows what the buffer of statistics holds and has lost, whenever metrics are asked for.
final class StatisticsCollector: Sendable {
    private let buffer: StatisticsBuffer
    private let instruments: StatisticsInstruments
    private let shown = Mutex((dropped: Int64(0), folded: Int64(0)))

    init(buffer: StatisticsBuffer, instruments: StatisticsInstruments, settings: HearthConfiguration.Statistics) {
        self.buffer = buffer
        self.instruments = instruments
        instruments.patternsLimit(.pending).set(settings.patternsInMemory)
        instruments.patternsLimit(.kept).set(settings.patternsKept)
    }

    func collect() {
        let figures = buffer.figures
        instruments.pendingRows.set(figures.pendingRows)
        instruments.patterns(.pending).set(figures.pendingPatterns)
        let (dropped, folded) = shown.withLock { shown in
            defer { shown = (figures.droppedRequests, figures.foldedSightings) }
            return (figures.droppedRequests - shown.dropped, figures.foldedSightings - shown.folded)
        }
        instruments.droppedRequests.increment(by: UInt64(max(0, dropped)))
        instruments.foldedSightings.increment(by: UInt64(max(0, folded)))
    }
}
