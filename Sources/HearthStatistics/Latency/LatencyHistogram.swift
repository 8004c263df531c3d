/// Counts of durations in log-linear buckets, which can be added to each other without losing precision.
///
/// Each power of two is divided into 64 equal buckets, as in HdrHistogram (Gil Tene). A bucket is at most 1/64 of its lower
/// bound wide and is represented by its middle, so a percentile is wrong by at most 1/128 = 0.79 %. Values are nanoseconds;
/// below 128 ns they are exact, above 2⁴² ns (73 minutes) they are counted in the last bucket. Only the powers of two that
/// were seen take memory.
package struct LatencyHistogram: Sendable {
    /// How many values were counted.
    package private(set) var count: Int64 = 0

    /// The bucket of the first element of `counts`; a multiple of 64.
    private var firstBucket = 0
    private var counts: [Int64] = []

    package init() {}

    /// Buckets per power of two, as a power of two.
    private static let precisionBits = 6
    private static let bucketsPerOctave = 1 << precisionBits
    private static let highestBit = 41
    /// One more than the largest bucket index.
    package static let bucketLimit = (highestBit - precisionBits + 2) * bucketsPerOctave

    /// Counts one duration; negative ones count as zero.
    package mutating func record(nanoseconds: Int64) {
        add(1, toBucket: Self.bucket(of: nanoseconds))
    }

    /// Adds to one bucket, as when an encoded histogram is read; `bucket` is below ``bucketLimit``.
    mutating func add(_ amount: Int64, toBucket bucket: Int) {
        if bucket < firstBucket || bucket >= firstBucket + counts.count { cover(bucket, bucket) }
        counts[bucket - firstBucket] &+= amount
        count &+= amount
    }

    package mutating func add(_ other: LatencyHistogram) {
        combine(other) { $0 &+ $1 }
        count &+= other.count
    }

    /// Takes away what was added before.
    package mutating func subtract(_ other: LatencyHistogram) {
        combine(other) { $0 &- $1 }
        count &-= other.count
    }

    /// Forgets all values and keeps the memory.
    package mutating func reset() {
        for index in counts.indices { counts[index] = 0 }
        count = 0
    }

    /// The smallest value that at least `permille` thousandths of all values do not exceed, in nanoseconds; zero when empty.
    ///
    /// Nearest rank: 950 of 100 values is the 95th smallest.
    package func nanoseconds(atPermille permille: Int64) -> Int64 {
        guard count > 0 else { return 0 }
        let (whole, part) = count.quotientAndRemainder(dividingBy: 1000)
        let rank = max(1, whole * permille + (part * permille + 999) / 1000)
        var seen: Int64 = 0
        for (offset, amount) in counts.enumerated() {
            seen += amount
            if seen >= rank { return Self.middle(ofBucket: firstBucket + offset) }
        }
        return 0
    }

    /// The non-empty buckets in ascending order.
    var occupied: some Sequence<(bucket: Int, amount: Int64)> {
        counts.enumerated().lazy.filter { $0.element != 0 }.map { (firstBucket + $0.offset, $0.element) }
    }

    private mutating func combine(_ other: LatencyHistogram, _ operation: (Int64, Int64) -> Int64) {
        guard !other.counts.isEmpty else { return }
        cover(other.firstBucket, other.firstBucket + other.counts.count - 1)
        let shift = other.firstBucket - firstBucket
        for (offset, amount) in other.counts.enumerated() where amount != 0 {
            counts[offset + shift] = operation(counts[offset + shift], amount)
        }
    }

    /// Makes room for the buckets from `low` to `high`, in whole octaves.
    private mutating func cover(_ low: Int, _ high: Int) {
        let mask = Self.bucketsPerOctave - 1
        let first = low & ~mask
        let end = (high | mask) + 1
        guard !counts.isEmpty else {
            firstBucket = first
            counts = Array(repeating: 0, count: end - first)
            return
        }
        if end > firstBucket + counts.count {
            counts.append(contentsOf: repeatElement(0, count: end - firstBucket - counts.count))
        }
        if first < firstBucket {
            counts.insert(contentsOf: repeatElement(0, count: firstBucket - first), at: 0)
            firstBucket = first
        }
    }

    /// Values below 64 have a bucket each; above, the 6 bits after the leading one choose the bucket in the octave.
    static func bucket(of nanoseconds: Int64) -> Int {
        let value = UInt64(min(max(nanoseconds, 0), (1 << (highestBit + 1)) - 1))
        guard value >= UInt64(bucketsPerOctave) else { return Int(value) }
        let shift = (UInt64.bitWidth - 1 - value.leadingZeroBitCount) - precisionBits
        return (shift << precisionBits) + Int(value >> UInt64(shift))
    }

    static func middle(ofBucket bucket: Int) -> Int64 {
        guard bucket >= bucketsPerOctave else { return Int64(bucket) }
        let shift = (bucket >> precisionBits) - 1
        let lower = Int64(bucket - (shift << precisionBits)) << Int64(shift)
        return lower + ((1 << Int64(shift)) - 1) / 2
    }
}

extension LatencyHistogram: Equatable {
    /// Equal when every bucket holds the same count, whatever memory is reserved.
    package static func == (left: LatencyHistogram, right: LatencyHistogram) -> Bool {
        left.count == right.count && left.occupied.elementsEqual(right.occupied) { $0 == $1 }
    }
}
