import HearthTelemetry

/// Something notable that happened, as the API shows it.
struct EventDocument: Encodable, Sendable {
    var id: String
    var at: String
    var kind: String
    /// On which replica; absent for acts, which concern all.
    var replica: String?
    var facts: [String: String]
    /// How many entries an act wrote or removed.
    var entries: Int?
    /// The act's name in `GET /api/v1/audit`; absent for what nobody did.
    var auditId: String?

    init(_ record: AuditRecord) {
        id = record.id
        at = record.at.description
        kind = record.action.rawValue
        var facts = record.parameters
        replica = facts.removeValue(forKey: "replica")
        self.facts = facts
        entries = record.entries
        auditId = record.action.isEvent ? nil : record.id
    }
}
