import HearthTelemetry
import Synchronization

@testable import HearthCache

/// Counts look-ups, and does something before each is answered, or when votes have been counted.
final class WatchedAnswerStore: AnswerStore {
    private struct Counts {
        var asked = 0
        var underWay = 0
        var mostAtOnce = 0
    }

    private let inner: any AnswerStore
    private let counts = Mutex(Counts())
    private let beforeAnswer: @Sendable (WatchedAnswerStore) async -> Void
    private let afterVote: @Sendable () async -> Void

    init(
        _ inner: any AnswerStore, beforeAnswer: @escaping @Sendable (WatchedAnswerStore) async -> Void = { _ in },
        afterVote: @escaping @Sendable () async -> Void = {}
    ) {
        self.inner = inner
        self.beforeAnswer = beforeAnswer
        self.afterVote = afterVote
    }

    var asked: Int { counts.withLock { $0.asked } }
    var mostAtOnce: Int { counts.withLock { $0.mostAtOnce } }
    var name: String { inner.name }

    func answer(for key: CacheKey) async throws(AnswerStoreError) -> CachedAnswer? {
        counts.withLock {
            $0.asked += 1
            $0.underWay += 1
            $0.mostAtOnce = max($0.mostAtOnce, $0.underWay)
        }
        defer { counts.withLock { $0.underWay -= 1 } }
        await beforeAnswer(self)
        return try await inner.answer(for: key)
    }

    func put(_ answers: [CachedAnswer]) async throws(AnswerStoreError) { try await inner.put(answers) }
    func add(hits: [HitDelta]) async throws(AnswerStoreError) { try await inner.add(hits: hits) }
    func count(_ selection: AnswerSelection) async throws(AnswerStoreError) -> Int { try await inner.count(selection) }

    func invalidate(
        _ selection: AnswerSelection, by actor: String, at now: Timestamp
    ) async throws(AnswerStoreError) -> InvalidationOutcome {
        try await inner.invalidate(selection, by: actor, at: now)
    }

    func generations() async throws(AnswerStoreError) -> Generations { try await inner.generations() }

    func invalidations(of space: AnswerSpace?, limit: Int) async throws(AnswerStoreError) -> [InvalidationRecord] {
        try await inner.invalidations(of: space, limit: limit)
    }

    func vote(_ key: CacheKey, isHelpful: Bool, by voter: Voter?) async throws(AnswerStoreError) -> CachedAnswer? {
        let rated = try await inner.vote(key, isHelpful: isHelpful, by: voter)
        await afterVote()
        return rated
    }

    func forget(_ voter: Voter) async throws(AnswerStoreError) -> Int { try await inner.forget(voter) }
    func mostUsed(limitBytes: Int) async throws(AnswerStoreError) -> [CachedAnswer] { try await inner.mostUsed(limitBytes: limitBytes) }

    func popular(
        expiringBefore moment: Timestamp, minimumHits: Int64, limit: Int
    ) async throws(AnswerStoreError) -> [CachedAnswer] {
        try await inner.popular(expiringBefore: moment, minimumHits: minimumHits, limit: limit)
    }

    func prune(_ request: PruneRequest) async throws(AnswerStoreError) -> PruneOutcome { try await inner.prune(request) }
    func summary() async throws(AnswerStoreError) -> AnswerStoreSummary { try await inner.summary() }
    func summary(of space: AnswerSpace) async throws(AnswerStoreError) -> AnswerStoreSummary { try await inner.summary(of: space) }
    func ping() async throws(AnswerStoreError) { try await inner.ping() }
}
