import HearthDrivers
import HearthTelemetry

/// Where answers lie in Redis.
///
/// Answers are spread over 64 buckets by their key. All keys of a bucket carry its tag in braces, so that they lie in one slot of a cluster
/// and a script may change several of them at once; the buckets spread over the cluster's nodes. A bucket has
///
/// | Key | Type | What |
/// | --- | --- | --- |
/// | `{ns:07}:e:KEY` | hash | `a` the answer's record, `g` its generation, `h` hits, `t` last use in ms, `p` and `n` votes |
/// | `{ns:07}:i` | hash | for each answer a line of what pruning and invalidation must know, see ``indexLine(_:)`` |
/// | `{ns:07}:u` | sorted set | answers by hits |
/// | `{ns:07}:s` | sorted set | answers by the moment of storing |
/// | `{ns:07}:c:CATEGORY`, `:l:LANGUAGE`, `:t:TAG` | sets | answers of a kind, see ``name(_:in:)`` |
/// | `{ns:07}:m` | hash | `bytes`: the sum of the sizes; `bytes:SPACE` that of a space other than the standard one |
/// | `{ns:07}:v:KEY` | hash | who has voted, behind a keyed hash, and for what: `p` or `n` |
/// | `{ns:07}:j:JOB` | string | the fence of the last run of a shared job that wrote or removed answers here; for an hour |
/// | `{ns:07}:f:KEY` | string | the token of the replica that asks the provider |
///
/// so that nothing ever scans the key space.
struct RedisAnswerLayout: Sendable {
    static let bucketCount = 64

    struct Bucket: Hashable, Sendable {
        let index: Int
        /// What every key of the bucket begins with.
        let prefix: String
        let slot: Int

        func key(_ suffix: String) -> String { prefix + suffix }
        /// What every script names as its keys: while some of them have gone ahead to another node of a cluster, none runs.
        var indexes: [String] { ["i", "u", "s", "m"].map(key) }
        func entry(_ key: CacheKey) -> String { prefix + "e:" + key.description }
        /// Held by the replica that asks the provider for the answer.
        func flight(_ key: CacheKey) -> String { prefix + "f:" + key.description }
    }

    let namespace: String
    let buckets: [Bucket]
    /// Where replicas tell each other what they changed.
    let newsChannel: String
    /// This process, in what it tells.
    let replica: String

    init(namespace: String, replica: String) {
        self.namespace = namespace
        newsChannel = "{\(namespace)}:news"
        self.replica = replica
        buckets = (0..<Self.bucketCount).map { index in
            let tag = "{\(namespace):\(index < 10 ? "0" : "")\(index)}:"
            return Bucket(index: index, prefix: tag, slot: RedisSlot.of(tag))
        }
    }

    func bucket(of key: CacheKey) -> Bucket {
        buckets[Int(truncatingIfNeeded: key.spread >> 32) & (Self.bucketCount - 1)]
    }

    /// Groups of what belongs to one bucket each.
    func grouped<Item>(_ items: [Item], by key: (Item) -> CacheKey) -> [(Bucket, [Item])] {
        Dictionary(grouping: items) { bucket(of: key($0)) }.sorted { $0.key.index < $1.key.index }.map { ($0.key, $0.value) }
    }

    /// Lines of: size in bytes, end of the last window in ms or -1, moment of storing in ms, confidence, cost in micro-dollars, end of
    /// freshness in ms or -1, category, language; then a line for each tag.
    static func indexLine(_ answer: CachedAnswer) -> String {
        let figures = [
            "\(answer.sizeBytes)", "\(answer.lifetime.usableUntil?.milliseconds ?? -1)", "\(answer.storedAt.milliseconds)",
            "\(answer.confidence)", "\(answer.costMicroDollars)", "\(answer.lifetime.freshUntil?.milliseconds ?? -1)",
        ]
        let names = ([answer.category.rawValue, answer.language.rawValue] + answer.tags).map { name($0, in: answer.space) }
        return (figures + names).joined(separator: "\n")
    }

    /// What a space calls a category, language or tag in the index.
    ///
    /// In the standard space that is the word itself, as it was before there were tenants. Words have no control characters, so that no
    /// word of one space is one of another's.
    static func name(_ word: String, in space: AnswerSpace) -> String {
        space == .standard ? word : "\u{1F}\(space.name)\u{1F}\(word)"
    }
}
