extension CacheInstruments {
    /// How writing an answer to a store ended.
    package enum InsertionOutcome: Int, MetricLabel {
        case stored
        case rejected
        case error

        package static let labelValues = ["stored", "rejected", "error"]
    }

    /// Why an answer was removed from a store.
    package enum EvictionReason: Int, MetricLabel {
        case capacity
        case expired
        case invalidated

        package static let labelValues = ["capacity", "expired", "invalidated"]
    }

    /// How much one call invalidates.
    package enum InvalidationScope: Int, MetricLabel {
        case key
        case prefix
        case all

        package static let labelValues = ["key", "prefix", "all"]
    }

    package enum InvalidationOutcome: Int, MetricLabel {
        case ok
        case error

        package static let labelValues = ["ok", "error"]
    }

    /// How waiting for another caller's identical request ended.
    package enum CoalescingOutcome: Int, MetricLabel {
        case shared
        case timeout
        case leaderFailed

        package static let labelValues = ["shared", "timeout", "leader_failed"]
    }

    /// Why maintenance removed an answer.
    package enum PruneRule: Int, MetricLabel {
        case expired
        case lowValue
        case lowQuality
        case overSize

        package static let labelValues = ["expired", "low_value", "low_quality", "over_size"]
    }
}
