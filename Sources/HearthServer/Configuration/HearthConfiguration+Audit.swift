extension HearthConfiguration {
    /// How administrative acts are put on record.
    package struct Audit: Sendable {
        /// How long an act stays on record.
        package var retention: Duration
        /// Acts that may wait for the database.
        package var queueLength: Int

        init(reading reader: inout SettingReader) {
            retention = reader.value(AuditSettings.retention)
            queueLength = reader.value(AuditSettings.queueLength)
        }
    }
}

enum AuditSettings {
    static let retention = Setting<Duration>.duration(
        SettingPlace("audit.retention", variable: "HEARTH_AUDIT_RETENTION"), .seconds(365 * 86_400),
        in: .seconds(86_400) ... .seconds(3660 * 86_400),
        "How long administrative acts stay on record; older ones are removed by the job retain-statistics")
    static let queueLength = Setting<Int>.integer(
        "audit.queueLength", 10_000, in: 100...1_000_000,
        "Administrative acts that may wait while the database cannot be written; beyond it they are in the log only")

    static let all = [retention.description, queueLength.description]
}
