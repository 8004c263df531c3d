package import HearthTelemetry

/// Filling, pruning and counting what is kept.
extension AnswerCache {
    /// Prunes the store and drops the same entries from memory.
    package func prune(_ request: PruneRequest) async throws(AnswerStoreError) -> PruneOutcome {
        if request.isDryRun { return try await store.prune(request) }
        let expired =
            request.expired
            ? memory.removeAll { (request.space == nil || request.space == $0.space) && $0.phase(at: request.now) == .expired } : 0
        instruments.evictions(store: .memory, .expired).increment(by: UInt64(expired))
        let outcome = try await store.prune(request)
        for key in outcome.removedKeys { memory.remove(key) }
        instruments.evictions(store: storeName, .expired).increment(by: UInt64(outcome.expiredRemoved))
        instruments.evictions(store: storeName, .capacity).increment(
            by: UInt64(outcome.totalRemoved - outcome.expiredRemoved))
        return outcome
    }

    /// Fills the memory with the most used answers; returns how many were loaded.
    ///
    /// - Parameter isShared: whether others change the store meanwhile. What is loaded is compared with it before it is served then, but
    ///   is known already where the store does not answer.
    package func load(isShared: Bool = false) async throws(AnswerStoreError) -> Int {
        // Rendered bodies take about as much again as the answers themselves.
        let answers = try await store.mostUsed(limitBytes: memory.capacityBytes / 2)
        let now = timeSource.now()
        let known = try await store.generations()
        adopt(known)
        let usable = answers.filter { $0.phase(at: now) != .expired && known.admits($0) }
        // The most used come last, so that they are the youngest of the queues.
        let epoch = isShared ? MemoryTrust.never : trust.epoch
        for answer in usable.reversed() where !isShared || memory.peek(answer.key) == nil { admit(entry(of: answer, epoch: epoch)) }
        return usable.count
    }

    /// How many answers in memory are fresh, and the languages that have any.
    package func languages(at now: Timestamp) -> (entries: Int, languages: Set<Language>) {
        memory.census { $0.phase(at: now) == .fresh }
    }

    /// What the store holds of a space; of all spaces for nil.
    package func summary(of space: AnswerSpace?) async throws(AnswerStoreError) -> AnswerStoreSummary {
        if let space { try await store.summary(of: space) } else { try await store.summary() }
    }
}
