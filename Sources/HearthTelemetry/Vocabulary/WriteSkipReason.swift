/// Why an answer was deliberately not kept.
package enum WriteSkipReason: Int, MetricLabel {
    /// Category, confidence, time of day or the caller forbid it.
    case uncacheable
    case tooLarge
    case lowQuality
    /// It contains what belongs to one person.
    case `private`
    case disabled

    package static let labelValues = ["uncacheable", "too_large", "low_quality", "private", "disabled"]
}

/// Why an answer that should have been kept was lost on its way to the store.
package enum WriteDropReason: Int, MetricLabel {
    case queueFull
    case storeUnavailable
    /// The store takes no writes: a replica, a full disk.
    case readOnly
    /// The claim of the job's run that made it has passed to another run.
    case superseded

    package static let labelValues = ["queue_full", "store_unavailable", "read_only", "superseded"]
}

/// What was wrong with an entry that was refused as an answer.
package enum IntegrityFailure: Int, MetricLabel {
    /// It cannot be read, or its check sum differs.
    case damaged
    /// It belongs to another question with the same key.
    case collision

    package static let labelValues = ["damaged", "collision"]
}
