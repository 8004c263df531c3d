import HearthTelemetry

/// What the cache did with a request, written as RFC 9211 asks; the identifier is `hearth`.
enum CacheStatus: Sendable, Equatable {
    enum Forward: String, Sendable {
        /// Nothing was kept.
        case miss
        /// What was kept is too old.
        case stale
        /// The caller asked for a new answer.
        case request
    }

    enum StaleReason: String, Sendable {
        case whileRevalidate = "swr"
        case onError = "sie"
    }

    /// `ttl` is nil for answers that never expire.
    case hit(ttl: Int64?)
    case stale(ttl: Int64, StaleReason)
    case stored(Forward)
    case notStored(Forward, detail: String)
    case collapsed(Forward)
    /// The provider was asked and did not answer, or could not be asked.
    case failed(Forward, status: Int?)

    /// The provider refused the same a moment ago.
    static let rememberedRefusal = "hearth; hit; detail=refusal"

    var header: String {
        switch self {
        case .hit(let ttl): ttl.map { "hearth; hit; ttl=\($0)" } ?? "hearth; hit"
        case .stale(let ttl, let reason): "hearth; hit; ttl=\(ttl); detail=\(reason.rawValue)"
        case .stored(let forward): "hearth; fwd=\(forward.rawValue); fwd-status=200; stored"
        case .notStored(let forward, let detail): "hearth; fwd=\(forward.rawValue); fwd-status=200; detail=\(detail)"
        case .collapsed(let forward): "hearth; fwd=\(forward.rawValue); collapsed"
        case .failed(let forward, let status):
            status.map { "hearth; fwd=\(forward.rawValue); fwd-status=\($0)" } ?? "hearth; fwd=\(forward.rawValue)"
        }
    }
}
