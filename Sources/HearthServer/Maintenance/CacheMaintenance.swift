import HearthCache
import HearthTelemetry
import Synchronization

/// What `POST /api/v1/cache/maintenance` asks for.
struct MaintenanceWishes: Sendable, Equatable {
    var pruneExpired = true
    var pruneLowValue = true
    var pruneLowQuality = true
    var compactMemory = false
    /// Whether what would go is only counted.
    var dryRun = false
    /// Whose answers may go; nil for everyone's.
    var space: AnswerSpace?
    /// Answers that one transaction removes; fewer need less room while they are removed. Nil for the usual number.
    var batchSize: Int?
    /// No further transaction begins once so many are removed; the next maintenance goes on.
    var enough = Int.max

    init() {}

    init(_ object: [String: JSONValue]) throws(APIError) {
        var details: [APIErrorBody.Detail] = []
        for (name, value) in object {
            guard case .bool(let flag) = value else {
                details.append(.init(field: name, problem: "must be true or false"))
                continue
            }
            switch name {
            case "pruneExpired": pruneExpired = flag
            case "pruneLowValue": pruneLowValue = flag
            case "pruneLowQuality": pruneLowQuality = flag
            case "compactMemory": compactMemory = flag
            case "dryRun": dryRun = flag
            default: details.append(.init(field: name, problem: "is not a known field"))
            }
        }
        guard details.isEmpty else {
            throw APIError(
                .invalidRequest, "The maintenance was not started: faulty fields.", details: details.sorted { $0.field < $1.field })
        }
    }
}

/// Removes what is not worth its place; run by the `prune-cache` job and on demand.
struct CacheMaintenance: Sendable {
    /// The answer of `POST /api/v1/cache/maintenance`.
    struct Report: Encodable, Sendable {
        var expiredRemoved: Int
        var lowValueRemoved: Int
        var lowQualityRemoved: Int
        /// Removed so that all entries fit into the configured size.
        var overSizeRemoved: Int
        /// Bytes.
        var memorySaved: Int64
        /// Seconds.
        var duration: Double
        /// Present and true where nothing was removed.
        var dryRun: Bool?

        var removed: Int { expiredRemoved + lowValueRemoved + lowQualityRemoved + overSizeRemoved }
    }

    let cache: AnswerCache
    let maximumBytes: Int64
    let timeSource: any TimeSource
    let turn: MaintenanceTurn
    let instruments: CacheInstruments
    /// Gives pages that pruning freed back to the file system.
    let compact: @Sendable () async -> Void

    /// Nil while another maintenance is running, here or on a replica that shares the store.
    func run(_ wishes: MaintenanceWishes) async throws(AnswerStoreError) -> Report? {
        // Counting disturbs nobody.
        if wishes.dryRun { return try await work(wishes) }
        return try await turn.run { () async throws(AnswerStoreError) in try await work(wishes) }
    }

    private func work(_ wishes: MaintenanceWishes) async throws(AnswerStoreError) -> Report {
        let started = timeSource.uptime()
        var request = PruneRequest(now: timeSource.now(), maximumBytes: maximumBytes)
        request.space = wishes.space
        request.expired = wishes.pruneExpired
        request.lowValue = wishes.pruneLowValue
        request.lowQuality = wishes.pruneLowQuality
        request.isDryRun = wishes.dryRun
        if let batchSize = wishes.batchSize { request.batchSize = batchSize }
        request.enough = wishes.enough
        let outcome = try await cache.prune(request)
        if !wishes.dryRun {
            instruments.record(outcome)
            // The file and the server's memory are everyone's.
            if wishes.compactMemory, wishes.space == nil { await compact() }
        }
        return Report(
            expiredRemoved: outcome.expiredRemoved, lowValueRemoved: outcome.lowValueRemoved,
            lowQualityRemoved: outcome.lowQualityRemoved, overSizeRemoved: outcome.overSizeRemoved,
            memorySaved: outcome.bytesRemoved, duration: (timeSource.uptime() - started).fractionalSeconds,
            dryRun: wishes.dryRun ? true : nil)
    }
}

extension CacheInstruments {
    fileprivate func record(_ outcome: PruneOutcome) {
        pruned(.expired).increment(by: UInt64(outcome.expiredRemoved))
        pruned(.lowValue).increment(by: UInt64(outcome.lowValueRemoved))
        pruned(.lowQuality).increment(by: UInt64(outcome.lowQualityRemoved))
        pruned(.overSize).increment(by: UInt64(outcome.overSizeRemoved))
        prunedBytes.increment(by: UInt64(max(0, outcome.bytesRemoved)))
    }
}
