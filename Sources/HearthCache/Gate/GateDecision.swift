package import HearthTelemetry

/// What the gate says about an answer.
package enum GateDecision: Sendable, Equatable {
    case store
    case skip(GateRefusal)
}

/// Why an answer is not kept.
///
/// The cases stand in the order in which they are looked for; the first that holds is named.
package enum GateRefusal: String, Sendable, CaseIterable {
    /// The caller forbade it.
    case forbidden
    /// The provider's status was not 200.
    case providerStatus = "provider-status"
    /// The stream broke off.
    case incomplete
    /// The model did not come to a natural end (`length`, `content_filter`, tool calls that broke off, none).
    case finishReason = "finish-reason"
    case empty
    case tooLarge = "too-large"
    case refusal
    case lowConfidence = "low-confidence"
}

extension GateRefusal {
    /// What `Cache-Status` says behind `detail=`.
    package var cacheStatusDetail: String { rawValue }

    /// The label under which `hearth_cache_write_skips_total` counts it.
    package var metric: WriteSkipReason {
        switch self {
        case .forbidden, .providerStatus, .incomplete, .finishReason, .empty: .uncacheable
        case .tooLarge: .tooLarge
        case .refusal, .lowConfidence: .lowQuality
        }
    }
}
