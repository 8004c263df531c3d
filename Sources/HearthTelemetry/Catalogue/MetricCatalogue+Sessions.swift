extension MetricCatalogue {
    static let sessions: [MetricDescriptor] = [sessionCount, sessionLimit, sessionEvents, formTokens]

    /// 1 line.
    package static let sessionCount = MetricDescriptor(
        "hearth_session_known", .gauge, help: "Browser sessions that this replica remembers and that have not ended.")
    /// 1 line.
    package static let sessionLimit = MetricDescriptor(
        "hearth_session_known_limit", .gauge, help: "Browser sessions that this replica may remember; others are read from the database.")
    /// 4 lines.
    package static let sessionEvents = MetricDescriptor(
        "hearth_session_events_total", .counter, labels: [LabelDescriptor("event", SessionInstruments.Event.self)],
        help: "Browser sessions that were started and ended, and cookies of sessions that have expired or are not known."
    )
    /// 3 lines.
    package static let formTokens = MetricDescriptor(
        "hearth_session_form_tokens_total", .counter, labels: [LabelDescriptor("outcome", SessionInstruments.FormOutcome.self)],
        help: "Forms of the page: let through, refused because their token is not theirs, too old or from elsewhere, or sent twice."
    )
}
