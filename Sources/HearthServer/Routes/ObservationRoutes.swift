import HearthTelemetry
import Hummingbird

/// `GET /api/v1/conditions`, `/alerts` and `/events`: what is wrong, what somebody was told of, and what has happened.
struct ObservationRoutes: Sendable {
    let conditions: ConditionWatch
    /// Nil where none is configured.
    let alertmanager: AlertmanagerReader?
    let trail: AuditTrail

    private struct Conditions: Encodable {
        var evaluatedAt: String
        var conditions: [ConditionDocument]
    }

    private struct Events: Encodable {
        var events: [EventDocument]
        /// Pass it as `before` to get older ones; absent on the last page.
        var next: String?
    }

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.get("conditions") { _, _ in
            let (readings, evaluatedAt) = await conditions.readings()
            return JSONAnswer.response(
                Conditions(evaluatedAt: evaluatedAt.description, conditions: readings.map(ConditionDocument.init)))
        }
        group.get("alerts") { _, _ in JSONAnswer.response(AlertsDocument(await alertmanager?.reading())) }
        group.get("events", use: events)
    }

    @Sendable private func events(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        var query = AuditQuery(limit: parameters.integer("limit", in: AuditQuery.limits, default: 100))
        query.actions = AuditAction.notable
        query.isOfDoneOnly = true
        if let kind = parameters.text("kind") {
            query.actions = AuditAction.notable.filter { $0.rawValue == kind }
            if query.actions.isEmpty {
                parameters.report("kind", "must be one of \(AuditAction.notable.map(\.rawValue).joined(separator: ", "))")
            }
        }
        query.before = parameters.text("before")
        if let before = query.before, !AuditIdentifiers.isIdentifier(before) { parameters.report("before", "must be the id of an event") }
        query.from = parameters.time("from")
        query.through = parameters.time("to")
        if let from = query.from, let to = query.through, to < from { parameters.report("to", "must not be before from") }
        try parameters.finish("The events were not listed")
        let records = try await Self.records(query, of: trail)
        return JSONAnswer.response(
            Events(events: records.map(EventDocument.init), next: records.count == query.limit ? records.last?.id : nil))
    }

    static func records(_ query: AuditQuery, of trail: AuditTrail) async throws -> [AuditRecord] {
        // What happened a moment ago is shown, too.
        await trail.flush()
        do {
            return try await trail.store.records(query)
        } catch {
            throw APIError(.storeUnavailable, "The events cannot be read now; the log has them, too. Ask again.", retryAfterSeconds: 5)
        }
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

/// The alerts as the API shows them.
struct AlertsDocument: Encodable, Sendable {
    struct Alert: Encodable, Sendable {
        var name: String
        var severity: String
        var state: String
        var startsAt: String
        var summary: String?
        var runbook: String?
    }

    /// Whether an Alertmanager is configured.
    var configured: Bool
    /// Whether it answered; absent where none is configured.
    var reachable: Bool?
    var checkedAt: String?
    /// Why it could not be asked.
    var problem: String?
    /// Whether there are more than are listed.
    var truncated: Bool
    var alerts: [Alert]

    init(_ reading: AlertmanagerReader.Reading?) {
        configured = reading != nil
        reachable = reading.map { $0.problem == nil }
        checkedAt = reading?.checkedAt.description
        problem = reading?.problem
        truncated = reading?.isCutShort ?? false
        alerts = (reading?.alerts ?? []).map {
            Alert(
                name: $0.name, severity: $0.severity, state: $0.state, startsAt: $0.startsAt, summary: $0.summary, runbook: $0.runbook)
        }
    }
}
