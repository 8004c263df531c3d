/// How an answer request ended, decided at the look-up.
///
/// It is the `result` label of `hearth_cache_requests_total`. The hit rate counts `hit` and `stale` as hits and `miss` as
/// a miss; `bypass` (the caller asked not to be answered from the cache) and `error` (a store was ill) are not the cache's fault.
package enum LookupResult: String, CaseIterable, Codable, Sendable {
    case hit
    case stale
    case miss
    case bypass
    case error
}

extension LookupResult {
    /// The position in ``allCases``, for tables that are indexed by result.
    package var index: Int {
        switch self {
        case .hit: 0
        case .stale: 1
        case .miss: 2
        case .bypass: 3
        case .error: 4
        }
    }

    /// Whether the answer came from the cache.
    package var servedFromCache: Bool { self == .hit || self == .stale }
}

extension LookupResult: MetricLabel {}
