package import HearthTelemetry

extension CronWords {
    /// A schedule in plain words of a language, without the time zone.
    package static func describe(_ schedule: Schedule, in language: Language) -> String {
        guard let words = ScheduleVocabulary.of(language) else { return describe(schedule) }
        return LocalCronWords(words: words).describe(schedule)
    }
}

/// Writes a schedule with a vocabulary.
private struct LocalCronWords {
    let words: ScheduleVocabulary

    func describe(_ schedule: Schedule) -> String {
        switch schedule.kind {
        case .manual: words.manual
        case .startup: words.startup
        case .reboot: words.reboot
        case .every(let seconds): every(seconds)
        case .cron(let fields): describe(fields)
        }
    }

    private func every(_ seconds: Int64) -> String {
        let (count, unit) = CronWords.wholeUnits(seconds)
        return every(Int(clamping: count), unit)
    }

    private func every(_ count: Int, _ unit: CronWords.Unit) -> String {
        count == 1 ? words.everyOne[unit] : fill(words.every, ["n": "\(count)", "unit": words.units[unit]])
    }

    private func describe(_ fields: CronFields) -> String {
        var parts = [time(fields)]
        if let days = days(fields.days) { parts.append(days) }
        let months = CronWords.values(UInt64(fields.months))
        if months.count < 12 { parts.append(fill(words.months, ["list": list(months) { words.monthNames[$0 - 1] }])) }
        let years = CronWords.yearNumbers(fields)
        if !years.isEmpty { parts.append(fill(words.years, ["list": list(years) { "\($0)" }])) }
        return parts.joined(separator: ", ")
    }

    private func time(_ fields: CronFields) -> String {
        if let times = CronWords.times(fields) { return fill(words.at, ["times": joined(times)]) }
        let (minutes, hours) = (CronWords.values(fields.minutes), CronWords.values(fields.hours))
        var parts: [String] = []
        if fields.seconds != 1 { parts.append(unit(CronWords.values(fields.seconds), .second, words.seconds)) }
        if parts.isEmpty || minutes.count < 60 { parts.append(unit(minutes, .minute, words.minutes)) }
        if hours.count < 24 {
            if let step = CronWords.step(hours, of: 24) {
                parts.append(fill(words.everyHours, ["n": "\(step)"]))
            } else {
                parts.append(fill(words.hours, ["list": list(hours, CronWords.twoDigits)]))
            }
        }
        return parts.joined(separator: ", ")
    }

    private func unit(_ values: [Int], _ unit: CronWords.Unit, _ pattern: String) -> String {
        if values.count == 60 { return words.everyOne[unit] }
        if let step = CronWords.step(values, of: 60) { return every(step, unit) }
        return fill(pattern, ["list": list(values) { "\($0)" }])
    }

    private func days(_ rule: DayRule) -> String? {
        switch rule.combination {
        case .everyDay: nil
        case .dayOfMonth: monthDays(rule)
        case .dayOfWeek: weekdays(rule)
        case .either: fill(words.either, ["a": monthDays(rule), "b": weekdays(rule)])
        case .both: fill(words.both, ["a": monthDays(rule), "b": weekdays(rule)])
        }
    }

    private func monthDays(_ rule: DayRule) -> String {
        var parts: [String] = []
        let days = CronWords.values(UInt64(rule.daysOfMonth))
        if !days.isEmpty { parts.append(fill(words.monthDays, ["list": list(days) { "\($0)" }])) }
        parts += CronWords.values(UInt64(rule.lastDays)).map(last)
        parts += CronWords.values(UInt64(rule.nearestWeekdays)).map { fill(words.nearest, ["day": "\($0)"]) }
        parts += CronWords.values(UInt64(rule.nearestWeekdaysToLast)).map { fill(words.nearestTo, ["what": last($0)]) }
        return joined(parts)
    }

    private func last(_ before: Int) -> String {
        before == 0 ? words.lastDay : fill(words.beforeLast, ["n": "\(before)"])
    }

    private func weekdays(_ rule: DayRule) -> String {
        var parts: [String] = []
        let plain = CronWords.plainWeekdays(rule)
        if !plain.isEmpty { parts.append(fill(words.weekdays, ["list": list(plain) { words.weekdayNames[$0 % 7] }])) }
        parts += CronWords.values(rule.ordinalWeekdays).map { bit in
            fill(words.ordinal, ["n": "\(bit / 7 + 1)", "day": words.weekdayNames[bit % 7]])
        }
        parts += CronWords.values(UInt64(rule.lastWeekdays)).map { fill(words.last, ["day": words.weekdayNames[$0]]) }
        return joined(parts)
    }

    // MARK: Lists

    private func list(_ values: [Int], _ name: (Int) -> String) -> String {
        joined(
            CronWords.ranges(values).map { range in
                range.count == 1
                    ? name(range.lowerBound) : fill(words.through, ["a": name(range.lowerBound), "b": name(range.upperBound)])
            })
    }

    private func joined(_ parts: [String]) -> String {
        guard parts.count > 1, let last = parts.last else { return parts.first ?? "" }
        return parts.dropLast().joined(separator: ", ") + words.and + last
    }

    /// What is put in has no braces.
    private func fill(_ pattern: String, _ values: KeyValuePairs<String, String>) -> String {
        values.reduce(pattern) { $0.replacing("{\($1.key)}", with: $1.value) }
    }
}
