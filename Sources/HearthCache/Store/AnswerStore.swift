import HearthDrivers
package import HearthTelemetry

/// The durable tier: where answers survive a restart.
///
/// Every implementation passes one conformance suite.
package protocol AnswerStore: Sendable {
    /// The name in metrics and in the health report: `sqlite`, `redis`.
    var name: String { get }

    /// Which part of the store a key belongs to: one may take writes while another refuses them. A store that is one piece has only part 0.
    func part(of key: CacheKey) -> Int

    /// The answer under the key, whatever its age.
    func answer(for key: CacheKey) async throws(AnswerStoreError) -> CachedAnswer?

    /// Adds or replaces answers, in each part of the store all or none; the error names the parts in which none were.
    func put(_ answers: [CachedAnswer]) async throws(AnswerStoreError)

    /// Adds gathered hits to the entries' counters; unknown keys are passed over.
    func add(hits: [HitDelta]) async throws(AnswerStoreError)

    /// How many answers the selection names.
    func count(_ selection: AnswerSelection) async throws(AnswerStoreError) -> Int

    /// Removes what the selection names, raises the counter of ``Generations`` for it and records who asked, all or nothing.
    func invalidate(_ selection: AnswerSelection, by actor: String, at now: Timestamp) async throws(AnswerStoreError) -> InvalidationOutcome

    /// The counter and what earlier invalidations noted.
    func generations() async throws(AnswerStoreError) -> Generations

    /// The newest invalidations of a space, and those of everything; of all spaces for nil. The latest come first.
    func invalidations(of space: AnswerSpace?, limit: Int) async throws(AnswerStoreError) -> [InvalidationRecord]

    /// Adds a vote to an answer and returns it as it is now; nil if it is not kept.
    ///
    /// A voter has one vote, the last; nil for one who is not told apart, each of whose votes counts.
    func vote(_ key: CacheKey, isHelpful: Bool, by voter: Voter?) async throws(AnswerStoreError) -> CachedAnswer?

    /// Forgets who a voter was; the votes stay counted.
    func forget(_ voter: Voter) async throws(AnswerStoreError) -> Int

    /// The most used answers whose sizes sum up to at most `limitBytes`, to fill the memory at start.
    func mostUsed(limitBytes: Int) async throws(AnswerStoreError) -> [CachedAnswer]

    /// Answers with at least this many hits that stop being fresh before the moment given, the most used first.
    func popular(expiringBefore moment: Timestamp, minimumHits: Int64, limit: Int) async throws(AnswerStoreError) -> [CachedAnswer]

    /// Removes what is expired or not worth its place, a bounded number of entries a step.
    func prune(_ request: PruneRequest) async throws(AnswerStoreError) -> PruneOutcome

    func summary() async throws(AnswerStoreError) -> AnswerStoreSummary

    /// How many answers of a space are held, and their bytes; the moments are left out.
    func summary(of space: AnswerSpace) async throws(AnswerStoreError) -> AnswerStoreSummary

    /// A round trip to the store.
    func ping() async throws(AnswerStoreError)
}

extension AnswerStore {
    package func part(of key: CacheKey) -> Int { 0 }
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

/// Who has voted, behind a keyed hash, so that one vote of each is counted and nobody is named.
package struct Voter: Sendable, Hashable {
    /// Voters of one answer that are told apart; further ones are not heard.
    static let limit = 1000

    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
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

/// Which answers of a space an invalidation means; the given members must all agree. Or all answers of every space.
package struct AnswerSelection: Sendable, Equatable {
    /// What everyone keeps; only for the operator.
    package static let everything = AnswerSelection(space: nil, key: nil, language: nil, category: nil, tag: nil)

    /// Nil for ``everything`` alone.
    package let space: AnswerSpace?
    package let key: CacheKey?
    package let language: Language?
    package let category: ResponseCategory?
    package let tag: String?

    package init(
        in space: AnswerSpace = .standard, key: CacheKey? = nil, language: Language? = nil, category: ResponseCategory? = nil,
        tag: String? = nil
    ) {
        self.init(space: space, key: key, language: language, category: category, tag: tag)
    }

    private init(space: AnswerSpace?, key: CacheKey?, language: Language?, category: ResponseCategory?, tag: String?) {
        self.space = space
        self.key = key
        self.language = language
        self.category = category
        self.tag = tag
    }

    /// Whether it names all answers of its space, or of every space.
    package var isWhole: Bool { key == nil && language == nil && category == nil && tag == nil }

    package func contains(_ answer: CachedAnswer) -> Bool {
        (space == nil || space == answer.space) && (key == nil || key == answer.key) && (language == nil || language == answer.language)
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
    /// The parts of the store in which nothing was written; nil where that is all of them.
    package var parts: Set<Int>?

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
