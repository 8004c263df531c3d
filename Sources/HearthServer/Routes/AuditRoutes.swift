import HearthTelemetry
import Hummingbird

/// `GET /api/v1/audit`: who did what. Every tenant sees its own acts, and operators those of all.
struct AuditRoutes: Sendable {
    let trail: AuditTrail
    let tenants: TenantRules

    private struct Acts: Encodable {
        var acts: [AuditDocument]
        /// Pass it as `before` to get older acts; absent on the last page.
        var next: String?
    }

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.get("audit", use: list)
    }

    @Sendable private func list(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        var query = AuditQuery(limit: parameters.integer("limit", in: AuditQuery.limits, default: 50))
        query.tenant = try tenants.acts(shownTo: context.caller, named: parameters.text("tenant"))
        query.actor = parameters.text("actor")
        if let actor = query.actor, !(1...256).contains(actor.utf8.count) { parameters.report("actor", "must have 1 to 256 bytes") }
        if let action = parameters.choice("action", of: AuditAction.self) {
            query.actions = [action]
            if action.isEvent {
                parameters.report("action", "must be one of \(AuditAction.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }
        query.before = parameters.text("before")
        if let before = query.before, !AuditIdentifiers.isIdentifier(before) { parameters.report("before", "must be the id of an act") }
        query.from = parameters.time("from")
        query.through = parameters.time("to")
        if let from = query.from, let to = query.through, to < from { parameters.report("to", "must not be before from") }
        try parameters.finish("The acts were not listed")
        // What was done a moment ago is shown, too.
        await trail.flush()
        do {
            let records = try await trail.store.records(query)
            return JSONAnswer.response(
                Acts(acts: records.map { AuditDocument($0) }, next: records.count == query.limit ? records.last?.id : nil))
        } catch {
            throw APIError(
                .storeUnavailable, "The audit cannot be read now; the log has every act, too. Ask again.", retryAfterSeconds: 5)
        }
    }
}

/// An administrative act as the API shows it.
struct AuditDocument: Encodable, Sendable {
    var id: String
    var at: String
    var actor: String
    /// Absent for whoever worked on the machine itself.
    var tenant: String?
    var address: String
    var action: String
    var method: String
    var route: String
    var parameters: [String: String]
    var entries: Int?
    var result: String
    var status: Int?
    var requestId: String?

    init(_ record: AuditRecord) {
        id = record.id
        at = record.at.description
        actor = record.actor
        tenant = record.tenant?.name
        address = record.address
        action = record.action.rawValue
        method = record.method
        route = record.route
        parameters = record.parameters
        entries = record.entries
        result = record.result.rawValue
        status = record.status
        requestId = record.requestID
    }
}
