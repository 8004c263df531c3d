/// When a job is to run: a parsed expression together with its time zone.
///
/// A value of masks and numbers; asking for the next firing allocates nothing.
package struct Schedule: Sendable {
    enum Kind: Sendable, Equatable {
        case cron(CronFields)
        /// Every so many seconds, counted from the Unix epoch so that all replicas agree.
        case every(seconds: Int64)
        case manual
        case startup
        case reboot
    }

    /// The expression as the user wrote it.
    package let text: String
    /// The IANA name of the zone, `UTC` by default.
    package let timezone: String
    package let dialect: CronDialect
    let kind: Kind
    /// Nil is UTC.
    let zone: TimeZoneRules?

    init(text: String, timezone: String, dialect: CronDialect, kind: Kind, zone: TimeZoneRules?) {
        self.text = text
        self.timezone = timezone
        self.dialect = dialect
        self.kind = kind
        self.zone = zone
    }

    /// Whether it fires by the clock at all; `@manual` and `@startup` do not.
    package var isTimed: Bool {
        switch kind {
        case .cron, .every: true
        case .manual, .startup, .reboot: false
        }
    }

    /// Whether some date matches; parsing refuses cron expressions of which none does. Always false without a clock.
    package var isSatisfiable: Bool {
        switch kind {
        case .cron(let fields): fields.isSatisfiable
        case .every: true
        case .manual, .startup, .reboot: false
        }
    }

    /// `@startup`: once per replica after the service has started.
    package var isStartup: Bool { kind == .startup }

    /// `@reboot`: it parses, but a service cannot know about the machine's start, so registration refuses it.
    package var isReboot: Bool { kind == .reboot }

    /// Whether it follows elapsed time (nothing in a gap, both passes of an overlap) and not the wall clock (each label once).
    package var isInterval: Bool {
        switch kind {
        case .cron(let fields): fields.isInterval
        case .every: true
        case .manual, .startup, .reboot: false
        }
    }
}

extension Schedule: Equatable {
    /// Equal schedules have the same firings: zones are compared by name.
    package static func == (left: Schedule, right: Schedule) -> Bool {
        left.kind == right.kind && left.timezone == right.timezone
    }
}
