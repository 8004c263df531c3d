import Synchronization

/// One exemplar for each bucket of a histogram.
///
/// A bucket takes the first observation with a trace, and then a newer one once a second at most; so an update costs one atomic reading
/// unless a second has passed. Nobody waits: where somebody else writes or reads, the exemplar is left out.
final class ExemplarShelf: Sendable {
    private static let slotCount = HistogramBounds.maximumCount + 1
    private static let lifetimeMilliseconds: Int64 = 1000
    private static let never = Int64.min

    /// When each bucket's was taken, in milliseconds since 1970.
    private let taken: InlineArray<24, Atomic<Int64>> = InlineArray { _ in Atomic(ExemplarShelf.never) }
    private let slots = Mutex([Exemplar?](repeating: nil, count: ExemplarShelf.slotCount))

    /// Whether the bucket's is missing or old; a clock that went back makes it old.
    func isDue(_ bucket: Int, at moment: Timestamp) -> Bool {
        let last = taken[bucket].load(ordering: .relaxed)
        guard last != Self.never, moment.milliseconds >= last else { return true }
        return moment.milliseconds - last >= Self.lifetimeMilliseconds
    }

    func put(_ exemplar: Exemplar, in bucket: Int) {
        let isPut: Void? = slots.withLockIfAvailable { $0[bucket] = exemplar }
        if isPut != nil { taken[bucket].store(exemplar.moment.milliseconds, ordering: .relaxed) }
    }

    /// By bucket; nil where no trace was seen.
    var all: [Exemplar?] { slots.withLock { $0 } }
}
