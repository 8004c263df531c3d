/// Smallest and largest matching labels, found by bit operations on masks and civil-date arithmetic.
///
/// The work depends on the number of months looked at, never on the number of seconds between.
extension CronFields {
    /// A search gives up after this many years: the Gregorian calendar repeats after 400.
    static let horizonYears: Int64 = 400

    /// The smallest matching label that is at least `label`.
    func nextLabel(atOrAfter label: Int64) -> Int64? {
        let day = label.floored(by: Self.secondsPerDay)
        let date = CivilDay(daysSinceEpoch: day)
        let ofMonth = matchingDays(year: date.year, month: date.month, firstDay: day - Int64(date.day - 1))
        if ofMonth & (1 << UInt32(date.day)) != 0,
            let time = nextTime(atOrAfter: Int(truncatingIfNeeded: label - day * Self.secondsPerDay))
        {
            return day * Self.secondsPerDay + time
        }
        let later = ofMonth & ~((2 << UInt32(date.day)) &- 1)
        if later != 0 {
            return (day + Int64(later.trailingZeroBitCount - date.day)) * Self.secondsPerDay + firstTime
        }
        guard let first = firstDay(afterMonth: date.month, of: date.year) else { return nil }
        return first * Self.secondsPerDay + firstTime
    }

    /// The largest matching label that is at most `label`.
    func previousLabel(atOrBefore label: Int64) -> Int64? {
        let day = label.floored(by: Self.secondsPerDay)
        let date = CivilDay(daysSinceEpoch: day)
        let ofMonth = matchingDays(year: date.year, month: date.month, firstDay: day - Int64(date.day - 1))
        if ofMonth & (1 << UInt32(date.day)) != 0,
            let time = previousTime(atOrBefore: Int(truncatingIfNeeded: label - day * Self.secondsPerDay))
        {
            return day * Self.secondsPerDay + time
        }
        let earlier = ofMonth & ((1 << UInt32(date.day)) &- 1)
        if earlier != 0 {
            return (day + Int64(31 - earlier.leadingZeroBitCount - date.day)) * Self.secondsPerDay + lastTime
        }
        guard let last = lastDay(beforeMonth: date.month, of: date.year) else { return nil }
        return last * Self.secondsPerDay + lastTime
    }

    /// Whether a year and month may hold matching days, and which.
    private func matchingDays(year: Int64, month: Int, firstDay: Int64) -> UInt32 {
        guard months & (1 << UInt32(month)) != 0 else { return 0 }
        if let years, !years.contains(year) { return 0 }
        return days.days(length: CivilDay.length(ofMonth: month, year: year), firstWeekday: CivilDay.weekday(ofDay: firstDay))
    }

    private func firstDay(afterMonth month: Int, of year: Int64) -> Int64? {
        var year = year
        var rest = months & ~((2 << UInt32(month)) &- 1)
        let limit = year + Self.horizonYears
        while true {
            while rest != 0 {
                let month = rest.trailingZeroBitCount
                let firstDay = CivilDay.daysSinceEpoch(year: year, month: month, day: 1)
                let found = matchingDays(year: year, month: month, firstDay: firstDay)
                if found != 0 { return firstDay + Int64(found.trailingZeroBitCount - 1) }
                rest &= rest - 1
            }
            guard let following = years.map({ $0.next(atOrAfter: year + 1) }) ?? (year + 1), following <= limit else { return nil }
            year = following
            rest = months
        }
    }

    private func lastDay(beforeMonth month: Int, of year: Int64) -> Int64? {
        var year = year
        var rest = months & ((1 << UInt32(month)) &- 1)
        let limit = year - Self.horizonYears
        while true {
            while rest != 0 {
                let month = 31 - rest.leadingZeroBitCount
                let firstDay = CivilDay.daysSinceEpoch(year: year, month: month, day: 1)
                let found = matchingDays(year: year, month: month, firstDay: firstDay)
                if found != 0 { return firstDay + Int64(30 - found.leadingZeroBitCount) }
                rest &= ~(1 << UInt32(month))
            }
            guard let preceding = years.map({ $0.previous(atOrBefore: year - 1) }) ?? (year - 1), preceding >= limit else { return nil }
            year = preceding
            rest = months
        }
    }

    private var firstTime: Int64 {
        Int64(hours.trailingZeroBitCount * 3600 + minutes.trailingZeroBitCount * 60 + seconds.trailingZeroBitCount)
    }

    private var lastTime: Int64 {
        Int64((63 - hours.leadingZeroBitCount) * 3600 + (63 - minutes.leadingZeroBitCount) * 60 + 63 - seconds.leadingZeroBitCount)
    }

    private func nextTime(atOrAfter secondOfDay: Int) -> Int64? {
        let (hour, minute, second) = (secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60)
        if hours & (1 << UInt64(hour)) != 0 {
            if minutes & (1 << UInt64(minute)) != 0 {
                let rest = seconds >> UInt64(second)
                if rest != 0 { return Int64(secondOfDay + rest.trailingZeroBitCount) }
            }
            let rest = minutes & ~((2 << UInt64(minute)) &- 1)
            if rest != 0 { return Int64(hour * 3600 + rest.trailingZeroBitCount * 60 + seconds.trailingZeroBitCount) }
        }
        let rest = hours & ~((2 << UInt64(hour)) &- 1)
        guard rest != 0 else { return nil }
        return Int64(rest.trailingZeroBitCount * 3600 + minutes.trailingZeroBitCount * 60 + seconds.trailingZeroBitCount)
    }

    private func previousTime(atOrBefore secondOfDay: Int) -> Int64? {
        let (hour, minute, second) = (secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60)
        let lastSecond = 63 - seconds.leadingZeroBitCount
        if hours & (1 << UInt64(hour)) != 0 {
            if minutes & (1 << UInt64(minute)) != 0 {
                let rest = seconds & ((2 << UInt64(second)) &- 1)
                if rest != 0 { return Int64(hour * 3600 + minute * 60 + 63 - rest.leadingZeroBitCount) }
            }
            let rest = minutes & ((1 << UInt64(minute)) &- 1)
            if rest != 0 { return Int64(hour * 3600 + (63 - rest.leadingZeroBitCount) * 60 + lastSecond) }
        }
        let rest = hours & ((1 << UInt64(hour)) &- 1)
        guard rest != 0 else { return nil }
        return Int64((63 - rest.leadingZeroBitCount) * 3600 + (63 - minutes.leadingZeroBitCount) * 60 + lastSecond)
    }
}
