import Synchronization

/// The offsets of a time zone for all time, with constant-time access to the interval in use.
///
/// Explicit transitions come from the zone file. Beyond them the file's POSIX rule is laid out for one full Gregorian cycle of 400 years,
/// which then repeats exactly: 146,097 days are 20,871 whole weeks. That costs at most 20 KiB per zone with daylight saving.
package final class TimeZoneRules: Sendable {
    private static let cycle: Int64 = 146_097 * 86_400

    /// The IANA name.
    package let name: String
    /// The smallest and the largest offset ever in force.
    let smallestOffset: Int64
    let largestOffset: Int64
    private let intervals: [OffsetInterval]
    /// First second that is looked up one or more cycles earlier; distant future where the last offset stays.
    private let repeatsFrom: Int64
    private let lastUsed = Atomic<Int>(0)

    /// - Parameters:
    ///   - initialOffset: the offset before the first transition
    ///   - transitions: instants in ascending order with the offset from then on
    ///   - rule: what follows the last transition; nil keeps its offset for ever
    init(name: String, initialOffset: Int64, transitions: [(at: Int64, offset: Int64)], rule: POSIXZoneRule?) {
        var all = transitions
        var repeatsFrom = OffsetInterval.distantFuture
        if let rule {
            let lastExplicit = transitions.last?.at ?? 0
            let firstYear = CivilDay(daysSinceEpoch: lastExplicit.floored(by: CronFields.secondsPerDay)).year
            let generated = rule.transitions(from: firstYear - 1, through: firstYear + 2 + CronFields.horizonYears)
            if transitions.isEmpty, let standard = rule.constantOffset {
                all.append((lastExplicit, standard))
            }
            all += generated.filter { $0.at > lastExplicit || transitions.isEmpty }
            if !generated.isEmpty {
                repeatsFrom =
                    CivilDay.daysSinceEpoch(year: firstYear + 2 + CronFields.horizonYears, month: 1, day: 1) * CronFields.secondsPerDay
            }
        }
        self.name = name
        self.repeatsFrom = repeatsFrom
        intervals = Self.intervals(initialOffset: initialOffset, transitions: all)
        smallestOffset = intervals.reduce(initialOffset) { min($0, $1.offset) }
        largestOffset = intervals.reduce(initialOffset) { max($0, $1.offset) }
    }

    /// Whether the zone is UTC under another name.
    var isUTC: Bool { intervals.count == 1 && smallestOffset == 0 }

    /// The interval that holds an instant, given in seconds since the epoch.
    func interval(at instant: Int64) -> OffsetInterval {
        guard instant >= repeatsFrom else { return stored(at: instant) }
        let shift = ((instant - repeatsFrom) / Self.cycle + 1) * Self.cycle
        var interval = stored(at: instant - shift)
        interval.start += shift
        interval.end += shift
        interval.firstFreshLabel += shift
        return interval
    }

    private func stored(at instant: Int64) -> OffsetInterval {
        let hint = lastUsed.load(ordering: .relaxed)
        let hinted = intervals[hint]
        if hinted.start <= instant, instant < hinted.end { return hinted }
        var low = 0
        var high = intervals.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if intervals[middle].start <= instant { low = middle } else { high = middle - 1 }
        }
        lastUsed.store(low, ordering: .relaxed)
        return intervals[low]
    }

    /// Merges transitions that change nothing and computes what each interval repeats or skips.
    private static func intervals(initialOffset: Int64, transitions: [(at: Int64, offset: Int64)]) -> [OffsetInterval] {
        var intervals = [
            OffsetInterval(
                start: OffsetInterval.distantPast, end: OffsetInterval.distantFuture, offset: initialOffset,
                firstFreshLabel: OffsetInterval.distantPast)
        ]
        intervals.reserveCapacity(transitions.count + 1)
        for transition in transitions {
            let last = intervals[intervals.count - 1]
            guard transition.offset != last.offset else { continue }
            if transition.at == last.start {
                // Two changes at one instant: the later one counts.
                intervals[intervals.count - 1].offset = transition.offset
                continue
            }
            intervals[intervals.count - 1].end = transition.at
            intervals.append(
                OffsetInterval(
                    start: transition.at, end: OffsetInterval.distantFuture, offset: transition.offset,
                    firstFreshLabel: max(transition.at + last.offset, last.firstFreshLabel)))
        }
        return intervals
    }
}
