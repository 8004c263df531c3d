/// What a credential is good for.
package enum Scope: String, CaseIterable, Sendable, Hashable {
    /// Ask questions: of the cache and of the provider.
    case query
    /// Put answers in and warm: what is written is given to others.
    case write
    /// Read figures, popular questions and how jobs went.
    case stats
    /// Change what is kept and what runs, and read what administrators did.
    case admin
    /// Read the metrics.
    case metrics
}
