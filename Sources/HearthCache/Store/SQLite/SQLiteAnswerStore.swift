package import GRDB
import HearthScheduling
package import HearthTelemetry
import Synchronization

/// Kept answers in the embedded SQLite file.
///
/// Reads go to GRDB's reader pool, writes to its one writer; both are bounded by a deadline, after which the caller goes on
/// without the store.
package final class SQLiteAnswerStore: AnswerStore {
    package let name = "sqlite"
    private let database: any DatabaseWriter
    let lookupDeadline: Duration
    private let writeDeadline: Duration
    private let timeSource: any TimeSource
    /// Between two slices of a pruning beside look-ups.
    private static let longestPause = Duration.milliseconds(500)
    /// On a small machine a processor that is never free is felt by every look-up beside a slice. Those must stay fewer than one in a
    /// hundred, so that the slowest hundredth of all of them is what it is without pruning.
    private static let pausePerSlice = 12
    /// Look-ups so far.
    private let lookups = Atomic(0)
    private let keys: KnownKeys

    /// - Parameters:
    ///   - database: the pool that ``AnswerSchema`` has been applied to.
    ///   - lookupDeadline: the longest a look-up may hold up an answer.
    ///   - knownKeys: so many keys are remembered at most once ``learnKeys()`` has read them; for a file that nobody else writes.
    package init(
        database: any DatabaseWriter, lookupDeadline: Duration, writeDeadline: Duration = .seconds(10), knownKeys: Int = 0,
        timeSource: any TimeSource = SystemTimeSource()
    ) {
        self.database = database
        self.lookupDeadline = lookupDeadline
        self.writeDeadline = writeDeadline
        keys = KnownKeys(limit: knownKeys)
        self.timeSource = timeSource
    }

    package func answer(for key: CacheKey) async throws(AnswerStoreError) -> CachedAnswer? {
        lookups.wrappingAdd(1, ordering: .relaxed)
        guard keys.mayHold(key) else { return nil }
        let text = key.description
        return try await read("look up an answer", within: lookupDeadline) { database in
            guard let row = try Row.fetchOne(database, sql: "SELECT * FROM cached_answer WHERE cache_key = ?", arguments: [text])
            else { return nil }
            return try CachedAnswer(row: row)
        }
    }

    package func put(_ answers: [CachedAnswer]) async throws(AnswerStoreError) {
        keys.note(answers.lazy.map(\.key))
        // Once more, for a read of all keys that began meanwhile and did not see them.
        defer { keys.note(answers.lazy.map(\.key)) }
        try await write("keep \(answers.count) answers") { database in
            let statement = try database.cachedStatement(sql: CachedAnswer.upsert)
            for answer in answers {
                try statement.execute(arguments: answer.arguments)
                try Self.replaceTags(of: answer, in: database)
                try Self.forgetVotes(on: answer, in: database)
            }
        }
    }

    package func add(hits: [HitDelta]) async throws(AnswerStoreError) {
        try await write("count hits") { database in
            let statement = try database.cachedStatement(
                sql: """
                    UPDATE cached_answer SET hit_count = hit_count + ?, last_accessed_ms = max(last_accessed_ms, ?)
                    WHERE cache_key = ?
                    """)
            for delta in hits {
                try statement.execute(arguments: [delta.hits, delta.lastAccessedAt.milliseconds, delta.key.description])
            }
        }
    }

    package func mostUsed(limitBytes: Int) async throws(AnswerStoreError) -> [CachedAnswer] {
        try await read("load the most used answers", within: .seconds(30)) { database in
            var answers: [CachedAnswer] = []
            var remaining = limitBytes
            let rows = try Row.fetchCursor(
                database, sql: "SELECT * FROM cached_answer ORDER BY hit_count DESC, last_accessed_ms DESC")
            while let row = try rows.next() {
                // A row that does not decode is damaged: it is left for a look-up to count as a miss.
                guard let answer = try? CachedAnswer(row: row) else { continue }
                remaining -= answer.sizeBytes
                if remaining < 0 { break }
                answers.append(answer)
            }
            return answers
        }
    }

    package func popular(
        expiringBefore moment: Timestamp, minimumHits: Int64, limit: Int
    ) async throws(AnswerStoreError) -> [CachedAnswer] {
        try await read("find popular answers", within: .seconds(5)) { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM cached_answer WHERE fresh_until_ms < ? AND hit_count >= ?
                    ORDER BY hit_count DESC, cache_key LIMIT ?
                    """,
                arguments: [moment.milliseconds, minimumHits, limit]
            ).compactMap { try? CachedAnswer(row: $0) }
        }
    }

    package func summary(of space: AnswerSpace) async throws(AnswerStoreError) -> AnswerStoreSummary {
        try await read("summarise", within: .seconds(5)) { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT count(*) AS entries, coalesce(sum(size_bytes), 0) AS bytes FROM cached_answer WHERE space = ?",
                arguments: [space.name])
            return row.map { AnswerStoreSummary(entries: $0["entries"], sizeBytes: $0["bytes"]) } ?? AnswerStoreSummary()
        }
    }

    package func summary() async throws(AnswerStoreError) -> AnswerStoreSummary {
        try await read("summarise", within: .seconds(5)) { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT count(*) AS entries, coalesce(sum(size_bytes), 0) AS bytes,
                        min(stored_at_ms) AS oldest, max(stored_at_ms) AS newest FROM cached_answer
                    """)
            guard let row else { return AnswerStoreSummary() }
            return AnswerStoreSummary(
                entries: row["entries"], sizeBytes: row["bytes"],
                oldest: (row["oldest"] as Int64?).map { Timestamp(milliseconds: $0) },
                newest: (row["newest"] as Int64?).map { Timestamp(milliseconds: $0) })
        }
    }

    package func ping() async throws(AnswerStoreError) {
        _ = try await read("answer a ping", within: .seconds(2)) { database in
            try Int.fetchOne(database, sql: "SELECT 1")
        }
    }

    package func prune(_ request: PruneRequest) async throws(AnswerStoreError) -> PruneOutcome {
        if request.isDryRun {
            return try await read("count what would be pruned", within: .seconds(5)) { try PruneRule.count(in: $0, request: request) }
        }
        var outcome = PruneOutcome()
        let began = timeSource.uptime()
        var askedBefore = lookups.load(ordering: .relaxed)
        for rule in PruneRule.allCases where rule.isAsked(by: request) && outcome.totalRemoved < request.enough {
            var removed: PrunedBatch
            repeat {
                // A run that goes on for long must not take for wrongly dated what was stored since it began.
                var due = request
                let started = timeSource.uptime()
                due.now = request.now + (started - began)
                removed = try await write("prune") { [due] database in try rule.removeBatch(in: database, request: due) }
                outcome.add(removed, by: rule)
                let asked = lookups.load(ordering: .relaxed)
                guard !removed.keys.isEmpty, asked != askedBefore else { continue }
                askedBefore = asked
                try? await Task.sleep(for: min((timeSource.uptime() - started) * Self.pausePerSlice, Self.longestPause))
            } while removed.keys.count == request.batchSize && outcome.totalRemoved < request.enough && !Task.isCancelled
        }
        // Those that were removed are forgotten, too; where that fails they cost a look-up each.
        try? await learnKeys()
        return outcome
    }

    /// Keys that are known to be in the file.
    package var knownKeyCount: Int { keys.count }

    /// Reads which keys there are; from then on questions that were never asked need no look-up.
    package func learnKeys() async throws(AnswerStoreError) {
        guard keys.limit > 0 else { return }
        try await keys.learn { () async throws(AnswerStoreError) -> Set<UInt64>? in
            try await read("load the keys", within: .seconds(30)) { [limit = keys.limit] database in
                var found: Set<UInt64> = []
                let rows = try String.fetchCursor(database, sql: "SELECT cache_key FROM cached_answer")
                while let text = try rows.next() {
                    guard let key = CacheKey(text) else { continue }
                    found.insert(key.spread)
                    guard found.count <= limit else { return nil }
                }
                return found
            }
        }
    }

    /// Another file is open: what is known is not about it.
    package func forgetKeys() { keys.forget() }

    func read<Value: Sendable>(
        _ operation: String, within deadline: Duration, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(AnswerStoreError) -> Value {
        try await bounded(operation, by: deadline) { [database] in try await database.read(body) }
    }

    func write<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(AnswerStoreError) -> Value {
        let fence = JobFence.current
        return try await bounded(operation, by: writeDeadline) { [database] in
            try await database.write { db in
                try LedgerSchema.require(fence, in: db)
                return try body(db)
            }
        }
    }

    /// Runs an operation and gives up on it at the deadline; SQLite is interrupted, and a write is rolled back.
    private func bounded<Value: Sendable>(
        _ operation: String, by deadline: Duration, _ body: @escaping @Sendable () async throws -> Value
    ) async throws(AnswerStoreError) -> Value {
        do {
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    try await Task.sleep(for: deadline)
                    return nil
                }
                defer { group.cancelAll() }
                guard let first = try await group.next(), let value = first else {
                    throw AnswerStoreError(
                        kind: .timeout, store: name, operation: operation, cause: "no answer within \(deadline)")
                }
                return value
            }
        } catch let error as AnswerStoreError {
            throw error
        } catch let error as DatabaseError {
            throw AnswerStoreError(kind: .init(error.resultCode), store: name, operation: operation, cause: "\(error)")
        } catch let rejection as FenceRejection {
            throw AnswerStoreError(kind: .superseded, store: name, operation: operation, cause: "\(rejection)")
        } catch {
            throw AnswerStoreError(kind: .failed, store: name, operation: operation, cause: "\(error)")
        }
    }
}

extension AnswerStoreError.Kind {
    init(_ code: ResultCode) {
        switch code.primaryResultCode {
        case .SQLITE_FULL: self = .full
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN: self = .readOnly
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_INTERRUPT: self = .timeout
        default: self = .failed
        }
    }
}
