import HearthScheduling
package import HearthTelemetry
import Synchronization

/// The cache as the rest of Hearth sees it: memory first, then the durable store, and what to do with what is found.
package final class AnswerCache: Sendable {
    package let memory: MemoryTier
    package let store: any AnswerStore
    package let writes: WriteQueue
    /// Whether the memory agrees with a store that others change too.
    package let trust = MemoryTrust()
    /// How much shorter than configured answers are kept for now.
    package let lifetimeFactors = LifetimeFactors()
    /// The store in metrics.
    let storeName: StoreName
    private let prompt: (any PromptAnswerStore)?
    private let freshness: FreshnessPolicy
    let instruments: CacheInstruments
    let timeSource: any TimeSource
    private let render: @Sendable (CachedAnswer) -> [UInt8]
    private let generations = Mutex(Generations())
    /// The counter of ``generations``, read without its lock.
    private let newestGeneration = Atomic<Int64>(0)
    /// How often ``generations`` changed: the note of another replica may come after the counter has risen past it.
    private let revision = Atomic<Int64>(0)

    /// - Parameter render: writes the body of a hit up to its response time; called once for each entry that enters the memory.
    package init(
        memory: MemoryTier, store: any AnswerStore, writes: WriteQueue, freshness: FreshnessPolicy,
        instruments: CacheInstruments, timeSource: any TimeSource, render: @escaping @Sendable (CachedAnswer) -> [UInt8]
    ) {
        self.memory = memory
        self.store = store
        prompt = store as? any PromptAnswerStore
        storeName = StoreName(rawValue: store.name) ?? .sqlite
        self.writes = writes
        self.freshness = freshness
        self.instruments = instruments
        self.timeSource = timeSource
        self.render = render
    }

    /// What a look-up found.
    package enum Lookup: Sendable {
        /// May be served as it is.
        case hit(MemoryEntry, AnswerSource)
        /// May be served once more, while a new answer is fetched.
        case stale(MemoryEntry)
        /// Must be asked for; `fallback` may be served if that fails.
        case miss(MissReason, fallback: MemoryEntry?)
    }

    /// Finds an answer that is in memory, fresh and trusted, without suspending, and counts the hit.
    package func serveFromMemory(_ question: IdentifiedQuestion, at now: Timestamp) -> MemoryEntry? {
        memory.serve(question.key, at: now) { trust.trusts($0) && verdict(of: $0, question, at: now) == .hit }
    }

    /// An answer that is in memory, fresh and trusted; neither its use nor a hit is counted.
    package func kept(_ question: IdentifiedQuestion, at now: Timestamp) -> CachedAnswer? {
        guard let entry = memory.peek(question.key), trust.trusts(entry), verdict(of: entry, question, at: now) == .hit else { return nil }
        return entry.answer
    }

    /// Looks in memory and then in the store.
    ///
    /// A store that fails or does not answer in time costs at most its deadline and is reported as `storeUnavailable`.
    package func lookup(_ question: IdentifiedQuestion, at now: Timestamp) async -> Lookup {
        let started = timeSource.uptime()
        defer { instruments.lookupDuration(.exact).observe(timeSource.uptime() - started) }
        let remembered = memory.find(question.key)
        if let remembered, trust.trusts(remembered) { return judge(remembered, question, now, source: .memory) }
        let (epoch, changes) = (trust.epoch, trust.changes(of: question.key))
        do throws(AnswerStoreError) {
            let found = try await store.answer(for: question.key)
            guard let found else { return judgeLost(remembered, question, now, epoch) }
            let entry = entry(of: found, epoch: epoch)
            let judged = judge(entry, question, now, source: .store)
            if case .miss(_, fallback: nil) = judged { return judged }
            admit(entry, readAt: changes)
            return judged
        } catch {
            if error.kind == .damaged {
                instruments.integrityFailures(.damaged).increment()
                return .miss(.integrity, fallback: nil)
            }
            // A store that is ill is no reason to forget what is known here.
            guard let remembered else { return .miss(.storeUnavailable, fallback: nil) }
            return judge(remembered, question, now, source: .memory)
        }
    }

    /// An answer that is in memory and that a shared store has lost: what was taken out on purpose has a note in the generations, so
    /// it was forgotten, and is written again. While the news are lost the notes may lack the newest, and the store is believed.
    private func judgeLost(_ remembered: MemoryEntry?, _ question: IdentifiedQuestion, _ now: Timestamp, _ epoch: Int64) -> Lookup {
        guard let remembered, trust.isLive, trust.epoch == epoch else { return .miss(.neverStored, fallback: nil) }
        let judged = judge(remembered, question, now, source: .memory)
        if case .hit = judged {
            remembered.verifiedEpoch.store(epoch, ordering: .relaxed)
            enqueue(remembered.answer)
        }
        return judged
    }

    /// Asks the store for an answer that is fresh and trusted, without suspending, and counts the hit.
    ///
    /// - Parameter completion: called once with the answer, on an event loop; nil leaves the question to ``lookup(_:at:)``.
    /// - Returns: false where the store was not asked; then nothing is called.
    package func serveFromStore(_ question: IdentifiedQuestion, completion: @escaping @Sendable (MemoryEntry?) -> Void) -> Bool {
        guard let prompt else { return false }
        let (epoch, changes) = (trust.epoch, trust.changes(of: question.key))
        let started = timeSource.uptime()
        return prompt.find(question.key) { result in
            self.instruments.lookupDuration(.exact).observe(self.timeSource.uptime() - started)
            let now = self.timeSource.now()
            guard case .success(let found?) = result else { return completion(nil) }
            let entry = self.entry(of: found, epoch: epoch)
            guard self.verdict(of: entry, question, at: now) == .hit else { return completion(nil) }
            self.admit(entry, readAt: changes)
            self.memory.countHit(question.key, at: now)
            completion(entry)
        }
    }

    func entry(of answer: CachedAnswer, epoch: Int64? = nil) -> MemoryEntry {
        MemoryEntry(answer: answer, rendered: render(answer), epoch: epoch ?? trust.epoch)
    }

    func judge(
        _ entry: MemoryEntry, _ question: IdentifiedQuestion, _ now: Timestamp, source: AnswerSource
    ) -> Lookup {
        switch verdict(of: entry, question, at: now) {
        case .hit: return .hit(entry, source)
        case .stale: return .stale(entry)
        case .miss(let reason):
            if reason == .integrity { instruments.integrityFailures(.collision).increment() }
            let mayFallBack = reason == .expired && entry.answer.phase(at: now) == .staleIfError
            return .miss(reason, fallback: mayFallBack ? entry : nil)
        }
    }

    /// The one rule of what is served.
    func verdict(of entry: MemoryEntry, _ question: IdentifiedQuestion, at now: Timestamp) -> Inspection.Verdict {
        let answer = entry.answer
        guard answer.form == question.form else { return .miss(.integrity) }
        guard isCurrent(entry) else { return .miss(.invalidated) }
        guard answer.isServable else { return .miss(.lowConfidence) }
        switch answer.phase(at: now) {
        case .fresh: return .hit
        case .staleWhileRevalidate: return .stale
        case .staleIfError, .expired: return .miss(.expired)
        }
    }

    /// Keeps an answer: at once in memory, and soon in the store; not in the place of one that was asked for after a later invalidation.
    package func keep(_ answer: CachedAnswer) {
        if let known = memory.peek(answer.key)?.answer, known.generation > answer.generation { return }
        trust.note(changeOf: answer.key)
        admit(entry(of: answer))
        enqueue(answer)
    }

    /// Brings answers to the store in the name of the run that made them, whose claim the store compares. What a look-up has found in the
    /// store in their place, while they waited and were not in memory any more, leaves the memory.
    func write(_ batch: WriteQueue.Batch) async throws(AnswerStoreError) {
        let outcome = await JobFence.$current.withValue(batch.fence) { () async -> Result<Void, AnswerStoreError> in
            do throws(AnswerStoreError) {
                return .success(try await store.put(batch.answers))
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
        for answer in batch.answers {
            trust.note(changeOf: answer.key)
            if let known = memory.peek(answer.key)?.answer, known.storedAt < answer.storedAt { memory.remove(answer.key) }
        }
    }

    private func enqueue(_ answer: CachedAnswer) {
        let dropped = writes.append(answer)
        if dropped > 0 { instruments.writeDrops(.queueFull).increment(by: UInt64(dropped)) }
    }

    /// Counts a hit that was not counted by ``serveFromMemory(_:at:)``.
    package func countHit(_ key: CacheKey, at now: Timestamp) {
        memory.countHit(key, at: now)
    }

    /// The lifetime of an answer stored now.
    package func lifetime(of key: CacheKey, category: ResponseCategory, storedAt: Timestamp) -> Lifetime {
        freshness.lifetime(of: key, category: category, storedAt: storedAt, shortening: lifetimeFactors[category])
    }

    /// Whether answers of a category ever expire.
    package func expires(_ category: ResponseCategory) -> Bool { freshness.rule(for: category).timeToLive != nil }

    // MARK: Invalidation

    /// What an answer must carry whose question is asked now; see ``Generations``.
    package var generation: Int64 { newestGeneration.load(ordering: .acquiring) }

    /// Whether a kept answer may still stand in for one that could not be had: a call takes its time, in which the answer may have been
    /// invalidated or have come to its end.
    package func mayStandIn(_ entry: MemoryEntry, at now: Timestamp) -> Bool {
        isCurrent(entry) && entry.answer.phase(at: now) != .expired
    }

    /// Whether no invalidation has named the answer. Takes the lock once for each entry after an invalidation, so that hits on different
    /// event loops do not meet at it.
    package func isCurrent(_ entry: MemoryEntry) -> Bool {
        if entry.verifiedRevision.load(ordering: .relaxed) == revision.load(ordering: .acquiring) { return true }
        return generations.withLock { generations in
            guard generations.admits(entry.answer) else { return false }
            // It changes under the lock only.
            entry.verifiedRevision.store(revision.load(ordering: .relaxed), ordering: .relaxed)
            return true
        }
    }

    /// Takes over what other replicas have invalidated, and drops it from memory.
    package func adopt(_ known: Generations) {
        change { $0.merge(known) }
        // A copy: whoever serves from memory holds a shard's lock while he takes that of the generations.
        let merged = generations.withLock { $0 }
        let dropped = memory.removeAll { !merged.admits($0) }
        instruments.evictions(store: .memory, .invalidated).increment(by: UInt64(dropped))
    }

    private func change(_ body: (inout Generations) -> Void) {
        generations.withLock { generations in
            body(&generations)
            newestGeneration.store(generations.current, ordering: .releasing)
            revision.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// How many answers the store holds of what a selection names.
    package func count(_ selection: AnswerSelection) async throws(AnswerStoreError) -> Int {
        try await writeOut(where: selection.contains)
        return try await store.count(selection)
    }

    /// Brings what waits for the store, or is being written, into it, as far as a condition selects it.
    func writeOut(where condition: (CachedAnswer) -> Bool) async throws(AnswerStoreError) {
        try await writes.inTurn { () async throws(AnswerStoreError) in
            let batches = writes.take(where: condition)
            for (place, batch) in batches.enumerated() {
                do throws(AnswerStoreError) {
                    try await write(batch)
                } catch {
                    let dropped = writes.giveBack(batches[place...])
                    if dropped > 0 { instruments.writeDrops(.queueFull).increment(by: UInt64(dropped)) }
                    throw error
                }
            }
        }
    }

    /// Takes what the selection names out of every tier, for good, and records who did; returns how many entries the store held of it.
    package func invalidate(_ selection: AnswerSelection, by actor: String) async throws(AnswerStoreError) -> Int {
        let scope: CacheInstruments.InvalidationScope =
            selection.key != nil ? .key : selection.isWhole ? .all : .prefix
        // Of the same question the store may hold an older answer, of another category or with other tags. It must not come back: the newer
        // one takes its place, and is removed and counted with the others. What the store does not take now goes on waiting, and is out of
        // use when it comes there.
        try? await writeOut(where: selection.contains)
        let inMemory = memory.removeAll(where: selection.contains)
        instruments.evictions(store: .memory, .invalidated).increment(by: UInt64(inMemory))
        let outcome: InvalidationOutcome
        do throws(AnswerStoreError) {
            outcome = try await store.invalidate(selection, by: actor, at: timeSource.now())
        } catch {
            instruments.invalidations(scope, .error).increment()
            throw error
        }
        change { $0.note(selection, generation: outcome.generation) }
        instruments.invalidations(scope, .ok).increment()
        instruments.evictions(store: storeName, .invalidated).increment(by: UInt64(outcome.keys.count))
        // A look-up that read the store just before may have put an entry back meanwhile.
        memory.removeAll(where: selection.contains)
        return outcome.keys.count
    }

    /// Puts what a look-up found into memory, unless another answer has come since it asked the store: that was told, or kept, before this
    /// one was here, and would not take it out again.
    func admit(_ entry: MemoryEntry, readAt changes: UInt32) {
        let key = entry.answer.key
        guard trust.changes(of: key) == changes else { return }
        admit(entry)
        // News that came between the two lines above have found nothing to remove.
        if trust.changes(of: key) != changes, memory.peek(key) === entry { memory.remove(key) }
    }

    func admit(_ entry: MemoryEntry) {
        let evicted = memory.insert(entry)
        guard memory.capacityBytes > 0 else { return }
        let isTooLarge = entry.sizeBytes > memory.largestEntryBytes
        instruments.insertions(store: .memory, isTooLarge ? .rejected : .stored).increment()
        if evicted > 0 { instruments.evictions(store: .memory, .capacity).increment(by: UInt64(evicted)) }
    }
}
