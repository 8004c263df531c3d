/// What is counted about one store.
package struct StoreInstruments: Sendable {
    package enum Operation: Int, MetricLabel {
        case get
        case set
        case delete
        case scan
        case search
        case ping

        package static let labelValues = ["get", "set", "delete", "scan", "search", "ping"]
    }

    package enum Outcome: Int, MetricLabel {
        case ok
        case error
        case timeout

        package static let labelValues = ["ok", "error", "timeout"]
    }

    package enum ConnectionState: Int, MetricLabel {
        case idle
        case active

        package static let labelValues = ["idle", "active"]
    }

    package enum BreakerState: Int, MetricLabel {
        case closed
        case open
        case halfOpen

        package static let labelValues = ["closed", "open", "half_open"]
    }

    package enum ReconnectOutcome: Int, MetricLabel {
        case ok
        case error
        /// The server refused the login, or what comes with it.
        case handshake

        package static let labelValues = ["ok", "error", "handshake"]
    }

    /// The connections of a pool; all of it stays at 0 for a store without one.
    package let connectionsLimit: Gauge
    package let pendingRequests: Gauge
    /// 1 while the last check succeeded; the health endpoint tells the same result.
    package let isUp: Gauge

    package let protocolErrors: Counter
    package let topologyRefreshes: Counter

    private let breakerStates: [Gauge]
    private let reconnectCounters: [Counter]
    private let durations: [Histogram]
    private let operations: [[Counter]]
    private let connectionGauges: [Gauge]

    package init(registry: MetricRegistry, store: StoreName) {
        let name = store.label
        connectionsLimit = registry.gauge(MetricCatalogue.storeConnectionsLimit, labels: [name])
        pendingRequests = registry.gauge(MetricCatalogue.storePendingRequests, labels: [name])
        isUp = registry.gauge(MetricCatalogue.storeUp, labels: [name])
        protocolErrors = registry.counter(MetricCatalogue.storeProtocolErrors, labels: [name])
        topologyRefreshes = registry.counter(MetricCatalogue.storeTopologyRefreshes, labels: [name])
        breakerStates = registry.perLabel(BreakerState.self) { registry.gauge(MetricCatalogue.storeBreakerState, labels: [name, $0]) }
        reconnectCounters = registry.perLabel(ReconnectOutcome.self) {
            registry.counter(MetricCatalogue.storeReconnects, labels: [name, $0])
        }
        breakerStates[BreakerState.closed.index].set(1)
        durations = registry.perLabel(Operation.self) {
            registry.histogram(MetricCatalogue.storeOperationDuration, labels: [name, $0])
        }
        operations = registry.perLabel(Operation.self) { operation in
            registry.perLabel(Outcome.self) { registry.counter(MetricCatalogue.storeOperations, labels: [name, operation, $0]) }
        }
        connectionGauges = registry.perLabel(ConnectionState.self) {
            registry.gauge(MetricCatalogue.storeConnections, labels: [name, $0])
        }
    }

    /// One operation that ended, however it did.
    package func record(_ operation: Operation, _ outcome: Outcome, duration: Duration) {
        operations[operation.index][outcome.index].increment()
        durations[operation.index].observe(duration)
    }

    package func operations(_ operation: Operation, _ outcome: Outcome) -> Counter { operations[operation.index][outcome.index] }

    package func operationDuration(_ operation: Operation) -> Histogram { durations[operation.index] }

    package func reconnects(_ outcome: ReconnectOutcome) -> Counter { reconnectCounters[outcome.index] }

    package func setBreaker(_ state: BreakerState) {
        for (index, gauge) in breakerStates.enumerated() { gauge.set(index == state.index ? 1 : 0) }
    }

    package func connections(_ state: ConnectionState) -> Gauge { connectionGauges[state.index] }
}
