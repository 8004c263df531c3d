/// How other crons read an expression that Hearth accepts, where they differ.
///
/// What is said of them was seen by asking them: see `make peers`.
enum CronDialectNotes {
    static func notes(on schedule: Schedule, firesAroundChanges: Bool) -> [String] {
        switch schedule.kind {
        case .manual, .startup, .reboot: []
        case .every:
            ["@every is counted from 1970-01-01T00:00:00Z, so that all replicas agree; robfig/cron counts from the start of its process."]
        case .cron(let fields): notes(on: fields, of: schedule, firesAroundChanges: firesAroundChanges)
        }
    }

    private static func notes(on fields: CronFields, of schedule: Schedule, firesAroundChanges: Bool) -> [String] {
        // A nickname means the same everywhere.
        let words = schedule.text.split { $0 == " " || $0 == "\t" }.drop { $0.hasPrefix("CRON_TZ=") }
        guard words.count >= 5, let first = words.indices.first else { return [] }
        let offset = words.count > 5 ? 1 : 0
        let (dayOfMonth, dayOfWeek) = (words[first + offset + 2], words[first + offset + 4])
        var notes: [String] = []
        if words.count == 6 {
            notes.append("Six fields: Debian's cron takes the first for minutes, others the last for a year; here the first is seconds.")
        }
        switch fields.days.combination {
        case .either where dayOfMonth.hasPrefix("*") || dayOfWeek.hasPrefix("*"):
            notes.append("One day field begins with *: Vixie's cron wants both to match; here one is enough, as in OCPS and robfig/cron.")
        case .either:
            notes.append(
                "Both day fields are restricted: Vixie's cron, OCPS and robfig/cron fire when one matches, as here; Quartz refuses it.")
        case .both where dayOfWeek.hasPrefix("+"):
            notes.append("+ before the day of week is OCPS; Debian's cron refuses it, and robfig/cron fires when one day field matches.")
        case .both:
            notes.append("One day field begins with *: OCPS and robfig/cron fire when one matches; here both must, as in Vixie's cron.")
        case .everyDay, .dayOfMonth, .dayOfWeek: break
        }
        if !fields.days.isPlain {
            notes.append("L, W and # are extensions: Quartz, croniter and cronsim know some of them, Debian's cron and robfig/cron none.")
        }
        if dayOfWeek.contains(where: \.isNumber), fields.days.weekdays != 0 {
            notes.append(
                "Weekdays count from Sunday, 0 or 7, as in Vixie's cron; Quartz counts Sunday as 1. Names are read alike everywhere.")
        }
        if firesAroundChanges, !fields.isInterval {
            notes.append(
                "When clocks change it fires once, as in Debian's cron; robfig/cron leaves out what falls into a gap and repeats what shows twice."
            )
        }
        return notes
    }
}

extension DayRule {
    /// Whether only numbers and names of days were written.
    fileprivate var isPlain: Bool {
        lastDays | nearestWeekdays | nearestWeekdaysToLast | lastWeekdays == 0 && ordinalWeekdays == 0
    }
}
