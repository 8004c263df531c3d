package import HearthTelemetry

/// A job as people see it in a list.
package struct JobStatus: Sendable {
    package enum State: String, Sendable {
        case enabled
        case disabled
        case paused
        /// No further occurrence.
        case exhausted
        /// Disabled by the engine because its schedule broke an invariant.
        case faulty
    }

    package var name: String
    package var state: State
    package var isEnabled: Bool
    /// As written; several are joined by " and ".
    package var schedule: String
    /// In plain English.
    package var scheduleInWords: String
    package var timezone: String
    package var rules: JobRules
    /// Without jitter.
    package var nextFiring: Firing?
    /// With jitter; nil if nothing is planned.
    package var nextRun: Timestamp?
    package var lastRun: RunRecord?
    package var lastSuccessAt: Timestamp?
    package var consecutiveFailures: Int
    package var runningRuns: [RunID]
    /// Nil unless paused; ``HearthTelemetry/Timestamp/endOfTime`` until resumed.
    package var pausedUntil: Timestamp?
    package var registeredAt: Timestamp?

    /// As ``scheduleInWords``, in a language.
    package func scheduleInWords(_ language: Language) -> String { Self.words(rules, language) }

    package var runningCount: Int { runningRuns.count }

    init(glance: JobGlance, record: JobRecord?, lastRun: RunRecord?, now: Timestamp) {
        let isPaused = glance.pausedUntil.map { now < $0 } ?? false
        rules = glance.rules
        name = rules.name
        isEnabled = rules.isEnabled
        schedule = rules.timetable.text
        scheduleInWords = Self.words(rules, .en)
        timezone = rules.timetable.timezone
        nextFiring = glance.nextFiring
        nextRun = glance.nextDueAt
        self.lastRun = lastRun
        lastSuccessAt = record?.lastSuccessAt
        consecutiveFailures = record?.consecutiveFailures ?? 0
        runningRuns = glance.runningRuns
        pausedUntil = isPaused ? glance.pausedUntil : nil
        registeredAt = record?.registeredAt
        state =
            if !rules.isEnabled { .disabled } else if glance.isFaulty { .faulty } else if isPaused { .paused } else if glance.isExhausted {
                .exhausted
            } else { .enabled }
    }

    private static func words(_ rules: JobRules, _ language: Language) -> String {
        rules.timetable.schedules.map { CronWords.describe($0, in: language) }.joined(separator: "; ")
    }
}

/// The planned runs of one job in a window.
package struct UpcomingRuns: Sendable {
    private static let maximumCount = 10_000

    package var job: String
    /// The first ones, without jitter.
    package var firings: [Firing]
    package var count: Int
    /// Counting stopped at 10,000.
    package var countIsLowerBound: Bool
    /// Firings per equal part of the window.
    package var bins: [Int]

    init(rules: JobRules, from: Timestamp, through: Timestamp, limit: Int, bins: Int) {
        job = rules.name
        firings = []
        count = 0
        self.bins = Array(repeating: 0, count: max(1, bins))
        let length = max(1, (through - from).wholeMilliseconds)
        var cursor = from
        while count < Self.maximumCount, let firing = rules.timetable.next(after: cursor), firing.instant <= through {
            if firings.count < limit { firings.append(firing) }
            // The window is open at its beginning and closed at its end, and so is each bin.
            let position = (firing.instant - from).wholeMilliseconds - 1
            let bin = Int(position.multipliedReportingOverflow(by: Int64(self.bins.count)).partialValue / length)
            self.bins[min(max(0, bin), self.bins.count - 1)] += 1
            count += 1
            cursor = firing.instant
        }
        countIsLowerBound = count == Self.maximumCount
    }
}
