/// Civil-date arithmetic for the search, kept in this module so that the compiler can inline it.
///
/// The formulas are those of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"; `CivilDate` holds the same for everybody else.
struct CivilDay {
    var year: Int64
    var month: Int
    var day: Int

    @inline(__always)
    init(daysSinceEpoch: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let era = shifted.floored(by: 146_097)
        let dayOfEra = UInt32(truncatingIfNeeded: shifted - era * 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        year = Int64(yearOfEra) + era * 400 + (month <= 2 ? 1 : 0)
    }

    @inline(__always)
    static func daysSinceEpoch(year: Int64, month: Int, day: Int) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear.floored(by: 400)
        let yearOfEra = UInt32(truncatingIfNeeded: marchYear - era * 400)
        let marchMonth = UInt32(truncatingIfNeeded: month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * marchMonth + 2) / 5 + UInt32(truncatingIfNeeded: day) - 1
        return era * 146_097 + Int64(yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear) - 719_468
    }

    /// Sunday is 0; 1970-01-01 was a Thursday.
    @inline(__always)
    static func weekday(ofDay day: Int64) -> Int {
        let remainder = (day + 4) % 7
        return Int(remainder < 0 ? remainder + 7 : remainder)
    }

    static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    @inline(__always)
    static func length(ofMonth month: Int, year: Int64) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : 30 + (month + month >> 3) & 1
    }

    static func length(ofMonth month: Int, isLeap: Bool) -> Int {
        length(ofMonth: month, year: isLeap ? 2000 : 2001)
    }
}

extension Int64 {
    /// Division that rounds towards negative infinity; `divisor` is positive.
    @inline(__always)
    func floored(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return quotient * divisor > self ? quotient - 1 : quotient
    }
}
