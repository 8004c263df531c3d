package import HearthDrivers
import HearthScheduling
package import HearthTelemetry
import Synchronization

/// Kept answers in a Redis that many replicas share.
///
/// Invalidations are numbered by an ``InvalidationLog`` apart from the answers. A look-up is one command; whatever touches several keys is
/// a script in one bucket of ``RedisAnswerLayout``, and long work goes through the buckets in slices, so that it holds up nobody.
package final class RedisAnswerStore: AnswerStore, PromptAnswerStore {
    package let name = "redis"
    /// Answers that one script call touches; a few milliseconds of the server's time.
    static let slice = 200
    /// How long Redis keeps what is past its last window, so that a server whose clock is ahead forgets nothing too early.
    private static let graceAfterExpiry = Duration.seconds(2 * 86_400)
    private static let entryFields = ["a", "h", "t", "p", "n"]

    let client: RedisClient
    let layout: RedisAnswerLayout
    let log: any InvalidationLog
    /// Of one look-up.
    let lookupDeadline: Duration
    let writeDeadline: Duration
    /// The largest number of an invalidation that was seen: an authority that has lost its counter gives none of them a second time.
    let newestSeen = Atomic<Int64>(0)

    /// - Parameters:
    ///   - namespace: put before every key; see `cache.namespace`.
    ///   - lookupDeadline: the longest look-ups may hold up an answer. A request may look twice, from its event loop and from its task, so
    ///     each of them gets half of it.
    package init(
        client: RedisClient, namespace: String, log: any InvalidationLog, lookupDeadline: Duration, writeDeadline: Duration = .seconds(5)
    ) {
        self.client = client
        self.log = log
        self.lookupDeadline = lookupDeadline / 2
        self.writeDeadline = writeDeadline
        layout = RedisAnswerLayout(namespace: namespace, replica: RequestIdentifier.new())
    }

    package func answer(for key: CacheKey) async throws(AnswerStoreError) -> CachedAnswer? {
        let (bucket, command) = lookup(key)
        let replies = try await attempt("look up an answer") { () async throws(RedisError) in
            try await client.send([command], slot: bucket.slot, within: lookupDeadline)
        }
        guard let reply = replies.first, let found = try Self.read(reply, key) else { return nil }
        return found
    }

    package func find(_ key: CacheKey, completion: @escaping @Sendable (Result<CachedAnswer?, AnswerStoreError>) -> Void) -> Bool {
        let (_, command) = lookup(key)
        return client.submit(command, within: lookupDeadline) { outcome in
            completion(
                Result { () throws(AnswerStoreError) in
                    switch outcome {
                    case .success(let reply): return try Self.read(reply, key)
                    case .failure(let error): throw self.failure("look up an answer", error)
                    }
                })
        }
    }

    private func lookup(_ key: CacheKey) -> (RedisAnswerLayout.Bucket, RedisCommand) {
        let bucket = layout.bucket(of: key)
        return (bucket, RedisCommand(texts: ["HMGET", bucket.entry(key)] + Self.entryFields))
    }

    /// An entry's fields; nil where there is none.
    static func read(_ reply: RedisValue, _ key: CacheKey) throws(AnswerStoreError) -> CachedAnswer? {
        if case .error(let error) = reply {
            throw AnswerStoreError(kind: .failed, store: "redis", operation: "look up an answer", cause: "\(error)")
        }
        guard let fields = reply.items, fields.count == entryFields.count, let record = fields[0].bytes else { return nil }
        guard var answer = AnswerRecord.decode(record, key: key) else {
            throw AnswerStoreError(
                kind: .damaged, store: "redis", operation: "read an answer", cause: "\(key) does not hold a whole answer")
        }
        answer.hitCount = fields[1].integer ?? 0
        answer.lastAccessedAt = fields[2].integer.map { Timestamp(milliseconds: $0) } ?? answer.storedAt
        answer.votes = CachedAnswer.Votes(helpful: fields[3].integer ?? 0, unhelpful: fields[4].integer ?? 0)
        return answer
    }

    /// The answers under many keys, as far as they are there and whole.
    private func answers(for keys: [CacheKey]) async throws(AnswerStoreError) -> [CacheKey: CachedAnswer] {
        var found: [CacheKey: CachedAnswer] = [:]
        for (bucket, keys) in layout.grouped(keys, by: { $0 }) {
            let commands = keys.map { RedisCommand(texts: ["HMGET", bucket.entry($0)] + Self.entryFields) }
            let replies = try await attempt("load answers") { () async throws(RedisError) in
                try await client.send(commands, slot: bucket.slot, within: writeDeadline, lane: .bulk)
            }
            // One that is damaged is left for a look-up to count.
            for (key, reply) in zip(keys, replies) { found[key] = try? Self.read(reply, key) }
        }
        return found
    }

    package func part(of key: CacheKey) -> Int { layout.bucket(of: key).index }

    package func put(_ answers: [CachedAnswer]) async throws(AnswerStoreError) {
        var failure: AnswerStoreError?
        var unwritten: Set<Int> = []
        for (bucket, group) in layout.grouped(answers, by: \.key) {
            // A server that does not answer is not waited for once more for every bucket that it has.
            guard failure?.kind != .timeout else {
                unwritten.insert(bucket.index)
                continue
            }
            do throws(AnswerStoreError) {
                let calls = group.map { call(toPut: $0, in: bucket) }
                _ = try await run(calls, in: bucket, "keep \(group.count) answers", lane: .interactive)
            } catch {
                // The run that wanted to write has lost its claim, in whatever bucket.
                guard error.kind != .superseded else { throw error }
                failure = error
                unwritten.insert(bucket.index)
            }
        }
        guard var failure else { return }
        failure.parts = unwritten
        throw failure
    }

    private func call(toPut answer: CachedAnswer, in bucket: RedisAnswerLayout.Bucket) -> RedisScript.Call {
        let end = answer.lifetime.usableUntil.map { "\(($0 + Self.graceAfterExpiry).milliseconds)" } ?? "-1"
        let numbers = [
            answer.generation, answer.hitCount, answer.lastAccessedAt.milliseconds, answer.votes.helpful, answer.votes.unhelpful,
        ].map { "\($0)" }
        let arguments =
            [Array(bucket.prefix.utf8), Array(answer.key.description.utf8), AnswerRecord.encode(answer)]
            + ([RedisAnswerLayout.indexLine(answer)] + numbers + [end, layout.newsChannel, layout.replica] + fence).map { Array($0.utf8) }
        return RedisScript.Call(RedisAnswerScripts.put, keys: bucket.indexes + [bucket.entry(answer.key)], arguments: arguments)
    }

    package func add(hits: [HitDelta]) async throws(AnswerStoreError) {
        for (bucket, group) in layout.grouped(hits, by: \.key) {
            for start in stride(from: 0, to: group.count, by: Self.slice) {
                let arguments = group[start..<min(start + Self.slice, group.count)].flatMap {
                    [$0.key.description, "\($0.hits)", "\($0.lastAccessedAt.milliseconds)"]
                }
                _ = try await run([call(RedisAnswerScripts.addHits, bucket, arguments)], in: bucket, "count hits", lane: .bulk)
            }
        }
    }

    package func ping() async throws(AnswerStoreError) {
        try await attempt("answer a ping") { () async throws(RedisError) in try await client.ping(within: .seconds(2)) }
    }

    // MARK: What is used most

    package func mostUsed(limitBytes: Int) async throws(AnswerStoreError) -> [CachedAnswer] {
        // Every answer is counted with more than this, so no more of them fit. Few answers may lie in one bucket by chance.
        let share = max(16, min(20_000, limitBytes / 256 / RedisAnswerLayout.bucketCount * 2))
        var ranking: [(key: CacheKey, hits: Int64)] = []
        for bucket in layout.buckets {
            let command = RedisCommand("ZREVRANGE", bucket.key("u"), "0", "\(share - 1)", "WITHSCORES")
            let replies = try await attempt("load the most used answers") { () async throws(RedisError) in
                try await client.send([command], slot: bucket.slot, within: writeDeadline, lane: .bulk)
            }
            ranking += Self.pairs(replies.first?.items ?? [])
        }
        ranking.sort { ($1.hits, $0.key.description) < ($0.hits, $1.key.description) }
        var answers: [CachedAnswer] = []
        var remaining = limitBytes
        for start in stride(from: 0, to: ranking.count, by: Self.slice) {
            let keys = ranking[start..<min(start + Self.slice, ranking.count)].map(\.key)
            let found = try await self.answers(for: keys)
            for answer in keys.compactMap({ found[$0] }) {
                remaining -= answer.sizeBytes
                if remaining < 0 { return answers }
                answers.append(answer)
            }
        }
        return answers
    }

    package func popular(
        expiringBefore moment: Timestamp, minimumHits: Int64, limit: Int
    ) async throws(AnswerStoreError) -> [CachedAnswer] {
        var ranking: [(key: CacheKey, hits: Int64)] = []
        for bucket in layout.buckets {
            let call = call(RedisAnswerScripts.popular, bucket, ["\(moment.milliseconds)", "\(minimumHits)", "\(limit)"])
            let reply = try await run([call], in: bucket, "find popular answers", lane: .bulk).first
            ranking += Self.pairs(reply?.items ?? [])
        }
        ranking.sort { ($1.hits, $0.key.description) < ($0.hits, $1.key.description) }
        let keys = ranking.prefix(limit).map(\.key)
        let found = try await answers(for: keys)
        return keys.compactMap { found[$0] }
    }

    private static func pairs(_ items: [RedisValue]) -> [(key: CacheKey, hits: Int64)] {
        stride(from: 0, to: items.count - 1, by: 2).compactMap { index in
            guard let key = items[index].text.flatMap({ CacheKey($0) }), let hits = items[index + 1].integer else { return nil }
            return (key, hits)
        }
    }

    // MARK: Calls

    func call(_ script: RedisScript, _ bucket: RedisAnswerLayout.Bucket, _ arguments: [String]) -> RedisScript.Call {
        RedisScript.Call(script, keys: bucket.indexes, texts: [bucket.prefix] + arguments)
    }

    /// Job and fence of the run in whose task this is read, for the scripts that compare them; two empty texts outside of runs.
    var fence: [String] {
        guard let fence = JobFence.current else { return ["", ""] }
        return [fence.job, "\(fence.number)"]
    }

    func run(
        _ calls: [RedisScript.Call], in bucket: RedisAnswerLayout.Bucket, _ operation: String, lane: RedisLane
    ) async throws(AnswerStoreError) -> [RedisValue] {
        try await attempt(operation) { () async throws(RedisError) in
            try await client.evaluate(calls, slot: bucket.slot, within: writeDeadline, lane: lane)
        }
    }

    func attempt<Value>(
        _ operation: String, _ body: () async throws(RedisError) -> Value
    ) async throws(AnswerStoreError) -> Value {
        do throws(RedisError) {
            return try await body()
        } catch {
            throw failure(operation, error)
        }
    }

    private func failure(_ operation: String, _ error: RedisError) -> AnswerStoreError {
        AnswerStoreError(kind: error.storeErrorKind, store: name, operation: operation, cause: "\(error)")
    }
}

extension RedisError {
    fileprivate var storeErrorKind: AnswerStoreError.Kind {
        switch kind {
        case .timeout: return .timeout
        case .reply(let reply):
            switch reply.code {
            case "OOM": return .full
            case "FENCED": return .superseded
            case "READONLY", "MISCONF": return .readOnly
            default: return .failed
            }
        case .unreachable, .breakerOpen, .overloaded, .cancelled, .tooLarge, .protocolViolation, .handshake, .unexpectedReply:
            return .failed
        }
    }
}
