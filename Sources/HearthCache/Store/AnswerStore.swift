import HearthDrivers
package import HearthTelemetry

/// The durable tier: where answers survive a restart.
///
/// Every implementation passes one conformance suite.
package protocol AnswerStore: Sendable {
    /// The name in metrics and in the health report: `sqlite`, `redis`.
    var name: String { get }

    /// The answer under the key, whatever its age.
    func answer(for key: CacheKey) async throws(AnswerStoreError) -> CachedAnswer?

    /// Adds or replaces answers, all or none.
    func put(_ answers: [CachedAnswer]) async throws(AnswerStoreError)

    /// Adds gathered hits to the entries' counters; unknown keys are passed over.
    func add(hits: [HitDelta]) async throws(AnswerStoreError)

    /// How many answers the selection names.
    func count(_ selection: AnswerSelection) async throws(AnswerStoreError) -> Int

    /// Removes what the selection names, raises the counter of ``Generations`` for it and records who asked, all or nothing.
    func invalidate(_ selection: AnswerSelection, by actor: String, at now: Timestamp) async throws(AnswerStoreError) -> InvalidationOutcome

    /// The counter and what earlier invalidations noted.
    func generations() async throws(AnswerStoreError) -> Generations

    /// The newest invalidations, the latest first.
    func invalidations(limit: Int) async throws(AnswerStoreError) -> [InvalidationRecord]

    /// Adds a vote to an answer and returns it as it is now; nil if it is not kept.
    func vote(_ key: CacheKey, isHelpful: Bool) async throws(AnswerStoreError) -> CachedAnswer?

    /// The most used answers whose sizes sum up to at most `limitBytes`, to fill the memory at start.
    func mostUsed(limitBytes: Int) async throws(AnswerStoreError) -> [CachedAnswer]

    /// Answers with at least this many hits that stop being fresh before the moment given, the most used first.
    func popular(expiringBefore moment: Timestamp, minimumHits: Int64, limit: Int) async throws(AnswerStoreError) -> [CachedAnswer]

    /// Removes what is expired or not worth its place, a bounded number of entries a step.
    func prune(_ request: PruneRequest) async throws(AnswerStoreError) -> PruneOutcome

    func summary() async throws(AnswerStoreError) -> AnswerStoreSummary

    /// A round trip to the store.
    func ping() async throws(AnswerStoreError)
}

/// A store that can be asked by code which must not suspend, such as a channel handler.
package protocol PromptAnswerStore: Sendable {
    /// Asks for the answer under the key, whatever its age.
    ///
    /// - Parameter completion: called once, on an event loop.
    /// - Returns: false where the store was not asked; then nothing is called.
    func find(_ key: CacheKey, completion: @escaping @Sendable (Result<CachedAnswer?, AnswerStoreError>) -> Void) -> Bool
}

/// What an invalidation did in a store.
package struct InvalidationOutcome: Sendable, Equatable {
    package var keys: [CacheKey]
    /// What the counter rose to.
    package var generation: Int64

    package init(keys: [CacheKey], generation: Int64) {
        self.keys = keys
        self.generation = generation
    }
}

/// What a store holds.
package struct AnswerStoreSummary: Sendable, Equatable {
    package var entries: Int = 0
    package var sizeBytes: Int64 = 0
    package var oldest: Timestamp?
    package var newest: Timestamp?

    package init(entries: Int = 0, sizeBytes: Int64 = 0, oldest: Timestamp? = nil, newest: Timestamp? = nil) {
        self.entries = entries
        self.sizeBytes = sizeBytes
        self.oldest = oldest
        self.newest = newest
    }
}

/// Hits of one entry since the last flush.
package struct HitDelta: Sendable, Equatable {
    package var key: CacheKey
    package var hits: Int64
    package var lastAccessedAt: Timestamp

    package init(key: CacheKey, hits: Int64, lastAccessedAt: Timestamp) {
        self.key = key
        self.hits = hits
        self.lastAccessedAt = lastAccessedAt
    }
}

/// Which answers an invalidation means; the given members must all agree.
package struct AnswerSelection: Sendable, Equatable {
    package var key: CacheKey?
    package var language: Language?
    package var category: ResponseCategory?
    package var tag: String?

    package init(key: CacheKey? = nil, language: Language? = nil, category: ResponseCategory? = nil, tag: String? = nil) {
        self.key = key
        self.language = language
        self.category = category
        self.tag = tag
    }

    package func contains(_ answer: CachedAnswer) -> Bool {
        (key == nil || key == answer.key) && (language == nil || language == answer.language)
            && (category == nil || category == answer.category) && (tag.map { answer.tags.contains($0) } ?? true)
    }
}

/// A store that did not do what it was asked.
package struct AnswerStoreError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        case timeout
        case full
        case readOnly
        case damaged
        /// The job's run that wanted to write has lost its claim.
        case superseded
        case failed
    }

    package let kind: Kind
    package let store: String
    package let operation: String
    package let cause: String

    package init(kind: Kind, store: String, operation: String, cause: String) {
        self.kind = kind
        self.store = store
        self.operation = operation
        self.cause = cause.withoutFullStop
    }

    package var description: String { "The \(store) store could not \(operation): \(cause); \(advice)." }

    /// What to do, in the file of one replica and on a server that several share.
    private var advice: String {
        let isEmbedded = store == "sqlite"
        return switch kind {
        case .timeout: "answers go on without it; look at the disk's or server's load"
        case .full where isEmbedded: "free space on the disk or lower cache.maximumBytes"
        case .full: "give the server more room or lower cache.maximumBytes"
        case .readOnly where isEmbedded: "make the data folder writable for Hearth's user"
        case .readOnly: "let the server take writes; its log says why it does not"
        case .damaged where isEmbedded: "stop Hearth, set the file aside and start again; kept answers are collected anew"
        case .damaged: "the answer is asked for anew"
        case .superseded: "nothing needs to be done"
        case .failed: "answers go on without it; see the cause"
        }
    }
}
