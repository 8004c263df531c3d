import HearthCache
import HearthTelemetry

/// An answer on its way to the caller, with what the caller is told about where it came from.
struct AnsweredQuestion: Sendable {
    var answer: CachedAnswer
    var source: AnswerSource
    var status: CacheStatus
    /// Whether it was served from the cache, fresh or stale.
    var isCached: Bool
    /// Whether it is kept now.
    var isKept: Bool
    /// How long it has been kept; nil for answers that come from the provider.
    var age: Duration?
    var costMicroDollars: Int64
    var savedMicroDollars: Int64
    /// Why it was not served from the cache; nil where it was.
    var missReason: MissReason?
}
