/// An alert of `alerts/` that Hearth can judge by itself too, from the figures it keeps.
///
/// The rule of the same name does it from metrics, and somebody is told; this one is for whoever looks at the page or has no Prometheus.
/// Limits, guards and texts are those of the rule, which a test compares.
package struct AlertCondition: Sendable, Hashable {
    /// What is measured, and in which unit.
    package enum Figure: String, Sendable, CaseIterable {
        /// Questions answered from the cache, as a share of those that could have been.
        case hitRate
        /// Seconds within which 95 of 100 answers from the cache were given.
        case responseTime
        /// The size of the store as a share of what it may take.
        case storeSize
        /// 1 where the store of answers is reached, else 0.
        case storeReached
    }

    package enum Side: String, Sendable {
        case above
        case below
    }

    /// The name of the alert.
    package let name: String
    package let figure: Figure
    package let severity: String
    /// It fires when the figure lies on this side of the threshold.
    package let side: Side
    package let threshold: Double
    /// The time that the figure covers.
    package let window: Duration
    /// How long it has to hold before somebody is told.
    package let patience: Duration
    /// Requests in the window below which the figure says nothing.
    package let minimumRequests: Int64
    /// How long a service must have run before the figure says anything.
    package let minimumUptime: Duration
    package let summary: String
    /// The board and panel that show it.
    package let dashboard: String

    package var runbook: String { "runbooks/\(name).md" }

    package static let all = [
        AlertCondition(
            name: "HearthCacheHitRateLow", figure: .hitRate, severity: "warning", side: .below, threshold: 0.8, window: .seconds(600),
            patience: .seconds(600), minimumRequests: 200, minimumUptime: .seconds(1800),
            summary: "Too few questions are answered from the cache.", dashboard: "hearth-cache?viewPanel=101"),
        AlertCondition(
            name: "HearthResponseTimeHigh", figure: .responseTime, severity: "warning", side: .above, threshold: 0.2,
            window: .seconds(300), patience: .seconds(300), minimumRequests: 100, minimumUptime: .zero,
            summary: "Answers from the cache are slow.", dashboard: "hearth-overview?viewPanel=301"),
        AlertCondition(
            name: "HearthCacheSizeHigh", figure: .storeSize, severity: "warning", side: .above, threshold: 0.9, window: .seconds(300),
            patience: .seconds(600), minimumRequests: 0, minimumUptime: .zero,
            summary: "The store of answers is nearly full.", dashboard: "hearth-cache?viewPanel=302"),
        AlertCondition(
            name: "HearthStoreDown", figure: .storeReached, severity: "critical", side: .below, threshold: 1, window: .seconds(120),
            patience: .seconds(60), minimumRequests: 0, minimumUptime: .zero,
            summary: "A store does not answer.", dashboard: "hearth-cache?viewPanel=504"),
    ]

    package func isMet(by value: Double) -> Bool { side == .below ? value < threshold : value > threshold }
}
