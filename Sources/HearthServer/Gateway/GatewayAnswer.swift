import HearthCache
import HearthUpstream

/// An answer of the provider to a question that came through the gateway, judged.
struct GatewayAnswer: Sendable {
    var answer: CachedAnswer
    var decision: GateDecision
    /// What the call cost; nothing where an answer was found at the last moment.
    var paidMicroDollars: Int64
    /// The provider's own name of it; nil for one that was kept.
    var identity: ForwardedAnswer.Identity?
    /// Whether a call for the same question had ended while this one was on its way.
    var isShared = false
    /// False for one that lost something when it was put together from a stream; who did not ask for that stream must not get it.
    var isFaithful = true
}
