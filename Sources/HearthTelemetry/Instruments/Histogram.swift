import Synchronization

/// How often values fell into each of a fixed set of ranges, and their sum.
///
/// An update is one addition to a bucket and one to the sum; nothing is allocated and no lock is taken. The count is not kept:
/// it is the sum of the buckets, so that every snapshot has a count equal to its `+Inf` bucket. The sum may be ahead of
/// or behind the buckets by the updates in progress.
package final class Histogram: Sendable {
    private static let slotCount = HistogramBounds.maximumCount + 1

    /// Padded with infinity, so that the search below has a constant length and no branches.
    private let bounds: InlineArray<24, Double>
    private let buckets: InlineArray<24, Atomic<UInt64>>
    private let sumBits = Atomic<UInt64>(0)
    package let bucketBounds: HistogramBounds
    /// Nil where no traces are kept.
    let exemplars: ExemplarShelf?
    /// Nil where nobody asks for exponential ranges.
    let native: NativeBuckets?

    package init(_ bounds: HistogramBounds, keepsExemplars: Bool = false, isNative: Bool = false) {
        bucketBounds = bounds
        exemplars = keepsExemplars ? ExemplarShelf() : nil
        native = isNative ? NativeBuckets() : nil
        let values = bounds.values
        self.bounds = InlineArray { $0 < values.count ? values[$0] : .infinity }
        buckets = InlineArray { _ in Atomic(0) }
    }

    /// Counts one value; "not a number" is left out, since it would spoil the sum for ever.
    package func observe(_ value: Double) {
        guard !value.isNaN else { return }
        count(value, in: bucket(of: value))
    }

    private func bucket(of value: Double) -> Int {
        var index = 0
        for position in 0..<Self.slotCount {
            index &+= value > bounds[position] ? 1 : 0
        }
        // At most slotCount - 1: the last bound is always infinite.
        return index
    }

    private func count(_ value: Double, in index: Int) {
        if let native {
            native.count(value)
            // Whoever sees this addition sees the one before it, so that the exponential ranges never hold less than the buckets.
            buckets[index].wrappingAdd(1, ordering: .releasing)
        } else {
            buckets[index].wrappingAdd(1, ordering: .relaxed)
        }
        sumBits.addDouble(value)
    }

    /// Counts one duration in seconds; exact bounds such as 200 ms fall into the bucket they name.
    package func observe(_ duration: Duration) {
        observe(duration.seconds)
    }

    /// Counts one duration, and keeps its trace as the example of its bucket where one is due.
    ///
    /// - Parameter trace: asked for only then; left out where the caller does not record it, since a link to it would lead nowhere.
    package func observe(_ duration: Duration, at moment: Timestamp, trace: () -> TraceContext?) {
        let value = duration.seconds
        let index = bucket(of: value)
        count(value, in: index)
        guard let exemplars, exemplars.isDue(index, at: moment), let trace = trace(), trace.isSampled else { return }
        exemplars.put(Exemplar(traceID: trace.traceID, spanID: trace.spanID, value: value, moment: moment), in: index)
    }
}

extension Histogram {
    convenience init(_ descriptor: MetricDescriptor, isNative: Bool = false) {
        self.init(descriptor.buckets, keepsExemplars: descriptor.keepsExemplars, isNative: isNative)
    }
}

extension Histogram {
    /// One reading of a histogram.
    package struct Snapshot: Sendable, Equatable {
        /// How many values fell into each range, not accumulated; one more than there are bounds.
        package var counts: [UInt64]
        package var sum: Double

        package init(counts: [UInt64], sum: Double) {
            self.counts = counts
            self.sum = sum
        }

        package var count: UInt64 { counts.reduce(0, &+) }
    }

    package func snapshot() -> Snapshot {
        var counts: [UInt64] = []
        counts.reserveCapacity(bucketBounds.values.count + 1)
        for index in 0...bucketBounds.values.count {
            counts.append(bucketCount(at: index))
        }
        return Snapshot(counts: counts, sum: sum)
    }

    /// How many values fell into the range that ends at bound `index`; the last index is the range up to `+Inf`.
    func bucketCount(at index: Int) -> UInt64 {
        // What was counted before in the exponential ranges is seen from here on.
        buckets[index].load(ordering: .acquiring)
    }

    package var sum: Double { Double(bitPattern: sumBits.load(ordering: .relaxed)) }

    package var count: UInt64 { snapshot().count }
}
