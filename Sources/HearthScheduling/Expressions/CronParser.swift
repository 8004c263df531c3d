import HearthTelemetry

/// Reads the fields of a cron expression into bit masks.
///
/// The grammar is that of the Open Cron Pattern Specification 1.0 with the extensions listed in `docs/reference/cron.md`. What crons are known
/// to read differently is refused with a spelling that all of them read alike.
struct CronParser {
    /// Longer texts are refused before they are looked at.
    static let maximumLength = 1024

    let bytes: [UInt8]
    let dialect: CronDialect
    private var fields = CronFields()

    private init(bytes: [UInt8], dialect: CronDialect) {
        self.bytes = bytes
        self.dialect = dialect
    }

    /// - Parameter seconds: whether six fields mean that the first is seconds
    static func parse(_ bytes: [UInt8], dialect: CronDialect, seconds: Bool) throws(ScheduleError) -> CronFields {
        var parser = CronParser(bytes: bytes, dialect: dialect)
        let ranges = try fieldRanges(bytes, seconds: seconds)
        let hasSeconds = ranges.count > 5
        if hasSeconds { parser.fields.seconds = try parser.mask(.second, ranges[0]) }
        let first = hasSeconds ? 1 : 0
        parser.fields.minutes = try parser.mask(.minute, ranges[first])
        parser.fields.hours = try parser.mask(.hour, ranges[first + 1])
        let dayOfMonth = ranges[first + 2]
        parser.fields.months = UInt32(truncatingIfNeeded: try parser.mask(.month, ranges[first + 3]))
        let dayOfWeek = ranges[first + 4]
        if ranges.count == 7 { try parser.readYears(ranges[6]) }
        try parser.readDays(dayOfMonth: dayOfMonth, dayOfWeek: dayOfWeek)
        let star = UInt8(ascii: "*")
        parser.fields.isInterval = bytes[ranges[first].lowerBound] == star || bytes[ranges[first + 1].lowerBound] == star
        return parser.fields
    }

    private static func fieldRanges(_ bytes: [UInt8], seconds: Bool) throws(ScheduleError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(8)
        var position = 0
        while position < bytes.count {
            if isBlank(bytes[position]) {
                position += 1
                continue
            }
            let start = position
            while position < bytes.count, !isBlank(bytes[position]) { position += 1 }
            ranges.append(start..<position)
            guard ranges.count <= 8 else { break }
        }
        switch ranges.count {
        case 5, 7: return ranges
        case 6 where seconds: return ranges
        case 6:
            throw ScheduleError(
                .fieldCount,
                "\"\(String(decoding: bytes, as: UTF8.self))\" has six fields, which different crons read as seconds first, as a year last, or as a "
                    + "user name before the command. Set `seconds: true` if the first field is seconds; write seven fields (seconds first, year last) "
                    + "for a year; leave a user name out.")
        case 0: throw ScheduleError(.empty, "The schedule is empty; write five fields, such as 0 3 * * *, or a name such as @daily.")
        default:
            throw ScheduleError(
                .fieldCount,
                "\"\(String(decoding: bytes.prefix(200), as: UTF8.self))\" has \(ranges.count > 7 ? "more than seven" : String(ranges.count)) "
                    + "field\(ranges.count == 1 ? "" : "s"); write five: minute, hour, day of month, month, day of week.")
        }
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// A field without day extensions, as bits.
    private func mask(_ field: CronField, _ range: Range<Int>) throws(ScheduleError) -> UInt64 {
        // The most frequent field by far.
        if range.count == 1, bytes[range.lowerBound] == UInt8(ascii: "*") { return Self.star(field) }
        var reader = CronItemReader(bytes: bytes, range: range, field: field)
        var mask: UInt64 = 0
        repeat {
            let (first, last, step) = try reader.span()
            for value in stride(from: first, through: last, by: step) { mask |= 1 << UInt64(value) }
        } while try reader.hasAnotherItem()
        return mask
    }

    private static func star(_ field: CronField) -> UInt64 {
        let (first, last) = (UInt64(field.range.lowerBound), UInt64(field.lastOfStar))
        return (2 << last) &- (1 << first)
    }

    private mutating func readYears(_ range: Range<Int>) throws(ScheduleError) {
        if range.count == 1, bytes[range.lowerBound] == UInt8(ascii: "*") { return }
        var reader = CronItemReader(bytes: bytes, range: range, field: .year)
        var years = YearSet()
        repeat {
            let (first, last, step) = try reader.span()
            for year in stride(from: first, through: last, by: step) { years.insert(year) }
        } while try reader.hasAnotherItem()
        fields.years = years
    }

    private mutating func readDays(dayOfMonth: Range<Int>, dayOfWeek written: Range<Int>) throws(ScheduleError) {
        let isJoined = bytes[written.lowerBound] == UInt8(ascii: "+")
        let dayOfWeek = isJoined ? written.lowerBound + 1..<written.upperBound : written
        guard !dayOfWeek.isEmpty else {
            throw ScheduleError(.emptyItem, "Nothing follows the + in the day-of-week field; write, for example, +MON.", field: .dayOfWeek)
        }
        var days = DayRule()
        try readDaysOfMonth(dayOfMonth, into: &days)
        try readDaysOfWeek(dayOfWeek, into: &days)
        switch (isEveryDay(dayOfMonth), isEveryDay(dayOfWeek)) {
        case (true, true): days.combination = .everyDay
        case (false, true): days.combination = .dayOfMonth
        case (true, false): days.combination = .dayOfWeek
        case (false, false):
            let beginsWithStar = bytes[dayOfMonth.lowerBound] == UInt8(ascii: "*") || bytes[dayOfWeek.lowerBound] == UInt8(ascii: "*")
            switch (isJoined, beginsWithStar, dialect) {
            case (true, _, _), (false, true, .vixie): days.combination = .both
            case (false, false, _), (false, true, .ocps): days.combination = .either
            case (false, true, .standard):
                fields.days = days
                throw ambiguity(dayOfMonth: dayOfMonth, dayOfWeek: dayOfWeek)
            }
        }
        fields.days = days
    }

    private func isEveryDay(_ range: Range<Int>) -> Bool {
        range.count == 1 && (bytes[range.lowerBound] == UInt8(ascii: "*") || bytes[range.lowerBound] == UInt8(ascii: "?"))
    }

    private func readDaysOfMonth(_ range: Range<Int>, into days: inout DayRule) throws(ScheduleError) {
        guard !isEveryDay(range) else { return }
        var reader = CronItemReader(bytes: bytes, range: range, field: .dayOfMonth)
        repeat {
            switch try reader.dayOfMonth() {
            case .span(let first, let last, let step):
                for day in stride(from: first, through: last, by: step) { days.daysOfMonth |= 1 << UInt32(day) }
            case .last(let before): days.lastDays |= 1 << UInt32(before)
            case .nearestWeekday(let day): days.nearestWeekdays |= 1 << UInt32(day)
            case .nearestWeekdayToLast(let before): days.nearestWeekdaysToLast |= 1 << UInt32(before)
            }
        } while try reader.hasAnotherItem()
    }

    private func readDaysOfWeek(_ range: Range<Int>, into days: inout DayRule) throws(ScheduleError) {
        guard !isEveryDay(range) else { return }
        var reader = CronItemReader(bytes: bytes, range: range, field: .dayOfWeek)
        repeat {
            switch try reader.dayOfWeek() {
            case .span(let first, let last, let step):
                for day in stride(from: first, through: last, by: step) { days.weekdays |= 1 << UInt32(day % 7) }
            case .ordinal(let ordinal, let weekday): days.ordinalWeekdays |= 1 << UInt64(7 * (ordinal - 1) + weekday % 7)
            case .last(let weekday): days.lastWeekdays |= 1 << UInt32(weekday % 7)
            }
        } while try reader.hasAnotherItem()
    }

    /// Shows both readings with their next three dates, counted from a fixed day so that the same text gives the same message.
    private func ambiguity(dayOfMonth: Range<Int>, dayOfWeek: Range<Int>) -> ScheduleError {
        func dates(_ combination: DayRule.Combination) -> String {
            var reading = fields
            reading.days.combination = combination
            var label = CivilDay.daysSinceEpoch(year: 2026, month: 1, day: 1) * CronFields.secondsPerDay
            var dates: [String] = []
            while dates.count < 3, let next = reading.nextLabel(atOrAfter: label) {
                let day = next.floored(by: CronFields.secondsPerDay)
                dates.append(Firing(instant: .init(seconds: next), labelSeconds: next).localLabel.description.prefix(10).description)
                label = (day + 1) * CronFields.secondsPerDay
            }
            return dates.isEmpty ? "never" : dates.joined(separator: ", ")
        }
        let joined = "+\(text(dayOfWeek))"
        return ScheduleError(
            .ambiguousDays,
            "The day fields \"\(text(dayOfMonth))\" and \"\(text(dayOfWeek))\" are ambiguous: Vixie's cron wants both to match (from 2026: "
                + "\(dates(.both))), others want either (\(dates(.either))). Write \(joined) as the day of week for both, "
                + "a range such as 1-31/2 instead of */2 for either, or set `dialect: vixie` or `dialect: ocps`.",
            suggestion: joined, field: .dayOfWeek)
    }
}
