package import HearthTelemetry

/// What a pruning removes; each member is one of the rules of `POST /api/v1/cache/maintenance`.
package struct PruneRequest: Sendable, Equatable {
    package var now: Timestamp
    /// Whose entries may go; nil for everyone's. Room is made by everyone's only.
    package var space: AnswerSpace?
    /// Entries past their last window.
    package var expired = true
    /// Entries older than ``lowValueAge`` with fewer than ``lowValueHits`` hits.
    package var lowValue = true
    /// Entries whose confidence is below ``minimumConfidence``.
    package var lowQuality = true
    package var lowValueAge: Duration = .seconds(30 * 86_400)
    package var lowValueHits: Int64 = 2
    package var minimumConfidence = CachedAnswer.minimumServedConfidence
    /// Least valuable entries go until the rest fits; value is saved cost per byte.
    package var maximumBytes: Int64
    /// Entries removed in one transaction; look-ups go between two of them.
    package var batchSize = 200
    /// No further transaction begins once so many are removed; what is left goes the next time.
    package var enough = Int.max
    /// Whether what would be removed is only counted.
    package var isDryRun = false

    package init(now: Timestamp, maximumBytes: Int64) {
        self.now = now
        self.maximumBytes = maximumBytes
    }
}

/// What a pruning removed, or would remove.
package struct PruneOutcome: Sendable, Equatable {
    package var expiredRemoved = 0
    package var lowValueRemoved = 0
    package var lowQualityRemoved = 0
    package var overSizeRemoved = 0
    package var bytesRemoved: Int64 = 0
    /// So that the memory tier can drop them too.
    package var removedKeys: [CacheKey] = []

    package init() {}

    package var totalRemoved: Int { expiredRemoved + lowValueRemoved + lowQualityRemoved + overSizeRemoved }
}
