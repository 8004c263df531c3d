import HearthCache
import HearthStatistics
import HearthTelemetry

/// Forgets a customer: whatever the stores know of who asked, voted or wrote.
///
/// What was answered stays, as it says nothing of who asked. Counts stay too; only that he is among those counted is forgotten.
struct CustomerEraser: Sendable {
    /// What was forgotten, as the API tells it.
    struct Erasure: Encodable, Sendable, Equatable {
        /// Questions that knew of him as one of those who had asked.
        var patterns = 0
        /// Votes on kept answers that knew of him.
        var votes = 0
        /// Messages that he wrote.
        var messages = 0
    }

    let privacy: QuestionPrivacy
    let patterns: any QueryPatternStore
    let flusher: StatisticsFlusher
    let answers: any AnswerStore
    /// Nil where WhatsApp is not configured.
    let inbox: (any Inbox)?
    let timeSource: any TimeSource

    func erase(_ customer: String, of tenant: Tenant) async throws -> Erasure {
        var erasure = Erasure()
        if let hash = privacy.hash(of: customer) {
            // What waits in memory would come after it.
            await flusher.flush()
            erasure.patterns = try await patterns.forget(hash, of: tenant)
        }
        if let voter = privacy.voter(customer, of: tenant, in: AnswerSpace(tenant)) { erasure.votes = try await answers.forget(voter) }
        // WhatsApp is the standard tenant's; there customers are known by their numbers.
        if tenant == .standard, let inbox { erasure.messages = try await inbox.forget(sender: customer, at: timeSource.now()) }
        return erasure
    }
}
