import HearthTelemetry

@testable import HearthScheduling

/// The meaning of a schedule by definition: looks at every second, knows nothing of masks, searches or intervals.
struct BruteForceSchedule {
    let schedule: Schedule

    /// Whether a label matches, by the fields as numbers.
    func matches(_ label: Int64) -> Bool {
        guard case .cron(let fields) = schedule.kind else { return false }
        let day = label.flooredQuotient(by: 86_400)
        let second = Int(label - day * 86_400)
        let date = CivilDate(daysSinceEpoch: day)
        guard fields.seconds & (1 << UInt64(second % 60)) != 0, fields.minutes & (1 << UInt64(second / 60 % 60)) != 0,
            fields.hours & (1 << UInt64(second / 3600)) != 0, fields.months & (1 << UInt32(date.month)) != 0,
            fields.years.map({ $0.contains(date.year) }) ?? true
        else { return false }
        return matchesDay(fields.days, date)
    }

    private func matchesDay(_ rule: DayRule, _ date: CivilDate) -> Bool {
        let length = CivilDate.daysIn(month: date.month, year: date.year)
        func weekday(_ day: Int) -> Int {
            let days = CivilDate(year: date.year, month: date.month, day: day)?.daysSinceEpoch ?? 0
            return Int((((days + 4) % 7) + 7) % 7)
        }
        /// Walks away from the day until a weekday is found that is as near as possible and in the month.
        func nearest(_ day: Int) -> Int? {
            guard (1...length).contains(day) else { return nil }
            for distance in 0...2 {
                for candidate in [day - distance, day + distance] where (1...length).contains(candidate) {
                    if (1...5).contains(weekday(candidate)) { return candidate }
                }
            }
            return nil
        }
        let inMonth =
            rule.daysOfMonth & (1 << UInt32(date.day)) != 0
            || (0...30).contains { rule.lastDays & (1 << UInt32($0)) != 0 && date.day == length - $0 }
            || (1...31).contains { rule.nearestWeekdays & (1 << UInt32($0)) != 0 && nearest($0) == date.day }
            || (0...30).contains { rule.nearestWeekdaysToLast & (1 << UInt32($0)) != 0 && nearest(length - $0) == date.day }
        let today = weekday(date.day)
        let inWeek =
            rule.weekdays & (1 << UInt32(today)) != 0
            || rule.ordinalWeekdays & (1 << UInt64((date.day - 1) / 7 * 7 + today)) != 0
            || (rule.lastWeekdays & (1 << UInt32(today)) != 0 && date.day + 7 > length)
        switch rule.combination {
        case .everyDay: return true
        case .dayOfMonth: return inMonth
        case .dayOfWeek: return inWeek
        case .either: return inMonth || inWeek
        case .both: return inMonth && inWeek
        }
    }

    private func label(at second: Int64) -> Int64 { second + (schedule.zone?.interval(at: second).offset ?? 0) }

    /// The firings among the seconds of a range, by the definition: an interval job fires when its label matches, a fixed one when a matching
    /// label lies above all labels shown before and not above those shown now.
    ///
    /// Schedules without a seconds field are looked at every whole minute: all offsets since 1972 are whole minutes.
    func firings(in range: ClosedRange<Int64>) -> [Int64] {
        guard case .cron(let fields) = schedule.kind else { return [] }
        let step: Int64 = fields.seconds == 1 ? 60 : 1
        let first = -(-range.lowerBound).flooredQuotient(by: step) * step
        if schedule.isInterval {
            return stride(from: first, through: range.upperBound, by: Int(step)).filter { matches(label(at: $0)) }
        }
        // Two days back are enough to know what has been shown: no zone was ever set back further.
        var shown = Int64.min
        for instant in stride(from: first - 2 * 86_400, to: first, by: Int(step)) { shown = max(shown, label(at: instant)) }
        var firings: [Int64] = []
        for instant in stride(from: first, through: range.upperBound, by: Int(step)) {
            let now = label(at: instant)
            guard now > shown else { continue }
            if stride(from: shown + step, through: now, by: Int(step)).contains(where: matches) { firings.append(instant) }
            shown = now
        }
        return firings
    }
}
