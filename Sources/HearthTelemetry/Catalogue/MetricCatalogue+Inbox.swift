extension MetricCatalogue {
    static let inbox: [MetricDescriptor] = [
        inboxMessages, inboxRefusals, inboxOpen, inboxDead, inboxOldestAge, inboxReplyDuration,
    ]

    /// 7 lines; none of these where WhatsApp is not configured.
    package static let inboxMessages = MetricDescriptor(
        "hearth_inbox_messages_total", .counter, labels: [LabelDescriptor("outcome", InboxInstruments.Outcome.self)],
        help: "Messages of customers: what became of them at the door, and then of their answers."
    )
    /// 5 lines.
    package static let inboxRefusals = MetricDescriptor(
        "hearth_inbox_refused_deliveries_total", .counter, labels: [LabelDescriptor("reason", InboxInstruments.Refusal.self)],
        help: "Deliveries of WhatsApp that were not accepted."
    )
    /// 1 line.
    package static let inboxOpen = MetricDescriptor("hearth_inbox_open_messages", .gauge, help: "Messages that wait for their answer.")
    /// 1 line.
    package static let inboxDead = MetricDescriptor("hearth_inbox_dead_messages", .gauge, help: "Messages that were given up.")
    /// 1 line.
    package static let inboxOldestAge = MetricDescriptor(
        "hearth_inbox_oldest_message_age_seconds", .gauge, unit: .seconds, help: "How long the oldest open message has waited.")
    /// 17 lines.
    package static let inboxReplyDuration = MetricDescriptor(
        "hearth_inbox_reply_duration_seconds", .histogram, unit: .seconds, buckets: .provider,
        help: "Time from the acceptance of a message to the acknowledgement of its answer.")
}
