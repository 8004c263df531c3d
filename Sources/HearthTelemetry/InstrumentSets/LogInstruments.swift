package import Logging

/// What is counted about log lines.
package struct LogInstruments: Sendable {
    /// The label values, in the order of `Logger.Level.allCases`.
    static let levels = Logger.Level.allCases.map(\.rawValue)

    package let dropped: Counter
    private let messageCounters: [Counter]

    package init(registry: MetricRegistry) {
        dropped = registry.counter(MetricCatalogue.logDropped)
        messageCounters = Self.levels.map { registry.counter(MetricCatalogue.logMessages, labels: [$0]) }
    }

    package func messages(_ level: Logger.Level) -> Counter {
        let position =
            switch level {
            case .trace: 0
            case .debug: 1
            case .info: 2
            case .notice: 3
            case .warning: 4
            case .error: 5
            case .critical: 6
            }
        return messageCounters[position]
    }
}
