package import HearthTelemetry

/// Kept answers one by one. What is not the asking space's is as unknown as what was never kept.
extension AnswerCache {
    /// The kept answer under a key, from wherever it is newest, whatever its state; no use of it is counted.
    package func entry(_ key: CacheKey, in space: AnswerSpace) async throws(AnswerStoreError) -> CachedAnswer? {
        if let waiting = writes.last(key), waiting.space == space { return waiting }
        let remembered = memory.peek(key)?.answer
        let stored = try await store.answer(for: key)
        // The hits that the store has counted.
        if var answer = remembered, answer.space == space {
            answer.hitCount = stored?.hitCount ?? answer.hitCount
            answer.lastAccessedAt = stored?.lastAccessedAt ?? answer.lastAccessedAt
            return answer
        }
        return stored?.space == space ? stored : nil
    }

    /// What a look-up would find, and why, without a trace in any counter.
    package func inspect(_ question: IdentifiedQuestion, at now: Timestamp) async -> Inspection {
        if let entry = memory.peek(question.key) {
            return Inspection(answer: entry.answer, tier: .memory, verdict: verdict(of: entry, question, at: now))
        }
        do throws(AnswerStoreError) {
            guard let found = try await store.answer(for: question.key) else { return Inspection(verdict: .miss(.neverStored)) }
            let entry = MemoryEntry(answer: found, rendered: [])
            return Inspection(answer: found, tier: .store, verdict: verdict(of: entry, question, at: now))
        } catch {
            return Inspection(verdict: .miss(.storeUnavailable))
        }
    }

    /// Counts what a caller said of a kept answer, and returns its new confidence; nil if the space has no such answer.
    ///
    /// - Parameter voter: has one vote, the last; nil for one who is not told apart.
    package func vote(
        _ key: CacheKey, in space: AnswerSpace, isHelpful: Bool, by voter: Voter?
    ) async throws(AnswerStoreError) -> Double? {
        // What still waits to be written would overwrite the vote, and there is no row for it yet.
        try await writeOut { $0.key == key && $0.space == space }
        let changes = trust.changes(of: key)
        guard try await entry(key, in: space) != nil, let rated = try await store.vote(key, isHelpful: isHelpful, by: voter)
        else { return nil }
        // Another answer that has come meanwhile has none of these votes.
        writes.update(key) { if $0.storedAt == rated.storedAt { $0.votes = rated.votes } }
        if memory.peek(key) != nil { admit(entry(of: rated), readAt: changes) }
        return rated.currentConfidence
    }
}
