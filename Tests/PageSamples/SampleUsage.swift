package import HearthPages
package import HearthTelemetry

/// Values for pages that look like a day of a service, the same at every run.
package enum Sample {
    /// A Sunday at 17:31:04.
    package static let now = Timestamp(milliseconds: 1_795_368_664_000)

    package static func frame(
        _ view: PageView, language: Language = .en, state: PageState = PageState(), status: ServiceStatus = .working,
        theme: PageTheme? = nil, zone: PageZone = .utc, reader: PageReader = .open, notices: [AddressNotice] = [], refresh: Int? = 10
    ) -> PageFrame {
        PageFrame(
            address: PageAddress(view: view, state: state), notices: notices, language: language, theme: theme, zone: zone, status: status,
            version: "0.1.0", profile: "development", isSimulated: true, generatedAt: now, completeThrough: now,
            replicas: ReplicaCount(reporting: 3, known: 3), reader: reader, refreshSeconds: refresh,
            serviceURL: "http://127.0.0.1:4327")
    }

    /// Numbers that look random.
    package struct Source: Sendable {
        package var state: UInt64

        package init(state: UInt64) { self.state = state }

        package mutating func next(below limit: Int64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(state >> 33) % max(limit, 1)
        }
    }

    package static func results(_ source: inout Source, busy: Int64, isBad: Bool = false) -> ResultCounts {
        let total = busy == 0 ? 0 : busy + source.next(below: busy)
        let miss = total * (isBad ? 28 : 6) / 100 + source.next(below: max(total / 40, 1))
        return ResultCounts(
            hit: max(total - miss, 0), stale: total / 50, shared: total / 80, miss: miss, bypass: total / 100, error: total / 250)
    }

    /// `buckets` buckets of a length that end in the middle of the last; two have no question, one few, one is bad.
    package static func usage(_ bucket: BucketLength = .hour, buckets count: Int = 24, busy: Int64 = 300, at now: Timestamp = now) -> Usage
    {
        let length: Duration =
            switch bucket {
            case .minute: .seconds(60)
            case .hour: .seconds(3600)
            case .day: .seconds(86_400)
            case .week: .seconds(7 * 86_400)
            case .month: .seconds(30 * 86_400)
            }
        let step = length.wholeMilliseconds
        let end = Timestamp(milliseconds: now.milliseconds / step * step + step)
        var source = Source(state: 42)
        let buckets = (0..<count).map { index -> UsageBucket in
            let from = Timestamp(milliseconds: end.milliseconds - Int64(count - index) * step)
            let isEmpty = index == count / 3 || index == count / 3 + 1
            let results = results(
                &source, busy: busy == 0 || isEmpty ? 0 : index == count / 3 + 2 ? 6 : busy, isBad: index == count * 3 / 5)
            return UsageBucket(
                from: from, to: from + length, isComplete: index < count - 1, results: results,
                savings: SavingsFigures(
                    avoided: Double(results.hit) * 0.002, warming: index == 0 && busy > 0 ? 0.42 : 0,
                    refresh: Double(results.stale) * 0.002, checks: Double(results.hit / 200) * 0.002),
                p95CacheMilliseconds: busy == 0 ? nil : 0.5 + Double(source.next(below: 30)) / 100)
        }
        return usage(of: buckets, bucket, now)
    }

    private static func usage(of buckets: [UsageBucket], _ length: BucketLength, _ now: Timestamp) -> Usage {
        var all = ResultCounts()
        var savings = SavingsFigures()
        for bucket in buckets {
            all.hit += bucket.results.hit
            all.stale += bucket.results.stale
            all.shared += bucket.results.shared
            all.miss += bucket.results.miss
            all.bypass += bucket.results.bypass
            all.error += bucket.results.error
            savings.avoided += bucket.savings.avoided
            savings.warming += bucket.savings.warming
            savings.refresh += bucket.savings.refresh
            savings.checks += bucket.savings.checks
        }
        let isEmpty = all.total == 0
        let totals = UsageTotals(
            results: all, hitRate: isEmpty ? 0 : Double(all.hit + all.stale) / Double(all.total) * 100, savings: savings,
            p95CacheMilliseconds: 0.64, paidDollars: Double(all.miss) * 0.002)
        var before = totals
        before.hitRate = 91.8
        before.savings.avoided -= 0.92
        before.p95CacheMilliseconds = 0.61
        let from = buckets.first?.from ?? now
        return Usage(
            from: from, to: buckets.last?.to ?? now, bucket: length, totals: totals, previous: isEmpty ? nil : before, buckets: buckets,
            languages: Language.allCases.enumerated().map { index, language in
                UsageShare(
                    key: language, answers: isEmpty ? 0 : all.total / Int64(1 << (index + 1)), fromCache: all.hit / Int64(1 << (index + 1)),
                    hitRate: 93.1 - Double(index) * 4.2, savedDollars: 9.01 / Double(index + 1))
            },
            categories: ResponseCategory.allCases.enumerated().map { index, category in
                UsageShare(
                    key: category, answers: isEmpty ? 0 : all.total / Int64(index + 2), fromCache: all.hit / Int64(index + 2),
                    hitRate: 95.0 - Double(index) * 3.7, savedDollars: 4.4 / Double(index + 1))
            },
            grid: isEmpty
                ? []
                : Language.allCases.enumerated().flatMap { row, language in
                    ResponseCategory.allCases.enumerated().compactMap { column, category in
                        (row + column).isMultiple(of: 7)
                            ? nil
                            : GridCell(language: language, category: category, answers: 40, hitRate: Double((row * 31 + column * 17) % 101))
                    }
                },
            marks: isEmpty
                ? []
                : [
                    PageEvent(at: from + .seconds(3 * 3600 + 900), kind: .version, text: "0.1.0 in place of 0.0.9"),
                    PageEvent(at: from + .seconds(14 * 3600), kind: .invalidation, text: "1,204 answers in Hebrew removed", actor: "ops"),
                ],
            firstQuestion: isEmpty ? nil : from, keptDays: 90)
    }
}
