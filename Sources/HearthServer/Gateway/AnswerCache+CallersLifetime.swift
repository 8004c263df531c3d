import HearthCache
import HearthTelemetry

extension AnswerCache {
    /// The category's time, or the caller's where that is shorter; then without the windows behind it.
    func lifetime(of key: CacheKey, category: ResponseCategory, storedAt: Timestamp, atMost limit: Duration?) -> Lifetime {
        let usual = lifetime(of: key, category: category, storedAt: storedAt)
        guard let end = limit.map({ storedAt + $0 }), usual.freshUntil.map({ end < $0 }) != false else { return usual }
        return Lifetime(freshUntil: end, revalidateUntil: end, onErrorUntil: end)
    }
}
