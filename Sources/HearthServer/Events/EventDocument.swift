import HearthTelemetry

/// The answer of `GET /api/v1/events`.
struct EventsDocument: TabularDocument, Sendable {
    var events: [EventDocument]
    /// Pass it as `before` to get older ones; absent on the last page.
    var next: String?

    var table: CSVTable {
        var table = CSVTable(["id", "at", "kind", "replica", "facts", "entries", "auditId"])
        for event in events {
            table.add([
                event.id, event.at, event.kind, CSVTable.text(event.replica), CSVTable.pairs(event.facts), CSVTable.value(event.entries),
                CSVTable.value(event.auditId),
            ])
        }
        return table
    }
}

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
