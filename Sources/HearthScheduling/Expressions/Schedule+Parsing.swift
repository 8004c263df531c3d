import HearthTelemetry

extension Schedule {
    /// Reads an expression: five to seven cron fields, or a name such as `@daily` or `@every 1h30m`.
    ///
    /// - Parameters:
    ///   - text: may begin with `CRON_TZ=Zone/Name` and a blank
    ///   - timezone: IANA name; nil means UTC unless the text names one, naming it twice is an error
    ///   - seconds: whether six fields mean that the first is seconds
    ///   - zones: where zone files are found
    package static func parse(
        _ text: String, dialect: CronDialect = .standard, timezone: String? = nil, seconds: Bool = false,
        zones: ZoneDirectory = .system
    ) throws(ScheduleError) -> Schedule {
        guard text.utf8.count <= CronParser.maximumLength else {
            throw ScheduleError(.tooLong, "The schedule is longer than \(CronParser.maximumLength) bytes; split it into several jobs.")
        }
        var bytes = Array(text.utf8)
        let named = try zonePrefix(&bytes, timezone: timezone)
        let zoneName = named ?? timezone ?? "UTC"
        let zone = try zones.rules(named: zoneName)
        let start = bytes.firstIndex { !CronParser.isBlank($0) } ?? bytes.endIndex
        let kind: Kind
        if start < bytes.endIndex, bytes[start] == UInt8(ascii: "@") {
            kind = try nickname(String(decoding: bytes[start...], as: UTF8.self))
        } else {
            let fields = try CronParser.parse(bytes, dialect: dialect, seconds: seconds)
            guard fields.isSatisfiable else {
                throw ScheduleError(
                    .impossible, "\"\(text)\" never fires: no year has such a date. Check the day of month against the month.")
            }
            kind = .cron(fields)
        }
        return Schedule(text: text, timezone: zoneName, dialect: dialect, kind: kind, zone: zone)
    }

    /// Takes `CRON_TZ=Zone/Name ` off the front.
    private static func zonePrefix(_ bytes: inout [UInt8], timezone: String?) throws(ScheduleError) -> String? {
        // No expression has a T or C before its first blank but for this prefix, so one byte decides the common case.
        guard let first = bytes.first(where: { !CronParser.isBlank($0) }), first == UInt8(ascii: "C") || first == UInt8(ascii: "T") else {
            return nil
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let trimmed = text.drop { $0 == " " || $0 == "\t" }
        if trimmed.hasPrefix("TZ=") {
            throw ScheduleError(
                .misplaced, "\"\(text)\": the prefix for a time zone is CRON_TZ=; better still, set the job's `timezone`.",
                suggestion: "CRON_\(trimmed)")
        }
        guard trimmed.hasPrefix("CRON_TZ=") else { return nil }
        let rest = trimmed.dropFirst("CRON_TZ=".count)
        let name = rest.prefix { $0 != " " && $0 != "\t" }
        if let timezone {
            throw ScheduleError(
                .zoneGivenTwice, "The time zone is given twice, as CRON_TZ=\(name) in \"\(text)\" and as `timezone: \(timezone)`; keep one."
            )
        }
        bytes = Array(rest.dropFirst(name.count).utf8)
        return String(name)
    }

    private static let nicknames: [(name: String, expansion: String)] = [
        ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), ("@monthly", "0 0 1 * *"), ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"),
    ]

    private static func nickname(_ written: String) throws(ScheduleError) -> Kind {
        let words = written.split { $0 == " " || $0 == "\t" }
        let name = words[0].lowercased()
        if name == "@every" {
            guard words.count == 2 else {
                throw ScheduleError(.badDuration, "\"\(written)\": one duration follows @every, such as @every 1h30m.")
            }
            return .every(seconds: try ScheduleDuration.seconds(words[1]))
        }
        let kind: Kind? =
            switch name {
            case "@manual": .manual
            case "@startup": .startup
            case "@reboot": .reboot
            default:
                try nicknames.first { $0.name == name }.map { nickname throws(ScheduleError) in
                    .cron(try CronParser.parse(Array(nickname.expansion.utf8), dialect: .standard, seconds: false))
                }
            }
        guard let kind else {
            let known = nicknames.map(\.name) + ["@every", "@manual", "@startup"]
            let nearest = NearestName.find(name, in: known)
            throw ScheduleError(
                .unknownNickname,
                "\"\(words[0])\" is not a known name; \(nearest.map { "did you mean \($0)?" } ?? "use one of \(known.joined(separator: ", ")).")",
                suggestion: nearest)
        }
        guard words.count == 1 else {
            throw ScheduleError(.fieldCount, "\"\(written)\": nothing may follow \(name).", suggestion: name)
        }
        return kind
    }
}
