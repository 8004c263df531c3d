/// What is counted about messages of customers.
package struct InboxInstruments: Sendable {
    package enum Outcome: Int, MetricLabel {
        case accepted
        case duplicate
        /// Its sender wrote too much.
        case limited
        /// Statuses, and messages without a text.
        case ignored
        case sent
        /// An attempt failed, and another is made.
        case retried
        case dead

        package static let labelValues = ["accepted", "duplicate", "limited", "ignored", "sent", "retried", "dead"]
    }

    package enum Refusal: Int, MetricLabel {
        case signature
        case malformed
        case full
        /// The database could not be written.
        case storage
        case verification

        package static let labelValues = ["signature", "malformed", "full", "storage", "verification"]
    }

    package let open: Gauge
    package let dead: Gauge
    package let oldestAge: Gauge
    package let replyDuration: Histogram
    private let counters: [Counter]
    private let refusals: [Counter]

    package init(registry: MetricRegistry) {
        open = registry.gauge(MetricCatalogue.inboxOpen)
        dead = registry.gauge(MetricCatalogue.inboxDead)
        oldestAge = registry.gauge(MetricCatalogue.inboxOldestAge)
        replyDuration = registry.histogram(MetricCatalogue.inboxReplyDuration)
        counters = registry.perLabel(Outcome.self) { registry.counter(MetricCatalogue.inboxMessages, labels: [$0]) }
        refusals = registry.perLabel(Refusal.self) { registry.counter(MetricCatalogue.inboxRefusals, labels: [$0]) }
    }

    package func messages(_ outcome: Outcome) -> Counter { counters[outcome.index] }

    package func refused(_ reason: Refusal) -> Counter { refusals[reason.index] }
}
