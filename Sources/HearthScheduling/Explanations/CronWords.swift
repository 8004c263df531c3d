/// A schedule in plain English: "at 03:00 on Monday to Friday".
package enum CronWords {
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let monthNames = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
    private static let ordinals = ["first", "second", "third", "fourth", "fifth"]

    /// Without the time zone.
    package static func describe(_ schedule: Schedule) -> String {
        switch schedule.kind {
        case .manual: "only by hand"
        case .startup: "once when the service starts"
        case .reboot: "once when the machine starts"
        case .every(let seconds): "every \(span(seconds))"
        case .cron(let fields): describe(fields)
        }
    }

    private static func describe(_ fields: CronFields) -> String {
        var parts = [time(fields)]
        if let days = days(fields.days) { parts.append(days) }
        let months = values(UInt64(fields.months))
        if months.count < 12 { parts.append("in \(list(ranges(months).map { words($0) { monthNames[$0 - 1] } }))") }
        if let years = years(fields) { parts.append("in \(years)") }
        return parts.joined(separator: " ")
    }

    // MARK: Time of day

    private static func time(_ fields: CronFields) -> String {
        if let times = times(fields) { return "at \(list(times))" }
        let (seconds, minutes, hours) = (values(fields.seconds), values(fields.minutes), values(fields.hours))
        var text = ""
        if fields.seconds != 1 { text = unit(seconds, "second", of: 60, within: "minute") }
        if !(minutes.count == 60 && !text.isEmpty) {
            text += (text.isEmpty ? "" : " ") + unit(minutes, "minute", of: 60, within: "hour")
        }
        guard hours.count < 24 else { return text }
        if let step = step(hours, of: 24) { return "\(text) of every \(ordinal(step)) hour" }
        return "\(text) during \(hours.count == 1 ? "hour" : "hours") \(list(ranges(hours).map { words($0) { twoDigits($0) } }))"
    }

    /// The times of a day, where they are few enough to be listed.
    static func times(_ fields: CronFields) -> [String]? {
        let (seconds, minutes, hours) = (values(fields.seconds), values(fields.minutes), values(fields.hours))
        guard hours.count * minutes.count * seconds.count <= 6 else { return nil }
        return hours.flatMap { hour in
            minutes.flatMap { minute in
                seconds.map { clock(hour, minute) + (fields.seconds == 1 ? "" : ":\(twoDigits($0))") }
            }
        }
    }

    private static func unit(_ values: [Int], _ name: String, of size: Int, within larger: String) -> String {
        if values.count == size { return "every \(name)" }
        if let step = step(values, of: size) { return "every \(step) \(name)s" }
        return "at \(values.count == 1 ? name : "\(name)s") \(list(ranges(values).map { words($0) { String($0) } })) of every \(larger)"
    }

    /// The step of values that begin at 0 and divide the whole evenly.
    static func step(_ values: [Int], of size: Int) -> Int? {
        guard values.count > 2, values[0] == 0, size % values.count == 0 else { return nil }
        let step = size / values.count
        return values.enumerated().allSatisfy { $1 == $0 * step } ? step : nil
    }

    // MARK: Days

    private static func days(_ rule: DayRule) -> String? {
        switch rule.combination {
        case .everyDay: nil
        case .dayOfMonth: "on \(monthDays(rule))"
        case .dayOfWeek: "on \(weekDays(rule))"
        case .either: "on \(monthDays(rule)), or on \(weekDays(rule))"
        case .both: "on \(monthDays(rule)) if that is \(weekDays(rule))"
        }
    }

    private static func monthDays(_ rule: DayRule) -> String {
        var parts: [String] = []
        let days = values(UInt64(rule.daysOfMonth))
        if !days.isEmpty {
            parts.append("\(days.count == 1 ? "day" : "days") \(list(ranges(days).map { words($0) { String($0) } })) of the month")
        }
        for before in values(UInt64(rule.lastDays)) { parts.append(last(before)) }
        for day in values(UInt64(rule.nearestWeekdays)) { parts.append("the weekday nearest to day \(day)") }
        for before in values(UInt64(rule.nearestWeekdaysToLast)) { parts.append("the weekday nearest to \(last(before))") }
        return list(parts)
    }

    private static func last(_ before: Int) -> String {
        switch before {
        case 0: "the last day of the month"
        case 1: "the day before the last of the month"
        default: "\(before) days before the last of the month"
        }
    }

    private static func weekDays(_ rule: DayRule) -> String {
        var parts: [String] = []
        let plain = plainWeekdays(rule)
        if !plain.isEmpty { parts.append(list(ranges(plain).map { words($0) { weekdays[$0 % 7] } })) }
        for bit in values(rule.ordinalWeekdays) { parts.append("the \(ordinals[bit / 7]) \(weekdays[bit % 7]) of the month") }
        for day in values(UInt64(rule.lastWeekdays)) { parts.append("the last \(weekdays[day]) of the month") }
        return list(parts)
    }

    /// Sunday stands at the end of a range, as 7, as in Monday to Sunday.
    static func plainWeekdays(_ rule: DayRule) -> [Int] {
        let plain = values(UInt64(rule.weekdays))
        guard plain.first == 0, plain.contains(6), plain.count < 7 else { return plain }
        return Array(plain.dropFirst()) + [7]
    }

    private static func years(_ fields: CronFields) -> String? {
        let years = yearNumbers(fields)
        return years.isEmpty ? nil : list(ranges(years).map { words($0) { String($0) } })
    }

    /// Empty for every year.
    static func yearNumbers(_ fields: CronFields) -> [Int] {
        guard let set = fields.years else { return [] }
        var years: [Int] = []
        var year = set.next(atOrAfter: 0)
        while let found = year {
            years.append(Int(found))
            year = set.next(atOrAfter: found + 1)
        }
        return years
    }

    // MARK: Words

    static func span(_ seconds: Int64) -> String {
        let (count, unit) = wholeUnits(seconds)
        return count == 1 ? "\(unit)" : "\(count) \(unit)s"
    }

    enum Unit: Sendable {
        case day
        case hour
        case minute
        case second
    }

    /// In the longest unit that needs no fraction.
    static func wholeUnits(_ seconds: Int64) -> (count: Int64, unit: Unit) {
        for (length, unit) in [(Int64(86_400), Unit.day), (3600, .hour), (60, .minute)] where seconds % length == 0 {
            return (seconds / length, unit)
        }
        return (seconds, .second)
    }

    static func values(_ mask: UInt64) -> [Int] { (0..<64).filter { mask & (1 << UInt64($0)) != 0 } }

    /// Runs of three and more become ranges.
    static func ranges(_ values: [Int]) -> [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        var start = 0
        while start < values.count {
            var end = start
            while end + 1 < values.count, values[end + 1] == values[end] + 1 { end += 1 }
            if end - start >= 2 {
                ranges.append(values[start]...values[end])
            } else {
                for value in values[start...end] { ranges.append(value...value) }
            }
            start = end + 1
        }
        return ranges
    }

    private static func words(_ range: ClosedRange<Int>, _ name: (Int) -> String) -> String {
        range.count == 1 ? name(range.lowerBound) : "\(name(range.lowerBound)) to \(name(range.upperBound))"
    }

    private static func list(_ parts: [String]) -> String {
        guard parts.count > 1, let last = parts.last else { return parts.first ?? "" }
        return parts.dropLast().joined(separator: ", ") + " and " + last
    }

    private static func ordinal(_ number: Int) -> String {
        switch number {
        case 2: "second"
        case 3: "third"
        default: "\(number)th"
        }
    }

    static func clock(_ hour: Int, _ minute: Int) -> String { "\(twoDigits(hour)):\(twoDigits(minute))" }
    static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}
