import HearthTelemetry

/// The alerts as the API shows them.
struct AlertsDocument: TabularDocument, Sendable {
    /// Whether an Alertmanager is configured.
    var configured: Bool
    /// Whether it answered; absent where none is configured.
    var reachable: Bool?
    var checkedAt: String?
    /// Why it could not be asked.
    var problem: String?
    /// Whether there are more than are listed.
    var truncated: Bool
    var alerts: [AlertmanagerReader.Alert]

    init(_ reading: AlertmanagerReader.Reading?) {
        configured = reading != nil
        reachable = reading.map { $0.problem == nil }
        checkedAt = reading?.checkedAt.description
        problem = reading?.problem
        truncated = reading?.isCutShort ?? false
        alerts = reading?.alerts ?? []
    }

    var table: CSVTable {
        var table = CSVTable(["name", "severity", "state", "startsAt", "summary", "runbook"])
        for alert in alerts {
            table.add([
                CSVTable.text(alert.name), CSVTable.text(alert.severity), CSVTable.text(alert.state), CSVTable.text(alert.startsAt),
                CSVTable.text(alert.summary), CSVTable.text(alert.runbook),
            ])
        }
        return table
    }
}
