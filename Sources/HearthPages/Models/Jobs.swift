package import HearthTelemetry

package enum JobOutcome: String, CaseIterable, Sendable {
    case waiting
    case running
    case success
    case failure
    case timeout
    case cancelled
    case skipped
    case missed
}

/// One run, or an occurrence that did not run.
package struct RunSummary: Sendable {
    package var id: String
    package var job: String
    package var outcome: JobOutcome
    /// The word of the API.
    package var trigger: String
    /// When it was due.
    package var scheduledAt: Timestamp
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    package var durationMilliseconds: Double?
    package var latenessMilliseconds: Double?
    package var attempt: Int
    package var replica: String

    package init(
        id: String, job: String, outcome: JobOutcome, trigger: String, scheduledAt: Timestamp, startedAt: Timestamp? = nil,
        finishedAt: Timestamp? = nil, durationMilliseconds: Double? = nil, latenessMilliseconds: Double? = nil, attempt: Int = 1,
        replica: String = ""
    ) {
        self.id = id
        self.job = job
        self.outcome = outcome
        self.trigger = trigger
        self.scheduledAt = scheduledAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.durationMilliseconds = durationMilliseconds
        self.latenessMilliseconds = latenessMilliseconds
        self.attempt = attempt
        self.replica = replica
    }

    /// When it ended, began or was due, whichever is known last.
    package var lastKnown: Timestamp { finishedAt ?? startedAt ?? scheduledAt }
}

/// What jobs did and will do; `GET /api/v1/jobs/timeline`.
package struct JobTimeline: Sendable {
    package var from: Timestamp
    package var to: Timestamp
    package var now: Timestamp
    package var lanes: [Lane]

    package init(from: Timestamp, to: Timestamp, now: Timestamp, lanes: [Lane]) {
        self.from = from
        self.to = to
        self.now = now
        self.lanes = lanes
    }

    package struct Lane: Sendable {
        package var job: String
        /// Oldest first; empty where `bins` speak.
        package var runs: [RunSummary]
        package var planned: [Timestamp]
        /// Equal parts of the window, for jobs with too many runs to show one by one.
        package var bins: [Bin]

        package init(job: String, runs: [RunSummary] = [], planned: [Timestamp] = [], bins: [Bin] = []) {
            self.job = job
            self.runs = runs
            self.planned = planned
            self.bins = bins
        }
    }

    package struct Bin: Sendable {
        package var counts: [JobOutcome: Int]
        package var planned: Int
        package var longestMilliseconds: Double?

        package init(counts: [JobOutcome: Int] = [:], planned: Int = 0, longestMilliseconds: Double? = nil) {
            self.counts = counts
            self.planned = planned
            self.longestMilliseconds = longestMilliseconds
        }
    }
}

package enum JobStanding: Sendable, Equatable {
    case scheduled
    /// Nil without an end.
    case paused(until: Timestamp?)
    case disabled
    /// Its schedule has no further occurrence, or it only runs when asked.
    case unplanned
    case faulty
}

/// A row of the table of jobs.
package struct JobRow: Sendable {
    package var name: String
    /// The expressions as written.
    package var schedule: String
    /// In words, in the page's language where they are known in it, else in English.
    package var words: ScheduleWords
    /// An IANA name.
    package var timezone: String
    package var state: JobStanding
    package var last: RunSummary?
    package var next: Timestamp?
    /// Up to 30, oldest first.
    package var recent: [RunSummary]

    package init(
        name: String, schedule: String, words: ScheduleWords, timezone: String, state: JobStanding, last: RunSummary? = nil,
        next: Timestamp? = nil, recent: [RunSummary] = []
    ) {
        self.name = name
        self.schedule = schedule
        self.words = words
        self.timezone = timezone
        self.state = state
        self.last = last
        self.next = next
        self.recent = recent
    }
}

/// A schedule in words, in every language or in English only.
package struct ScheduleWords: Sendable {
    private var texts: [Language: String]

    package init(text: String) {
        texts = [.en: text]
    }

    package init(in text: (Language) -> String) {
        texts = Dictionary(uniqueKeysWithValues: Language.allCases.map { ($0, text($0)) })
    }

    func text(in language: Language) -> (text: String, language: Language) {
        texts[language].map { ($0, language) } ?? (texts[.en] ?? "", .en)
    }
}

/// A firing to come.
package struct PlannedRun: Sendable {
    package var at: Timestamp
    /// The same in the job's zone, with its offset.
    package var local: String
    package var daylight: Daylight

    package init(at: Timestamp, local: String, daylight: Daylight = .none) {
        self.at = at
        self.local = local
        self.daylight = daylight
    }

    /// What a change of the clocks does to it.
    package enum Daylight: String, CaseIterable, Sendable {
        case none
        case gapShifted = "gap_shifted"
        case overlapFirst = "overlap_first"
        case overlapSecond = "overlap_second"
    }
}

/// Everything about one job.
package struct JobDetail: Sendable {
    package var row: JobRow
    package var next: [PlannedRun]
    package var policy: Policy
    package var counts: [JobOutcome: Int64]
    package var consecutiveFailures: Int
    package var lastSuccess: Timestamp?
    /// Ids of the runs under way.
    package var running: [String]
    /// For the chart, oldest first; at most 168.
    package var durations: [RunSummary]

    package init(
        row: JobRow, next: [PlannedRun], policy: Policy, counts: [JobOutcome: Int64] = [:], consecutiveFailures: Int = 0,
        lastSuccess: Timestamp? = nil, running: [String] = [], durations: [RunSummary] = []
    ) {
        self.row = row
        self.next = next
        self.policy = policy
        self.counts = counts
        self.consecutiveFailures = consecutiveFailures
        self.lastSuccess = lastSuccess
        self.running = running
        self.durations = durations
    }

    package struct Policy: Sendable {
        /// The words of the API.
        package var overlap: String
        package var catchUp: String
        package var jitter: Duration
        package var startDeadline: Duration?
        package var timeout: Duration
        package var attempts: Int

        package init(overlap: String, catchUp: String, jitter: Duration, startDeadline: Duration? = nil, timeout: Duration, attempts: Int) {
            self.overlap = overlap
            self.catchUp = catchUp
            self.jitter = jitter
            self.startDeadline = startDeadline
            self.timeout = timeout
            self.attempts = attempts
        }
    }
}

/// A page of the list of runs.
package struct RunPage: Sendable {
    package var runs: [RunSummary]
    /// The cursor of the older ones; nil on the last page.
    package var next: String?

    package init(runs: [RunSummary], next: String? = nil) {
        self.runs = runs
        self.next = next
    }
}

/// All that the ledger has of one run.
package struct RunDetail: Sendable {
    package var summary: RunSummary
    /// The outcome in more detail, such as `skipped_overlap`.
    package var state: String
    /// The occurrence of the schedule; that it was due later is the delay that the job has at most.
    package var plannedAt: Timestamp
    package var claimedAt: Timestamp?
    package var daylight: PlannedRun.Daylight
    package var traceID: String?
    package var missedCount: Int?
    package var errorType: String?
    /// In full.
    package var errorMessage: String?
    /// What the job counted, in order.
    package var result: [Fact]
    /// All attempts of the same occurrence, the first first.
    package var attempts: [RunSummary]

    package init(
        summary: RunSummary, state: String, plannedAt: Timestamp? = nil, claimedAt: Timestamp? = nil, daylight: PlannedRun.Daylight = .none,
        traceID: String? = nil,
        missedCount: Int? = nil, errorType: String? = nil, errorMessage: String? = nil, result: [Fact] = [], attempts: [RunSummary] = []
    ) {
        self.summary = summary
        self.state = state
        self.plannedAt = plannedAt ?? summary.scheduledAt
        self.claimedAt = claimedAt
        self.daylight = daylight
        self.traceID = traceID
        self.missedCount = missedCount
        self.errorType = errorType
        self.errorMessage = errorMessage
        self.result = result
        self.attempts = attempts
    }
}

/// A name and what it is, both as they are in the API.
package struct Fact: Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    var values: Values { ["name": name, "value": value] }
}
