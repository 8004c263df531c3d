/// The rule in the footer of a zone file: `EET-2EEST,M3.5.0/3,M10.5.0/4`.
///
/// The form is that of POSIX.1-2017 section 8.3 with the extension of RFC 9636 section 3.3.2: hours from -167 to 167.
struct POSIXZoneRule: Sendable, Equatable {
    /// A day of the year on which the offset changes.
    enum Day: Sendable, Equatable {
        /// `Jn`: 1 to 365, 29 February is never counted.
        case withoutLeapDay(Int)
        /// `n`: 0 to 365, 29 February is counted.
        case ofYear(Int)
        /// `Mm.w.d`: the w-th (5 is the last) weekday d of month m.
        case weekday(month: Int, week: Int, weekday: Int)
    }

    struct Change: Sendable, Equatable {
        var day: Day
        /// Seconds after local midnight; may lie in another day.
        var time: Int64
    }

    struct Saving: Sendable, Equatable {
        var offset: Int64
        var begin: Change
        var end: Change
    }

    /// Seconds ahead of UTC.
    var standardOffset: Int64
    var saving: Saving?

    /// The only offset of a rule without daylight saving.
    var constantOffset: Int64? { saving == nil ? standardOffset : nil }

    /// Both changes of each year, ascending.
    func transitions(from firstYear: Int64, through lastYear: Int64) -> [(at: Int64, offset: Int64)] {
        guard let saving else { return [] }
        var changes: [(at: Int64, offset: Int64)] = []
        changes.reserveCapacity(Int(lastYear - firstYear + 1) * 2)
        for year in firstYear...lastYear {
            changes.append((Self.instant(of: saving.begin, year: year) - standardOffset, saving.offset))
            changes.append((Self.instant(of: saving.end, year: year) - saving.offset, standardOffset))
        }
        // At one instant the beginning of saving follows its end: saving all year round is written so.
        return changes.sorted { ($0.at, $0.offset == saving.offset ? 1 : 0) < ($1.at, $1.offset == saving.offset ? 1 : 0) }
    }

    private static func instant(of change: Change, year: Int64) -> Int64 {
        let newYear = CivilDay.daysSinceEpoch(year: year, month: 1, day: 1)
        let day: Int64
        switch change.day {
        case .withoutLeapDay(let number): day = newYear + Int64(number - 1) + (number >= 60 && CivilDay.isLeap(year) ? 1 : 0)
        case .ofYear(let number): day = newYear + Int64(number)
        case .weekday(let month, let week, let weekday):
            let first = CivilDay.daysSinceEpoch(year: year, month: month, day: 1)
            var ofMonth = 1 + (weekday - CivilDay.weekday(ofDay: first) + 7) % 7 + 7 * (week - 1)
            if ofMonth > CivilDay.length(ofMonth: month, year: year) { ofMonth -= 7 }
            day = first + Int64(ofMonth - 1)
        }
        return day * CronFields.secondsPerDay + change.time
    }
}
