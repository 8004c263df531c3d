package import HearthTelemetry

/// The sums of one bucket, kept as far apart as a report needs them.
package struct BucketSummary: Equatable, Sendable {
    /// Indexed by `LookupResult.index`.
    package private(set) var byResult = Array(repeating: UsageTally(), count: LookupResult.allCases.count)
    /// Indexed by `Language.index`.
    package private(set) var byLanguage = Array(repeating: Share(), count: Language.allCases.count)
    /// Indexed by `ResponseCategory.index`.
    package private(set) var byCategory = Array(repeating: Share(), count: ResponseCategory.allCases.count)
    /// Indexed by ``place(_:_:)``.
    package private(set) var byLanguageAndCategory = Array(
        repeating: Share(), count: Language.allCases.count * ResponseCategory.allCases.count)
    /// Indexed by `BackgroundPurpose.index`.
    package private(set) var background = Array(repeating: BackgroundTally(), count: BackgroundPurpose.allCases.count)

    /// The part of the requests that one language or category has.
    package struct Share: Equatable, Sendable {
        package var requests: Int64 = 0
        package var hits: Int64 = 0
        package var durationNanoseconds: Int64 = 0
        package var savedMicroDollars: Int64 = 0
    }

    package init() {}

    /// Whether nothing was counted.
    package var isEmpty: Bool { requests == 0 && background.allSatisfy { $0.calls == 0 } }

    package var requests: Int64 { byResult.reduce(0) { $0 + $1.requests } }

    /// The sum of everything that was answered from the cache.
    package var served: UsageTally {
        var sum = UsageTally()
        for result in LookupResult.allCases where result.servedFromCache { sum.add(byResult[result.index]) }
        return sum
    }

    /// The sum over all results.
    package var all: UsageTally {
        var sum = UsageTally()
        for tally in byResult { sum.add(tally) }
        return sum
    }

    package mutating func add(_ tally: UsageTally, of cell: UsageCell) {
        byResult[cell.result.index].add(tally)
        let hits = cell.result.servedFromCache ? tally.requests : 0
        let share = Share(
            requests: tally.requests, hits: hits, durationNanoseconds: tally.durationNanoseconds, savedMicroDollars: tally.savedMicroDollars
        )
        add(share, of: cell)
    }

    package mutating func subtract(_ tally: UsageTally, of cell: UsageCell) {
        byResult[cell.result.index].subtract(tally)
        let hits = cell.result.servedFromCache ? tally.requests : 0
        let share = Share(
            requests: -tally.requests, hits: -hits, durationNanoseconds: -tally.durationNanoseconds,
            savedMicroDollars: -tally.savedMicroDollars)
        add(share, of: cell)
    }

    private mutating func add(_ share: Share, of cell: UsageCell) {
        byLanguage[cell.language.index].add(share)
        byCategory[cell.category.index].add(share)
        byLanguageAndCategory[Self.place(cell.language, cell.category)].add(share)
    }

    package static func place(_ language: Language, _ category: ResponseCategory) -> Int {
        language.index * ResponseCategory.allCases.count + category.index
    }

    package mutating func add(_ tally: BackgroundTally, of purpose: BackgroundPurpose) {
        background[purpose.index].add(tally)
    }

    package mutating func subtract(_ tally: BackgroundTally, of purpose: BackgroundPurpose) {
        background[purpose.index].subtract(tally)
    }

    package mutating func add(_ other: BucketSummary) {
        for index in byResult.indices { byResult[index].add(other.byResult[index]) }
        for index in byLanguage.indices { byLanguage[index].add(other.byLanguage[index]) }
        for index in byCategory.indices { byCategory[index].add(other.byCategory[index]) }
        for index in byLanguageAndCategory.indices { byLanguageAndCategory[index].add(other.byLanguageAndCategory[index]) }
        for index in background.indices { background[index].add(other.background[index]) }
    }
}

extension BucketSummary.Share {
    fileprivate mutating func add(_ other: Self) {
        requests &+= other.requests
        hits &+= other.hits
        durationNanoseconds.increase(by: other.durationNanoseconds)
        savedMicroDollars.increase(by: other.savedMicroDollars)
    }
}

/// Sums per bucket of a range, built by adding rows of any finer resolution.
package struct UsageSummary: Sendable {
    package let range: StatisticsRange
    /// Which rows are added.
    package let selection: UsageSelection
    /// By the beginning of the bucket; buckets without rows are left out.
    package private(set) var buckets: [Timestamp: BucketSummary] = [:]

    package init(range: StatisticsRange, selection: UsageSelection = UsageSelection()) {
        self.range = range
        self.selection = selection
    }

    /// Adds a row whose bucket lies in one of the range's; rows outside and those that are not selected are ignored.
    package mutating func add(_ tally: UsageTally, at key: UsageKey) {
        guard takes(key.bucket, of: key.tenant), selection.contains(key.cell) else { return }
        buckets[bucket(of: key.bucket), default: BucketSummary()].add(tally, of: key.cell)
    }

    package mutating func subtract(_ tally: UsageTally, at key: UsageKey) {
        guard takes(key.bucket, of: key.tenant), selection.contains(key.cell) else { return }
        buckets[bucket(of: key.bucket), default: BucketSummary()].subtract(tally, of: key.cell)
    }

    package mutating func add(_ tally: BackgroundTally, at key: BackgroundKey) {
        guard takes(key.bucket, of: key.tenant), selection.containsBackground else { return }
        buckets[bucket(of: key.bucket), default: BucketSummary()].add(tally, of: key.purpose)
    }

    package mutating func subtract(_ tally: BackgroundTally, at key: BackgroundKey) {
        guard takes(key.bucket, of: key.tenant), selection.containsBackground else { return }
        buckets[bucket(of: key.bucket), default: BucketSummary()].subtract(tally, of: key.purpose)
    }

    package mutating func add(_ deltas: UsageDeltas) {
        for (key, tally) in deltas.usage { add(tally, at: key) }
        for (key, tally) in deltas.background { add(tally, at: key) }
    }

    private func takes(_ bucket: Timestamp, of tenant: Tenant) -> Bool {
        (selection.tenant == nil || selection.tenant == tenant) && range.contains(bucket)
    }

    private func bucket(of moment: Timestamp) -> Timestamp { range.period.bucketStart(containing: moment) }
}
