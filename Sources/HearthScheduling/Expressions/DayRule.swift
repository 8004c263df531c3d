/// Which days of a month match: the day-of-month and day-of-week fields together.
struct DayRule: Sendable, Equatable {
    enum Combination: Sendable, Equatable {
        case everyDay
        case dayOfMonth
        case dayOfWeek
        /// Both are restricted and one is enough.
        case either
        /// Both must match: written `+` before the day of the week, or Vixie's reading of `*/n`.
        case both
    }

    /// Bit n: day n, 1 to 31.
    var daysOfMonth: UInt32 = 0
    /// Bit n: n days before the last one (`L-n`; bit 0 is `L`).
    var lastDays: UInt32 = 0
    /// Bit n: the weekday nearest to day n (`nW`).
    var nearestWeekdays: UInt32 = 0
    /// Bit n: the weekday nearest to n days before the last one (`L-nW`; bit 0 is `LW`).
    var nearestWeekdaysToLast: UInt32 = 0
    /// Bit d: weekday d, Sunday is 0.
    var weekdays: UInt32 = 0
    /// Bit 7·(n-1)+d: the n-th weekday d of the month (`d#n`).
    var ordinalWeekdays: UInt64 = 0
    /// Bit d: the last weekday d of the month (`dL`, `d#L`).
    var lastWeekdays: UInt32 = 0
    var combination = Combination.everyDay

    /// The matching days of a month, bit n for day n.
    ///
    /// - Parameters:
    ///   - length: days in the month, 28 to 31
    ///   - firstWeekday: the weekday of day 1, Sunday is 0
    func days(length: Int, firstWeekday: Int) -> UInt32 {
        let all = UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(length + 1)) &- 2)
        switch combination {
        case .everyDay: return all
        case .dayOfMonth: return monthDays(length: length, firstWeekday: firstWeekday) & all
        case .dayOfWeek: return weekDays(length: length, firstWeekday: firstWeekday) & all
        case .either:
            return (monthDays(length: length, firstWeekday: firstWeekday) | weekDays(length: length, firstWeekday: firstWeekday)) & all
        case .both:
            return monthDays(length: length, firstWeekday: firstWeekday) & weekDays(length: length, firstWeekday: firstWeekday) & all
        }
    }

    private func monthDays(length: Int, firstWeekday: Int) -> UInt32 {
        var days = daysOfMonth
        guard lastDays | nearestWeekdays | nearestWeekdaysToLast != 0 else { return days }
        var rest = lastDays
        while rest != 0 {
            let day = length - rest.trailingZeroBitCount
            if day >= 1 { days |= 1 << UInt32(day) }
            rest &= rest - 1
        }
        rest = nearestWeekdays
        while rest != 0 {
            let day = rest.trailingZeroBitCount
            if day <= length { days |= 1 << UInt32(Self.nearestWeekday(to: day, length: length, firstWeekday: firstWeekday)) }
            rest &= rest - 1
        }
        rest = nearestWeekdaysToLast
        while rest != 0 {
            let day = length - rest.trailingZeroBitCount
            if day >= 1 { days |= 1 << UInt32(Self.nearestWeekday(to: day, length: length, firstWeekday: firstWeekday)) }
            rest &= rest - 1
        }
        return days
    }

    private func weekDays(length: Int, firstWeekday: Int) -> UInt32 {
        var days = Self.spread(Self.rotate(weekdays, by: firstWeekday))
        if ordinalWeekdays != 0 {
            for ordinal in 0..<5 {
                let ofOrdinal = UInt32(truncatingIfNeeded: ordinalWeekdays >> UInt64(7 * ordinal)) & 0x7F
                days |= UInt32(truncatingIfNeeded: UInt64(Self.rotate(ofOrdinal, by: firstWeekday)) << UInt64(7 * ordinal + 1))
            }
        }
        if lastWeekdays != 0 {
            let lastSeven = UInt32(0x7F) << UInt32(length - 6)
            days |= Self.spread(Self.rotate(lastWeekdays, by: firstWeekday)) & lastSeven
        }
        return days
    }

    /// Turns bits by weekday into bits by day of the first week, day 1 at bit 0.
    private static func rotate(_ weekdays: UInt32, by firstWeekday: Int) -> UInt32 {
        (weekdays >> UInt32(firstWeekday) | weekdays << UInt32(7 - firstWeekday)) & 0x7F
    }

    /// Repeats a first week over the month, day 1 at bit 1.
    private static func spread(_ week: UInt32) -> UInt32 {
        let wide = UInt64(week)
        return UInt32(truncatingIfNeeded: (wide | wide << 7 | wide << 14 | wide << 21 | wide << 28) << 1)
    }

    /// Monday to Friday nearest to `day` without leaving the month.
    private static func nearestWeekday(to day: Int, length: Int, firstWeekday: Int) -> Int {
        switch (firstWeekday + day - 1) % 7 {
        case 6: day == 1 ? 3 : day - 1
        case 0: day == length ? day - 2 : day + 1
        default: day
        }
    }
}
