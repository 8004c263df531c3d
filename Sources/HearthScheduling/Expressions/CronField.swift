/// The parts of a cron expression, in the order in which seven of them are written.
package enum CronField: String, Sendable, CaseIterable {
    case second
    case minute
    case hour
    case dayOfMonth = "day-of-month"
    case month
    case dayOfWeek = "day-of-week"
    case year

    /// The numbers a user may write; 7 is a second name of Sunday.
    var range: ClosedRange<Int> {
        switch self {
        case .second, .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 0...7
        case .year: YearSet.firstYear...YearSet.lastYear
        }
    }

    /// The last value that `*` covers.
    var lastOfStar: Int { self == .dayOfWeek ? 6 : range.upperBound }

    /// Three-letter names, the first of which has the value ``firstNameValue``.
    var names: [String] {
        switch self {
        case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        case .dayOfWeek: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
        case .second, .minute, .hour, .dayOfMonth, .year: []
        }
    }

    var firstNameValue: Int { self == .month ? 1 : 0 }
    var hasNames: Bool { self == .month || self == .dayOfWeek }
    var isDayField: Bool { self == .dayOfMonth || self == .dayOfWeek }
}

/// How the one spelling is read on which the two big families of crons contradict each other: a day field that begins with `*` but is
/// not just `*`, beside a restricted one.
package enum CronDialect: String, Sendable, CaseIterable {
    /// Refuse it and show both readings.
    case standard
    /// Both day fields must match, as in Vixie's cron and its descendants.
    case vixie
    /// One of the day fields must match, as in the Open Cron Pattern Specification.
    case ocps
}
