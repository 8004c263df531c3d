import Synchronization

/// The exponential ranges of a native histogram: eight for each doubling, which is Prometheus' schema 3.
///
/// Ranges reach from 2⁻²⁰ (about a microsecond, or a millionth of a byte) to 2²⁸ (eight years, or 268 million tokens), in 3 KB. What is smaller,
/// 0 or negative is counted as zero, what is larger in the last range. A quantile is off by 4.4 % at most, the half of a range.
final class NativeBuckets: Sendable {
    static let schema: Int64 = 3
    static let zeroThreshold = 0x1p-20

    private static let perDoubling = 8
    private static let lowestExponent = -20
    private static let slotCount = 384

    /// The upper bounds of the ranges between 1 and 2, the first of them 1.
    private static let bounds: InlineArray<8, Double> = [
        1, 1.090507732665257659, 1.189207115002721067, 1.296839554651009665, 1.414213562373095049, 1.542210825407940824,
        1.681792830507429086, 1.834008086409342463,
    ]

    private let zero = Atomic<UInt64>(0)
    private let slots: InlineArray<384, Atomic<UInt64>> = InlineArray { _ in Atomic(0) }

    func count(_ value: Double) {
        guard value > Self.zeroThreshold else {
            zero.wrappingAdd(1, ordering: .relaxed)
            return
        }
        slots[min(Self.index(of: value) - Self.firstIndex, Self.slotCount - 1)].wrappingAdd(1, ordering: .relaxed)
    }

    /// The number of the range that a finite positive value falls into: `i` for those above 2^((i-1)/8) up to 2^(i/8).
    ///
    /// 1 gives 0, 1.01 gives 1, 2 gives 8, 0.5 gives -8.
    static func index(of value: Double) -> Int {
        guard value.isFinite else { return firstIndex + slotCount }
        let significand = value.significand
        var above = 0
        for position in 0..<perDoubling where significand > bounds[position] { above += 1 }
        return Int(value.exponent) * perDoubling + above
    }

    /// The number of the range that begins at the zero threshold.
    private static let firstIndex = lowestExponent * perDoubling + 1
}

extension NativeBuckets {
    /// One reading.
    struct Snapshot: Sendable, Equatable {
        /// Neighbouring ranges that are written out.
        struct Span: Sendable, Equatable {
            /// The number of the first range, or the ranges left out since the span before.
            var offset: Int64
            var length: UInt64
        }

        var zeroCount: UInt64 = 0
        var spans: [Span] = []
        /// How much each range holds more than the one before.
        var deltas: [Int64] = []
        var count: UInt64 = 0
    }

    /// Up to two empty ranges are written out, which takes less than a new span.
    private static let longestGap = 2

    func snapshot() -> Snapshot {
        var snapshot = Snapshot(zeroCount: zero.load(ordering: .relaxed))
        snapshot.count = snapshot.zeroCount
        var previous: Int64 = 0
        /// One past the last range that is written out.
        var end = 0
        for index in 0..<Self.slotCount {
            let value = slots[index].load(ordering: .relaxed)
            guard value > 0 else { continue }
            snapshot.count &+= value
            let gap = index - end
            if snapshot.spans.isEmpty {
                snapshot.spans.append(.init(offset: Int64(index + Self.firstIndex), length: 1))
            } else if gap > Self.longestGap {
                snapshot.spans.append(.init(offset: Int64(gap), length: 1))
            } else {
                for _ in 0..<gap {
                    snapshot.deltas.append(-previous)
                    previous = 0
                }
                snapshot.spans[snapshot.spans.count - 1].length += UInt64(gap + 1)
            }
            snapshot.deltas.append(Int64(clamping: value) - previous)
            previous = Int64(clamping: value)
            end = index + 1
        }
        return snapshot
    }
}
