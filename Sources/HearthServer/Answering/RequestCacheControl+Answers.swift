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

    /// Whether an answer past its time may be served, at once or in place of an error, as far as the caller is concerned; the operator's
    /// windows are checked apart. A caller that asked for a young answer is told of a failure instead of getting an old one.
    func acceptsStale(_ answer: CachedAnswer, at now: Timestamp) -> Bool {
        guard maxAge == nil, minFresh == nil else { return false }
        guard let maxStale, let remaining = answer.lifetime.remainingSeconds(at: now) else { return true }
        return -remaining <= maxStale
    }
}
