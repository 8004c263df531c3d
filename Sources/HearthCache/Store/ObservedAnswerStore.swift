package import HearthTelemetry

/// Counts and times every operation of a store, whoever asks for it.
package struct ObservedAnswerStore: AnswerStore, PromptAnswerStore {
    private let store: any AnswerStore
    private let prompt: (any PromptAnswerStore)?
    private let instruments: StoreInstruments
    private let timeSource: any TimeSource

    package init(_ store: any AnswerStore, instruments: StoreInstruments, timeSource: any TimeSource) {
        self.store = store
        prompt = store as? any PromptAnswerStore
        self.instruments = instruments
        self.timeSource = timeSource
    }

    package var name: String { store.name }

    package func part(of key: CacheKey) -> Int { store.part(of: key) }

    package func answer(for key: CacheKey) async throws(AnswerStoreError) -> CachedAnswer? {
        try await observe(.get) { () async throws(AnswerStoreError) in try await store.answer(for: key) }
    }

    package func find(_ key: CacheKey, completion: @escaping @Sendable (Result<CachedAnswer?, AnswerStoreError>) -> Void) -> Bool {
        guard let prompt else { return false }
        let started = timeSource.uptime()
        return prompt.find(key) { result in
            let duration = timeSource.uptime() - started
            switch result {
            case .success: instruments.record(.get, .ok, duration: duration)
            case .failure(let error): instruments.record(.get, error.kind == .timeout ? .timeout : .error, duration: duration)
            }
            completion(result)
        }
    }

    package func put(_ answers: [CachedAnswer]) async throws(AnswerStoreError) {
        try await observe(.set) { () async throws(AnswerStoreError) in try await store.put(answers) }
    }

    package func add(hits: [HitDelta]) async throws(AnswerStoreError) {
        try await observe(.set) { () async throws(AnswerStoreError) in try await store.add(hits: hits) }
    }

    package func count(_ selection: AnswerSelection) async throws(AnswerStoreError) -> Int {
        try await observe(.scan) { () async throws(AnswerStoreError) in try await store.count(selection) }
    }

    package func invalidate(
        _ selection: AnswerSelection, by actor: String, at now: Timestamp
    ) async throws(AnswerStoreError) -> InvalidationOutcome {
        try await observe(.delete) { () async throws(AnswerStoreError) in try await store.invalidate(selection, by: actor, at: now) }
    }

    package func generations() async throws(AnswerStoreError) -> Generations {
        try await observe(.scan) { () async throws(AnswerStoreError) in try await store.generations() }
    }

    package func invalidations(of space: AnswerSpace?, limit: Int) async throws(AnswerStoreError) -> [InvalidationRecord] {
        try await observe(.scan) { () async throws(AnswerStoreError) in try await store.invalidations(of: space, limit: limit) }
    }

    package func vote(_ key: CacheKey, isHelpful: Bool, by voter: Voter?) async throws(AnswerStoreError) -> CachedAnswer? {
        try await observe(.set) { () async throws(AnswerStoreError) in try await store.vote(key, isHelpful: isHelpful, by: voter) }
    }

    package func forget(_ voter: Voter) async throws(AnswerStoreError) -> Int {
        try await observe(.delete) { () async throws(AnswerStoreError) in try await store.forget(voter) }
    }

    package func mostUsed(limitBytes: Int) async throws(AnswerStoreError) -> [CachedAnswer] {
        try await observe(.scan) { () async throws(AnswerStoreError) in try await store.mostUsed(limitBytes: limitBytes) }
    }

    package func popular(
        expiringBefore moment: Timestamp, minimumHits: Int64, limit: Int
    ) async throws(AnswerStoreError) -> [CachedAnswer] {
        try await observe(.scan) { () async throws(AnswerStoreError) in
            try await store.popular(expiringBefore: moment, minimumHits: minimumHits, limit: limit)
        }
    }

    package func prune(_ request: PruneRequest) async throws(AnswerStoreError) -> PruneOutcome {
        try await observe(.delete) { () async throws(AnswerStoreError) in try await store.prune(request) }
    }

    package func summary() async throws(AnswerStoreError) -> AnswerStoreSummary {
        try await observe(.scan) { () async throws(AnswerStoreError) in try await store.summary() }
    }

    package func summary(of space: AnswerSpace) async throws(AnswerStoreError) -> AnswerStoreSummary {
        try await observe(.scan) { () async throws(AnswerStoreError) in try await store.summary(of: space) }
    }

    package func ping() async throws(AnswerStoreError) {
        try await observe(.ping) { () async throws(AnswerStoreError) in try await store.ping() }
    }

    private func observe<Value: Sendable>(
        _ operation: StoreInstruments.Operation, _ body: () async throws(AnswerStoreError) -> Value
    ) async throws(AnswerStoreError) -> Value {
        let started = timeSource.uptime()
        do throws(AnswerStoreError) {
            let value = try await body()
            instruments.record(operation, .ok, duration: timeSource.uptime() - started)
            return value
        } catch {
            instruments.record(operation, error.kind == .timeout ? .timeout : .error, duration: timeSource.uptime() - started)
            throw error
        }
    }
}
