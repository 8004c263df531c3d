package import HearthTelemetry

/// Everything worth knowing about an expression: words, next firings, effects of daylight saving, warnings.
package struct CronExplanation: Sendable, Equatable {
    /// A firing that a change of the zone's offset touches.
    package struct DaylightEffect: Sendable, Equatable {
        package var firing: Firing
        package var text: String
    }

    private static let maximumScan = 200_000
    private static let maximumEffects = 20

    package var expression: String
    package var timezone: String
    package var words: String
    /// Whether it follows elapsed time and not the wall clock; see ``Schedule/isInterval``.
    package var isInterval: Bool
    package var next: [Firing]
    /// In the 24 months after the moment asked about, at most 20.
    package var daylightEffects: [DaylightEffect]
    package var warnings: [String]
    /// How other crons read the same expression, where they differ.
    package var dialectNotes: [String]
    /// Whether some date matches; see ``Schedule/isSatisfiable``.
    package var isSatisfiable: Bool

    /// - Parameter count: how many firings to list
    package init(_ schedule: Schedule, after instant: Timestamp, count: Int = 10) {
        expression = schedule.text
        timezone = schedule.timezone
        words = CronWords.describe(schedule)
        isInterval = schedule.isInterval
        next = schedule.firings(after: instant, count: count)
        daylightEffects = Self.effects(of: schedule, after: instant)
        warnings = Self.warnings(about: schedule, hasFirings: !next.isEmpty)
        dialectNotes = CronDialectNotes.notes(on: schedule, firesAroundChanges: !daylightEffects.isEmpty)
        isSatisfiable = schedule.isSatisfiable
    }

    /// Looks at the firings around each change of the offset, not at all of 24 months.
    private static func effects(of schedule: Schedule, after instant: Timestamp) -> [DaylightEffect] {
        guard let zone = schedule.zone, schedule.isTimed else { return [] }
        if case .every = schedule.kind { return [] }
        var effects: [DaylightEffect] = []
        let end = instant + .seconds(731 * 86_400)
        var change = zone.interval(at: instant.seconds).end
        var scanned = 0
        while change < end.seconds, effects.count < maximumEffects {
            let interval = zone.interval(at: change)
            let shift = abs(interval.offset - zone.interval(at: change - 1).offset)
            if let missed = missedInterval(schedule, at: interval, effects.count) { effects.append(missed) }
            var cursor = Timestamp(seconds: change - shift - 1)
            while let firing = schedule.next(after: cursor), firing.instant.seconds <= change + shift, scanned < maximumScan {
                if firing.dstKind != .none, effects.count < maximumEffects {
                    effects.append(DaylightEffect(firing: firing, text: text(of: firing, isInterval: schedule.isInterval)))
                }
                cursor = firing.instant
                scanned += 1
            }
            change = interval.end
        }
        return effects
    }

    /// What an interval schedule leaves out where an offset interval begins with a gap.
    private static func missedInterval(_ schedule: Schedule, at interval: OffsetInterval, _ count: Int) -> DaylightEffect? {
        guard count < maximumEffects, schedule.isInterval, case .cron(let fields) = schedule.kind,
            let label = fields.nextLabel(atOrAfter: interval.firstFreshLabel), label < interval.start + interval.offset
        else { return nil }
        let firing = Firing(
            instant: Timestamp(seconds: interval.start), offsetSeconds: interval.offset, labelSeconds: label, dstKind: .gapShifted)
        let end = LocalLabel(seconds: interval.start + interval.offset)
        return DaylightEffect(firing: firing, text: "\(firing.localLabel) to \(end) does not exist that day; it does not fire in between")
    }

    private static func text(of firing: Firing, isInterval: Bool) -> String {
        switch firing.dstKind {
        case .none: "\(firing.localTime)"
        case .gapShifted: "\(firing.localLabel) does not exist that day; it fires once at \(firing.localTime)"
        case .overlapFirst where isInterval: "\(firing.localTime) is shown twice that day; this is the first of two firings"
        case .overlapFirst: "\(firing.localTime) is shown twice that day; it fires the first time only"
        case .overlapSecond: "\(firing.localTime) is shown twice that day; this is the second of two firings"
        }
    }

    private static func warnings(about schedule: Schedule, hasFirings: Bool) -> [String] {
        var warnings: [String] = []
        if schedule.isReboot { warnings.append("A service does not see the machine start; registration refuses @reboot, use @startup.") }
        guard case .cron(let fields) = schedule.kind else { return warnings }
        if !hasFirings { warnings.append("It has no further firing: its years are over.") }
        switch fields.days.combination {
        case .either:
            warnings.append("Both day fields are restricted: it fires when either matches. Write + before the day of week to require both.")
        case .both, .everyDay, .dayOfMonth, .dayOfWeek: break
        }
        let shortDays = fields.days.daysOfMonth | fields.days.nearestWeekdays
        if fields.days.combination == .dayOfMonth, shortDays != 0, shortDays & 0x1FFF_FFFE == 0, fields.days.lastDays == 0 {
            warnings.append("Months without such a day are left out; L is the last day of every month.")
        }
        if let uneven = unevenStep(fields.minutes, of: 60), fields.isInterval {
            warnings.append("The steps of \(uneven) minutes begin anew every hour, so that the last pause of an hour is shorter.")
        }
        if fields.days.ordinalWeekdays >> 28 != 0 {
            warnings.append("Most months have no fifth such weekday; d#L is the last one of every month.")
        }
        return warnings
    }

    /// The step of minutes that begin at 0 and do not divide the hour.
    private static func unevenStep(_ mask: UInt64, of size: Int) -> Int? {
        let values = (0..<size).filter { mask & (1 << UInt64($0)) != 0 }
        guard values.count > 2, values[0] == 0 else { return nil }
        let step = values[1]
        guard size % step != 0, values.enumerated().allSatisfy({ $1 == $0 * step }), values.count == (size + step - 1) / step else {
            return nil
        }
        return step
    }
}

extension Schedule {
    /// The next firings, at most 1,000.
    package func firings(after instant: Timestamp, count: Int) -> [Firing] { Timetable([self]).firings(after: instant, count: count) }
}
