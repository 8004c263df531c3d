/// Why a question was not answered from the cache.
package enum MissReason: String, CaseIterable, Codable, Sendable {
    /// No answer to this question was ever kept, or it has been pruned since.
    case neverStored = "never_stored"
    /// An answer was kept and its lifetime is over.
    case expired
    /// An answer was kept and has been invalidated.
    case invalidated
    /// An answer is kept, but its confidence has fallen below what may be served.
    case lowConfidence = "low_confidence"
    /// The caller asked for a new answer (`skipCache`, `no-cache`, `no-store`).
    case bypass
    /// The stored form differs from the request's: a hash collision or a damaged entry.
    case integrity
    /// The store did not answer in time.
    case storeUnavailable = "store_unavailable"
}
