import HearthCache
import HearthTelemetry

extension RequestCacheControl {
    /// Whether a fresh answer satisfies `max-age` and `min-fresh`.
    func accepts(_ answer: CachedAnswer, at now: Timestamp) -> Bool {
        let age = (now - answer.storedAt).components.seconds
        if let maxAge, age > maxAge { return false }
        if let minFresh, let remaining = answer.lifetime.remainingSeconds(at: now), remaining < minFresh { return false }
        return true
    }

    /// Whether an answer past its time may be served: the operator's window allows it, and no directive forbids it.
    func acceptsStale(_ answer: CachedAnswer, at now: Timestamp) -> Bool {
        guard maxAge == nil, minFresh == nil else { return false }
        guard let maxStale, let remaining = answer.lifetime.remainingSeconds(at: now) else { return true }
        return -remaining <= maxStale
    }

    /// A caller that asked for a young answer is told of the failure instead of getting an old one.
    var mayFallBack: Bool { maxAge == nil && minFresh == nil }
}
