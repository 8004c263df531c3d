/// What is counted about browsers that signed in.
package struct SessionInstruments: Sendable {
    package enum Event: Int, MetricLabel {
        case started
        case ended
        case expired
        /// A cookie of a session that nobody knows.
        case refused

        package static let labelValues = ["started", "ended", "expired", "refused"]
    }

    package enum FormOutcome: Int, MetricLabel {
        case accepted
        case refused
        /// It had been sent before.
        case repeated

        package static let labelValues = ["accepted", "refused", "repeated"]
    }

    package let known: Gauge
    package let limit: Gauge
    private let eventCounters: [Counter]
    private let formCounters: [Counter]

    package init(registry: MetricRegistry) {
        known = registry.gauge(MetricCatalogue.sessionCount)
        limit = registry.gauge(MetricCatalogue.sessionLimit)
        eventCounters = registry.perLabel(Event.self) { registry.counter(MetricCatalogue.sessionEvents, labels: [$0]) }
        formCounters = registry.perLabel(FormOutcome.self) { registry.counter(MetricCatalogue.formTokens, labels: [$0]) }
    }

    package func events(_ event: Event) -> Counter { eventCounters[event.index] }

    package func forms(_ outcome: FormOutcome) -> Counter { formCounters[outcome.index] }
}
