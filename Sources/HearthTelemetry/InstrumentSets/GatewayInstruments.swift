/// What the gateway counts beside requests and calls.
package struct GatewayInstruments: Sendable {
    /// Why a request went another way than to its first provider.
    package enum Routing: Int, MetricLabel {
        case failover
        case hedge
        case held
        case passed

        package static let labelValues = ["failover", "hedge", "held", "passed"]
    }

    /// Why a stream broke off.
    package enum StreamEnd: Int, MetricLabel {
        /// Nothing came for too long.
        case idle
        /// The whole took too long.
        case deadline
        case reset
        case tooLarge
        /// What came is no piece of an answer.
        case invalid
        /// The provider reported an error.
        case reported
        /// Everyone who read it has gone.
        case clientGone

        package static let labelValues = ["idle", "deadline", "reset", "too_large", "invalid", "reported", "client_gone"]
    }

    private let routing: [Counter]
    private let streamEnds: [Counter]

    package init(registry: MetricRegistry) {
        routing = registry.perLabel(Routing.self) { registry.counter(MetricCatalogue.gatewayRouting, labels: [$0]) }
        streamEnds = registry.perLabel(StreamEnd.self) { registry.counter(MetricCatalogue.gatewayStreamEnds, labels: [$0]) }
    }

    package func routed(_ event: Routing) -> Counter { routing[event.index] }

    package func streamEnded(_ reason: StreamEnd) -> Counter { streamEnds[reason.index] }
}
