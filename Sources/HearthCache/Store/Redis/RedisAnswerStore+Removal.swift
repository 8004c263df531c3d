import Foundation
import HearthDrivers
package import HearthTelemetry
import Synchronization

extension RedisAnswerStore {
    // MARK: Invalidation

    package func count(_ selection: AnswerSelection) async throws(AnswerStoreError) -> Int {
        if let key = selection.key {
            return try await holds(key, selection) ? 1 : 0
        }
        var total = 0
        for bucket in layout.buckets {
            let commands = Self.alternatives(of: selection).map { sets in
                switch sets.count {
                case 0: RedisCommand("HLEN", bucket.key("i"))
                case 1: RedisCommand("SCARD", bucket.key(sets[0]))
                default: RedisCommand(texts: ["SINTER"] + sets.map { bucket.key($0) })
                }
            }
            let replies = try await attempt("count answers") { () async throws(RedisError) in
                try await client.send(commands, slot: bucket.slot, within: writeDeadline, lane: .bulk)
            }
            for reply in replies { total += reply.items?.count ?? reply.integer.map(Int.init) ?? 0 }
        }
        return total
    }

    /// Whether an answer is kept and is what the rest of the selection names.
    private func holds(_ key: CacheKey, _ selection: AnswerSelection) async throws(AnswerStoreError) -> Bool {
        let bucket = layout.bucket(of: key)
        // Its language is in the key; the set of it tells the space as well.
        let language = selection.space.map { "l:" + RedisAnswerLayout.name(key.language.rawValue, in: $0) }
        let commands =
            [RedisCommand("HEXISTS", bucket.key("i"), key.description)]
            + (Self.sets(of: selection) + [language].compactMap(\.self)).map {
                RedisCommand("SISMEMBER", bucket.key($0), key.description)
            }
        let replies = try await attempt("look for an answer") { () async throws(RedisError) in
            try await client.send(commands, slot: bucket.slot, within: writeDeadline)
        }
        return replies.allSatisfy { $0 == .integer(1) }
    }

    /// The suffixes of the sets whose common members the selection names.
    private static func sets(of selection: AnswerSelection) -> [String] {
        guard let space = selection.space else { return [] }
        return [
            selection.tag.map { ("t:", $0) }, selection.category.map { ("c:", $0.rawValue) },
            selection.language.map { ("l:", $0.rawValue) },
        ].compactMap(\.self).map { kind, word in kind + RedisAnswerLayout.name(word, in: space) }
    }

    /// Lists of sets, of which the common members of each list are named: a whole space is what it has in each language.
    private static func alternatives(of selection: AnswerSelection) -> [[String]] {
        guard let space = selection.space, selection.isWhole else { return [sets(of: selection)] }
        return Language.allCases.map { ["l:" + RedisAnswerLayout.name($0.rawValue, in: space)] }
    }

    package func invalidate(
        _ selection: AnswerSelection, by actor: String, at now: Timestamp
    ) async throws(AnswerStoreError) -> InvalidationOutcome {
        // The number first: from then on no replica serves what the selection names, however long the removal takes or if it fails.
        let generation = try await log.append(selection, by: actor, at: now, above: newestSeen.load(ordering: .relaxed))
        newestSeen.max(generation, ordering: .relaxed)
        let keys = try await remove(selection)
        try await log.settle(generation, removed: keys.count)
        return InvalidationOutcome(keys: keys, generation: generation)
    }

    private func remove(_ selection: AnswerSelection) async throws(AnswerStoreError) -> [CacheKey] {
        if let key = selection.key {
            guard try await holds(key, selection) else { return [] }
            return try await remove([key], in: layout.bucket(of: key), isTold: true).map(\.key)
        }
        var removed: [CacheKey] = []
        for bucket in layout.buckets {
            for sets in Self.alternatives(of: selection) { try await removeCommon(of: sets, in: bucket, &removed) }
        }
        return removed
    }

    private func removeCommon(
        of sets: [String], in bucket: RedisAnswerLayout.Bucket, _ removed: inout [CacheKey]
    ) async throws(AnswerStoreError) {
        let call = call(RedisAnswerScripts.removeKind, bucket, ["\(Self.slice)", layout.newsChannel, layout.replica] + sets)
        while !Task.isCancelled {
            let keys = try await run([call], in: bucket, "invalidate answers", lane: .bulk).first?.items ?? []
            removed += keys.compactMap { $0.text.flatMap { CacheKey($0) } }
            if keys.count < Self.slice { break }
        }
    }

    /// Removes answers of one bucket; returns those that were there with their sizes.
    ///
    /// - Parameter isTold: whether the other replicas are to forget them, too.
    private func remove(
        _ keys: [CacheKey], in bucket: RedisAnswerLayout.Bucket, isTold: Bool = false
    ) async throws(AnswerStoreError) -> [(key: CacheKey, bytes: Int64)] {
        let news = isTold ? [layout.newsChannel, layout.replica] : ["", ""]
        let call = call(RedisAnswerScripts.remove, bucket, fence + news + keys.map(\.description))
        let items = try await run([call], in: bucket, "remove answers", lane: .bulk).first?.items ?? []
        return stride(from: 0, to: items.count - 1, by: 2).compactMap { index in
            guard let key = items[index].text.flatMap({ CacheKey($0) }) else { return nil }
            return (key, items[index + 1].integer ?? 0)
        }
    }

    package func generations() async throws(AnswerStoreError) -> Generations {
        let generations = try await log.generations()
        newestSeen.max(generations.current, ordering: .relaxed)
        return generations
    }

    package func invalidations(of space: AnswerSpace?, limit: Int) async throws(AnswerStoreError) -> [InvalidationRecord] {
        try await log.invalidations(of: space, limit: limit)
    }

    // MARK: Pruning

    package func prune(_ request: PruneRequest) async throws(AnswerStoreError) -> PruneOutcome {
        var outcome = PruneOutcome()
        let began = client.time.uptime()
        for bucket in layout.buckets where !Task.isCancelled && outcome.totalRemoved < request.enough {
            try await pruneByRule(bucket, request, began: began, &outcome)
        }
        guard request.space == nil, outcome.totalRemoved < request.enough else { return outcome }
        let total = try await summary().sizeBytes - (request.isDryRun ? outcome.bytesRemoved : 0)
        if total > request.maximumBytes {
            try await pruneOverSize(total - request.maximumBytes, isDryRun: request.isDryRun, &outcome)
        }
        return outcome
    }

    private func pruneByRule(
        _ bucket: RedisAnswerLayout.Bucket, _ request: PruneRequest, began: Duration, _ outcome: inout PruneOutcome
    ) async throws(AnswerStoreError) {
        let limits = [
            request.expired ? "1" : "", request.lowQuality ? "\(request.minimumConfidence)" : "",
            request.lowValue ? "\(request.lowValueAge.wholeMilliseconds)" : "", "\(request.lowValueHits)",
            request.space?.name ?? "", request.isDryRun ? "1" : "",
        ]
        var cursor = "0"
        repeat {
            // A run that goes on for long, or was held up, must not take for wrongly dated what was stored since it began.
            let now = request.now + (client.time.uptime() - began)
            let call = call(
                RedisAnswerScripts.prune, bucket,
                fence + [cursor, "\(min(request.batchSize, Self.slice))", "\(now.milliseconds)"] + limits)
            let items = try await run([call], in: bucket, "prune", lane: .bulk).first?.items ?? []
            cursor = items.first?.text ?? "0"
            for index in stride(from: 1, to: items.count - 2, by: 3) {
                guard let key = items[index].text.flatMap({ CacheKey($0) }) else { continue }
                outcome.bytesRemoved += items[index + 1].integer ?? 0
                outcome.removedKeys.append(key)
                switch items[index + 2].text {
                case "expired": outcome.expiredRemoved += 1
                case "quality": outcome.lowQualityRemoved += 1
                default: outcome.lowValueRemoved += 1
                }
            }
        } while cursor != "0" && outcome.totalRemoved < request.enough && !Task.isCancelled
    }

    /// Removes the least valuable answers until `excess` bytes are gone.
    ///
    /// A first pass over the index counts bytes by value, on a logarithmic scale of 16 steps to an octave, and finds the value below which
    /// enough lies; a second removes it. So the memory needed does not grow with the number of answers.
    private func pruneOverSize(_ excess: Int64, isDryRun: Bool, _ outcome: inout PruneOutcome) async throws(AnswerStoreError) {
        // Where nothing is removed, what the other rules name is still there.
        let named = isDryRun ? Set(outcome.removedKeys) : []
        var bytesByStep: [Int: Int64] = [:]
        for bucket in layout.buckets {
            try await forEachValue(in: bucket) { if !named.contains($0.key) { bytesByStep[$0.step, default: 0] += $0.bytes } }
        }
        var missing = excess
        var limit = Int.min
        for (step, bytes) in bytesByStep.sorted(by: { $0.key < $1.key }) {
            limit = step
            if bytes >= missing { break }
            missing -= bytes
        }
        for bucket in layout.buckets where !Task.isCancelled {
            var doomed: [CacheKey] = []
            var doomedBytes: Int64 = 0
            try await forEachValue(in: bucket) { value in
                guard value.step <= limit, value.step < limit || missing > 0, !named.contains(value.key) else { return }
                if value.step == limit { missing -= value.bytes }
                doomed.append(value.key)
                doomedBytes += value.bytes
            }
            if isDryRun {
                outcome.overSizeRemoved += doomed.count
                outcome.bytesRemoved += doomedBytes
                continue
            }
            for start in stride(from: 0, to: doomed.count, by: Self.slice) {
                let removed = try await remove(Array(doomed[start..<min(start + Self.slice, doomed.count)]), in: bucket)
                outcome.overSizeRemoved += removed.count
                outcome.bytesRemoved += removed.reduce(0) { $0 + $1.bytes }
                outcome.removedKeys += removed.map(\.key)
            }
        }
    }

    private struct Value {
        var key: CacheKey
        var bytes: Int64
        /// Saved cost per byte on a logarithmic scale.
        var step: Int
    }

    private func forEachValue(
        in bucket: RedisAnswerLayout.Bucket, _ body: (Value) -> Void
    ) async throws(AnswerStoreError) {
        var cursor = "0"
        repeat {
            let call = call(RedisAnswerScripts.values, bucket, [cursor, "\(Self.slice)"])
            let items = try await run([call], in: bucket, "weigh answers", lane: .bulk).first?.items ?? []
            cursor = items.first?.text ?? "0"
            for index in stride(from: 1, to: items.count - 4, by: 5) {
                guard let key = items[index].text.flatMap({ CacheKey($0) }), let bytes = items[index + 1].integer,
                    let cost = items[index + 2].integer, let hits = items[index + 3].integer
                else { continue }
                let value = Double(hits) * Double(cost) / Double(max(bytes, 1))
                body(Value(key: key, bytes: bytes, step: value > 0 ? Int((log2(value) * 16).rounded(.down)) : Int.min + 1))
            }
        } while cursor != "0" && !Task.isCancelled
    }

    package func summary() async throws(AnswerStoreError) -> AnswerStoreSummary {
        var summary = AnswerStoreSummary()
        for bucket in layout.buckets {
            let commands = [
                RedisCommand("HLEN", bucket.key("i")), RedisCommand("HGET", bucket.key("m"), "bytes"),
                RedisCommand("ZRANGE", bucket.key("s"), "0", "0", "WITHSCORES"),
                RedisCommand("ZREVRANGE", bucket.key("s"), "0", "0", "WITHSCORES"),
            ]
            let replies = try await attempt("summarise") { () async throws(RedisError) in
                try await client.send(commands, slot: bucket.slot, within: writeDeadline, lane: .bulk)
            }
            guard replies.count == commands.count else { continue }
            summary.entries += Int(replies[0].integer ?? 0)
            summary.sizeBytes += replies[1].integer ?? 0
            let (oldest, newest) = (Self.moment(replies[2]), Self.moment(replies[3]))
            summary.oldest = [summary.oldest, oldest].compactMap(\.self).min()
            summary.newest = [summary.newest, newest].compactMap(\.self).max()
        }
        return summary
    }

    package func summary(of space: AnswerSpace) async throws(AnswerStoreError) -> AnswerStoreSummary {
        var summary = AnswerStoreSummary(entries: try await count(AnswerSelection(in: space)))
        for bucket in layout.buckets {
            let replies = try await attempt("summarise") { () async throws(RedisError) in
                try await client.send(
                    [RedisCommand("HGETALL", bucket.key("m"))], slot: bucket.slot, within: writeDeadline, lane: .bulk)
            }
            let items = replies.first?.items ?? []
            for index in stride(from: 0, to: items.count - 1, by: 2) {
                guard let name = items[index].text, let bytes = items[index + 1].integer else { continue }
                switch name {
                case "bytes:" + space.name: summary.sizeBytes += bytes
                // The standard space has what no other has.
                case "bytes" where space == .standard: summary.sizeBytes += bytes
                case _ where space == .standard && name.hasPrefix("bytes:"): summary.sizeBytes -= bytes
                default: break
                }
            }
        }
        return summary
    }

    private static func moment(_ reply: RedisValue) -> Timestamp? {
        guard let items = reply.items, items.count == 2, let score = items[1].text.flatMap({ Double($0) }) else { return nil }
        return Timestamp(milliseconds: Int64(score))
    }
}
