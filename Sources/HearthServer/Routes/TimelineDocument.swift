import HearthScheduling
import HearthTelemetry

/// What jobs did and will do, as the API shows it for a picture.
struct TimelineDocument: TabularDocument, Sendable {
    static let longestWindow = Duration.seconds(31 * 86_400)

    struct Lane: Encodable, Sendable {
        struct Bin: Encodable, Sendable {
            var planned: Int
            var running: Int
            var waiting: Int
            var success: Int
            var failure: Int
            var timeout: Int
            var cancelled: Int
            var skipped: Int
            var missed: Int

            init(_ bin: TimelineLane.Bin) {
                func count(_ outcome: RunOutcome) -> Int { bin.counts[outcome] ?? 0 }
                planned = bin.planned
                running = count(.running)
                waiting = count(.waiting)
                success = count(.success)
                failure = count(.failure)
                timeout = count(.timeout)
                cancelled = count(.cancelled)
                skipped = count(.skipped)
                missed = count(.missed)
            }
        }

        var job: String
        var state: String
        var bins: [Bin]
        /// Empty where there are more than 60; the bins count them.
        var runs: [RunDocument]
        /// Likewise.
        var planned: [PlannedDocument]
        /// True where the plan goes on beyond what was counted.
        var planIsCutShort: Bool

        init(_ lane: TimelineLane) {
            job = lane.status.name
            state = lane.status.state.rawValue
            bins = lane.bins.map(Bin.init)
            runs = lane.runs.map(RunDocument.init)
            planned = lane.planned.map(PlannedDocument.init)
            planIsCutShort = lane.planIsCutShort
        }
    }

    var from: String
    /// The window is open here.
    var to: String
    var now: String
    /// Seconds that one bin covers.
    var binSeconds: Double
    var lanes: [Lane]
    /// Where each of the bins begins and the last one ends; only the table has it.
    private let starts: [Timestamp]

    private enum CodingKeys: String, CodingKey { case from, to, now, binSeconds, lanes }

    init(from: Timestamp, to: Timestamp, now: Timestamp, bins: Int, lanes: [TimelineLane]) {
        self.from = from.description
        self.to = to.description
        self.now = now.description
        binSeconds = (to - from).fractionalSeconds / Double(bins)
        self.lanes = lanes.map(Lane.init)
        starts = (0...bins).map { from + (to - from) * $0 / bins }
    }

    /// One line for each part of each lane: they count everything, which the lists of runs and firings need not.
    var table: CSVTable {
        var table = CSVTable([
            "job", "from", "to", "planned", "running", "waiting", "success", "failure", "timeout", "cancelled", "skipped", "missed",
        ])
        for lane in lanes {
            for (bin, bounds) in zip(lane.bins, zip(starts, starts.dropFirst())) {
                table.add([
                    CSVTable.text(lane.job), "\(bounds.0)", "\(bounds.1)", "\(bin.planned)", "\(bin.running)", "\(bin.waiting)",
                    "\(bin.success)", "\(bin.failure)", "\(bin.timeout)", "\(bin.cancelled)", "\(bin.skipped)", "\(bin.missed)",
                ])
            }
        }
        return table
    }
}

/// What an expression means, as the API shows it.
struct ExplanationDocument: Encodable, Sendable {
    struct Effect: Encodable, Sendable {
        var at: String
        var dstKind: String
        var text: String
    }

    var expression: String
    var timezone: String
    var words: String
    /// Whether it follows elapsed time and not the wall clock.
    var interval: Bool
    var satisfiable: Bool
    var next: [PlannedDocument]
    /// In the next 24 months.
    var daylightEffects: [Effect]
    /// How other crons read it, where they differ.
    var dialectNotes: [String]
    var warnings: [String]

    init(_ explanation: CronExplanation) {
        expression = explanation.expression
        timezone = explanation.timezone
        words = explanation.words
        interval = explanation.isInterval
        satisfiable = explanation.isSatisfiable
        next = explanation.next.map(PlannedDocument.init)
        daylightEffects = explanation.daylightEffects.map {
            Effect(at: $0.firing.instant.description, dstKind: $0.firing.dstKind.rawValue, text: $0.text)
        }
        dialectNotes = explanation.dialectNotes
        warnings = explanation.warnings
    }
}
