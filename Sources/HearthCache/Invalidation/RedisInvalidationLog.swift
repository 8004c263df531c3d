package import HearthDrivers
package import HearthTelemetry

/// The authority over invalidations in Redis itself, for replicas that share no database.
///
/// A Redis that is restored from an old copy has forgotten what was invalidated since; replicas with a common database are safe from that,
/// because its counter stays.
package final class RedisInvalidationLog: InvalidationLog {
    /// Invalidations that are remembered.
    private static let rememberedRecords = 10_000
    private static let deadline = Duration.seconds(2)
    /// The counter is asked for between two signs of life, which must not wait for it.
    private static let counterDeadline = Duration.milliseconds(300)

    private let client: RedisClient
    private let prefix: String
    private let slot: Int

    package init(client: RedisClient, namespace: String) {
        self.client = client
        prefix = "{\(namespace):invalidation}:"
        slot = RedisSlot.of(prefix)
    }

    /// Arguments: prefix, known counter, selection, record, what notes are kept under (`kinds`, `tags` or `keys`), most notes, most
    /// records.
    private static let appendScript = RedisScript(
        """
        local p = ARGV[1]
        local generation = math.max(tonumber(redis.call('get', p .. 'counter') or 0), tonumber(ARGV[2])) + 1
        local text = string.format('%.0f', generation)
        redis.call('set', p .. 'counter', text)
        redis.call('zadd', p .. ARGV[5], text, ARGV[3])
        if ARGV[5] ~= 'kinds' then redis.call('zremrangebyrank', p .. ARGV[5], 0, -1 - tonumber(ARGV[6])) end
        redis.call('zadd', p .. 'records', text, text .. '\\n' .. ARGV[4])
        redis.call('zremrangebyrank', p .. 'records', 0, -1 - tonumber(ARGV[7]))
        return text
        """)

    /// Arguments: prefix, generation, count.
    private static let settleScript = RedisScript(
        """
        local p = ARGV[1]
        local found = redis.call('zrangebyscore', p .. 'records', ARGV[2], ARGV[2])
        if #found == 0 then return 0 end
        redis.call('zrem', p .. 'records', found[1])
        redis.call('zadd', p .. 'records', ARGV[2], (string.gsub(found[1], '\\n[^\\n]*$', '\\n' .. ARGV[3])))
        return 1
        """)

    package func append(
        _ selection: AnswerSelection, by actor: String, at now: Timestamp, above known: Int64
    ) async throws(AnswerStoreError) -> Int64 {
        let line = Self.line(selection)
        let record = ["\(now.milliseconds)", actor.filter { $0 != "\n" }, line, "0"].joined(separator: "\n")
        let notes = selection.key != nil ? "keys" : selection.tag != nil ? "tags" : "kinds"
        let arguments = [
            prefix, "\(known)", line, record, notes, "\(Generations.maximumNotes)", "\(Self.rememberedRecords)",
        ]
        let call = RedisScript.Call(Self.appendScript, keys: [prefix + "counter"], texts: arguments)
        guard let generation = try await run(call, "record an invalidation").integer else {
            throw failure("record an invalidation", "the reply is no number")
        }
        return generation
    }

    package func settle(_ generation: Int64, removed: Int) async throws(AnswerStoreError) {
        let call = RedisScript.Call(
            Self.settleScript, keys: [prefix + "records"], texts: [prefix, "\(generation)", "\(removed)"])
        _ = try await run(call, "note what an invalidation removed")
    }

    package func current() async throws(AnswerStoreError) -> Int64 {
        try await send([RedisCommand("GET", prefix + "counter")], "ask for the counter of invalidations", within: Self.counterDeadline)[0]
            .integer ?? 0
    }

    package func generations() async throws(AnswerStoreError) -> Generations {
        let commands =
            [RedisCommand("GET", prefix + "counter")]
            + ["kinds", "tags", "keys"].map { RedisCommand("ZRANGE", prefix + $0, "0", "-1", "WITHSCORES") }
        let replies = try await send(commands, "load invalidations")
        var generations = Generations(current: replies[0].integer ?? 0)
        for reply in replies.dropFirst() {
            let items = reply.items ?? []
            for index in stride(from: 0, to: items.count - 1, by: 2) {
                guard let selection = items[index].text.flatMap(Self.selection), let generation = items[index + 1].integer else { continue }
                generations.note(selection, generation: generation)
            }
        }
        return generations
    }

    package func invalidations(of space: AnswerSpace?, limit: Int) async throws(AnswerStoreError) -> [InvalidationRecord] {
        let limit = max(limit, 1)
        // Those of a space lie among those of the others, and there is a bound to how many there are.
        let command = RedisCommand("ZREVRANGE", prefix + "records", "0", "\((space == nil ? limit : Self.rememberedRecords) - 1)")
        let records = try await send([command], "list invalidations")[0].items?.compactMap { $0.text.flatMap(Self.record) } ?? []
        return Array(records.filter { space == nil || $0.selection.space == nil || $0.selection.space == space }.prefix(limit))
    }

    // MARK: Lines

    /// Key, language, category and tag, each on a line, empty where all are meant; then the space, unless it is the standard one.
    private static func line(_ selection: AnswerSelection) -> String {
        let parts = [
            selection.key?.description, selection.language?.rawValue, selection.category?.rawValue, selection.tag,
        ].map { $0 ?? "" }
        return (selection.space == .standard ? parts : parts + [selection.spaceLabel]).joined(separator: "\n")
    }

    /// Nil for words that this version does not know.
    private static func selection(_ line: String) -> AnswerSelection? {
        let parts = line.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4 || parts.count == 5 else { return nil }
        let given = parts[..<4].map { $0.isEmpty ? nil : $0 }
        return AnswerSelection(
            spaceLabel: parts.count == 5 ? parts[4] : AnswerSpace.standard.name, key: given[0], language: given[1], category: given[2],
            tag: given[3])
    }

    private static func record(_ text: String) -> InvalidationRecord? {
        let parts = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 8 || parts.count == 9, let generation = Int64(parts[0]), let at = Int64(parts[1]),
            let removed = Int(parts[parts.count - 1]), let selection = selection(parts[3..<(parts.count - 1)].joined(separator: "\n"))
        else { return nil }
        return InvalidationRecord(
            at: Timestamp(milliseconds: at), actor: parts[2], selection: selection, removed: removed, generation: generation)
    }

    // MARK: Calls

    private func run(_ call: RedisScript.Call, _ operation: String) async throws(AnswerStoreError) -> RedisValue {
        do throws(RedisError) {
            return try await client.evaluate([call], slot: slot, within: Self.deadline)[0]
        } catch {
            throw failure(operation, "\(error)", error.kind == .timeout ? .timeout : .failed)
        }
    }

    private func send(
        _ commands: [RedisCommand], _ operation: String, within limit: Duration = deadline
    ) async throws(AnswerStoreError) -> [RedisValue] {
        let replies: [RedisValue]
        do throws(RedisError) {
            replies = try await client.send(commands, slot: slot, within: limit)
        } catch {
            throw failure(operation, "\(error)", error.kind == .timeout ? .timeout : .failed)
        }
        for case .error(let error) in replies { throw failure(operation, "\(error)") }
        guard replies.count == commands.count else { throw failure(operation, "a reply is missing") }
        return replies
    }

    private func failure(_ operation: String, _ cause: String, _ kind: AnswerStoreError.Kind = .failed) -> AnswerStoreError {
        AnswerStoreError(kind: kind, store: "redis", operation: operation, cause: cause)
    }
}
