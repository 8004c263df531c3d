extension MetricCatalogue {
    static let audit: [MetricDescriptor] = [auditActs, auditPending, auditPendingLimit]

    /// 2 lines.
    package static let auditActs = MetricDescriptor(
        "hearth_audit_acts_total", .counter, labels: [LabelDescriptor("outcome", AuditInstruments.Outcome.self)],
        help: "Administrative acts: written to the database, or dropped: in the log only, or minor acts of a credential beyond its measure."
    )
    /// 1 line.
    package static let auditPending = MetricDescriptor(
        "hearth_audit_pending_acts", .gauge, help: "Administrative acts that wait to be written to the database.")
    /// 1 line.
    package static let auditPendingLimit = MetricDescriptor(
        "hearth_audit_pending_acts_limit", .gauge, help: "Administrative acts that may wait; beyond it they are dropped.")
}
