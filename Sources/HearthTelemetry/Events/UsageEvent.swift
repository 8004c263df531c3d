/// One answered request, from which counters, histograms, statistics and the log line are derived.
///
/// It is the only source of every number that Hearth shows about answers, so that no two of them can disagree.
package struct UsageEvent: Sendable {
    /// When the answer was complete.
    package var finishedAt: Timestamp
    /// Who asked.
    package var tenant: Tenant
    /// How the look-up ended.
    package var result: LookupResult
    /// Why it was not a hit; nil for hits.
    package var missReason: MissReason?
    package var language: Language
    package var category: ResponseCategory
    package var source: AnswerSource?
    /// From the request's last byte to the answer's first, as the caller sees it.
    package var duration: Duration
    /// The part of ``duration`` spent waiting for the provider, zero for hits.
    package var upstreamDuration: Duration
    /// Whether it got its answer from a call that another request made.
    package var isShared: Bool
    /// What this request paid to the provider, in millionths of a US dollar.
    package var costMicroDollars: Int64
    /// What this request did not have to pay because the answer was kept, in millionths of a US dollar.
    package var savedMicroDollars: Int64
    /// How long the entry had been kept when it was reused; nil for anything but hits.
    package var entryAge: Duration?
    /// Whether the caller got an error instead of an answer.
    package var failed: Bool
    /// The provider time that was recorded with the reused answer, zero for anything but hits.
    package var savedUpstreamDuration: Duration
    /// The tokens that did not have to be bought because the answer was kept.
    package var savedInputTokens: Int
    package var savedOutputTokens: Int

    package init(
        finishedAt: Timestamp,
        tenant: Tenant = .standard,
        result: LookupResult,
        missReason: MissReason? = nil,
        language: Language,
        category: ResponseCategory,
        source: AnswerSource?,
        duration: Duration,
        upstreamDuration: Duration = .zero,
        isShared: Bool = false,
        costMicroDollars: Int64 = 0,
        savedMicroDollars: Int64 = 0,
        entryAge: Duration? = nil,
        failed: Bool = false,
        savedUpstreamDuration: Duration = .zero,
        savedInputTokens: Int = 0,
        savedOutputTokens: Int = 0
    ) {
        self.finishedAt = finishedAt
        self.tenant = tenant
        self.result = result
        self.missReason = missReason
        self.language = language
        self.category = category
        self.source = source
        self.duration = duration
        self.upstreamDuration = upstreamDuration
        self.isShared = isShared
        self.costMicroDollars = costMicroDollars
        self.savedMicroDollars = savedMicroDollars
        self.entryAge = entryAge
        self.failed = failed
        self.savedUpstreamDuration = savedUpstreamDuration
        self.savedInputTokens = savedInputTokens
        self.savedOutputTokens = savedOutputTokens
    }
}
