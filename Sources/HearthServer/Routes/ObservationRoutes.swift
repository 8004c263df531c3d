import HearthTelemetry
import Hummingbird

/// `GET /api/v1/conditions`, `/alerts` and `/events`: what is wrong, what somebody was told of, and what has happened.
struct ObservationRoutes: Sendable {
    let conditions: ConditionWatch
    /// Nil where none is configured.
    let alertmanager: AlertmanagerReader?
    let trail: AuditTrail

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.get("conditions") { request, _ in
            let format = try ParameterReader.formatAlone(request, "The conditions were not listed")
            let (readings, evaluatedAt) = await conditions.readings()
            return format.response(
                ConditionsDocument(evaluatedAt: evaluatedAt.description, conditions: readings.map(ConditionDocument.init)))
        }
        group.get("alerts") { request, _ in
            let format = try ParameterReader.formatAlone(request, "The alerts were not listed")
            return format.response(AlertsDocument(await alertmanager?.reading()))
        }
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
        let format = parameters.format()
        try parameters.finish("The events were not listed")
        let records = try await Self.records(query, of: trail)
        return format.response(
            EventsDocument(events: records.map(EventDocument.init), next: records.count == query.limit ? records.last?.id : nil))
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
