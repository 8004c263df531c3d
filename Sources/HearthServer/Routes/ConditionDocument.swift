import HearthTelemetry

/// The answer of `GET /api/v1/conditions`.
struct ConditionsDocument: TabularDocument, Sendable {
    var evaluatedAt: String
    var conditions: [ConditionDocument]

    var table: CSVTable {
        var table = CSVTable([
            "name", "summary", "severity", "figure", "value", "side", "threshold", "window", "minimumRequests", "enoughData", "state",
            "since", "problem", "runbook", "dashboard", "evaluatedAt",
        ])
        for one in conditions {
            table.add([
                one.name, CSVTable.text(one.summary), one.severity, one.figure, CSVTable.value(one.value), one.side, "\(one.threshold)",
                "\(one.window)", "\(one.minimumRequests)", "\(one.enoughData)", one.state, one.since, CSVTable.text(one.problem),
                CSVTable.text(one.runbook), CSVTable.text(one.dashboard), evaluatedAt,
            ])
        }
        return table
    }
}

/// A condition as the API shows it.
struct ConditionDocument: Encodable, Sendable {
    var name: String
    var summary: String
    var severity: String
    var figure: String
    /// Absent where there is none.
    var value: Double?
    /// It fires when the value is on this side of the threshold: `above` or `below`.
    var side: String
    var threshold: Double
    /// Seconds that the value covers.
    var window: Int64
    /// Requests in that time below which the value says nothing.
    var minimumRequests: Int64
    var enoughData: Bool
    var state: String
    var since: String
    var problem: String?
    var runbook: String
    var dashboard: String

    init(_ reading: ConditionReading) {
        let condition = reading.condition
        name = condition.name
        summary = condition.summary
        severity = condition.severity
        figure = condition.figure.rawValue
        value = reading.value
        side = condition.side.rawValue
        threshold = condition.threshold
        window = condition.window.components.seconds
        minimumRequests = condition.minimumRequests
        enoughData = reading.hasEnoughData
        state = reading.state.rawValue
        since = reading.since.description
        problem = reading.problem
        runbook = condition.runbook
        dashboard = condition.dashboard
    }
}
