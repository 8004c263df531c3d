package import HearthTelemetry
package import Logging
import ServiceLifecycle
import Synchronization

/// Brings kept answers and hit counts to the durable store, and what waits at shutdown as well.
package final class StoreWriter: Service {
    private let cache: AnswerCache
    private let instruments: CacheInstruments
    private let hitInterval: Duration
    private let retryDelay: Duration
    private let gathering: Duration
    private let roomInterval: Duration
    private let makeRoom: @Sendable () async -> Bool
    private let timeSource: any TimeSource
    private let lastFlush: Mutex<Duration>
    private let lastRoom = Mutex(Duration?.none)
    /// Whether the last write failed: one line tells that it does, and one that it does no longer.
    private let isFailing = Mutex(false)
    private let logger: Logger

    /// - Parameters:
    ///   - hitInterval: how often gathered hit counts are flushed.
    ///   - retryDelay: the pause after a write that failed.
    ///   - gathering: how long an answer waits for others that are written with it. A write touches some ten pages of a file, whether it
    ///     brings one answer or twenty, and the next question should not find the processor busy with that. None for a store that replicas
    ///     share: the others wait for the answer.
    ///   - roomInterval: how long no room is made after there was nothing to remove; it looks at every entry.
    ///   - makeRoom: removes some of what is not worth its place, before the next write to a store that is full; false where nothing was.
    package init(
        cache: AnswerCache, instruments: CacheInstruments, hitInterval: Duration = .seconds(1), retryDelay: Duration = .seconds(1),
        gathering: Duration = .milliseconds(10), roomInterval: Duration = .seconds(60), timeSource: any TimeSource, logger: Logger,
        makeRoom: @escaping @Sendable () async -> Bool = { false }
    ) {
        self.cache = cache
        self.instruments = instruments
        self.hitInterval = hitInterval
        self.retryDelay = retryDelay
        self.gathering = gathering
        self.roomInterval = roomInterval
        self.makeRoom = makeRoom
        self.timeSource = timeSource
        self.lastFlush = Mutex(timeSource.uptime())
        self.logger = logger
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            let ticks = Task { await tickPeriodically() }
            // One loop does all the writing, so that an older answer never overwrites a newer one.
            for await _ in cache.writes.arrivals {
                if gathering > .zero, cache.writes.count > 0, !cache.writes.fillsBatch { try? await Task.sleep(for: gathering) }
                await writeAll()
                await flushHitsIfDue()
            }
            ticks.cancel()
            // Others have something to write before the end, too.
            await writeAll(mayMakeRoom: false)
            await flushHits()
        } onGracefulShutdown: {
            self.cache.writes.finish()
        }
    }

    /// Writes everything that waits. What a part of the store refuses stays until the next arrival, after a pause; the other parts go on.
    package func writeAll(mayMakeRoom: Bool = true) async {
        var refusing: Set<Int> = []
        var refusal: AnswerStoreError?
        var hasWritten = false
        loop: while true {
            switch await writeNext(passingOver: refusing) {
            case .nothing: break loop
            case .written: hasWritten = true
            case .givenUp: continue
            case .refused(let error, let parts):
                refusing.formUnion(parts)
                refusal = error
            }
        }
        guard let refusal else {
            if hasWritten, note(isFailing: false) { logger.info("answers are written again") }
            return
        }
        let level: Logger.Level = note(isFailing: true) ? .warning : .debug
        logger.log(level: level, "answers not written yet", metadata: ["error": "\(refusal)", "waiting": "\(cache.writes.count)"])
        if refusal.kind == .full, mayMakeRoom, isRoomDue(), await makeRoom() { lastRoom.withLock { $0 = nil } }
        try? await Task.sleep(for: retryDelay)
    }

    private enum Step {
        case nothing
        case written
        case givenUp
        /// By these parts of the store.
        case refused(AnswerStoreError, Set<Int>)
    }

    private func writeNext(passingOver refusing: Set<Int>) async -> Step {
        await cache.writes.inTurn {
            let store = cache.store
            let batch = cache.writes.takeBatch { refusing.isEmpty || !refusing.contains(store.part(of: $0.key)) }
            guard !batch.answers.isEmpty else { return .nothing }
            do throws(AnswerStoreError) {
                try await cache.write(batch)
                cache.writes.settle()
                instruments.insertions(store: cache.storeName, .stored).increment(by: UInt64(batch.answers.count))
                return .written
            } catch {
                if error.kind == .superseded, !cache.writes.isTakenOver(batch) {
                    giveUp(batch, error)
                    return .givenUp
                }
                let parts = error.parts ?? Set(batch.answers.map { store.part(of: $0.key) })
                putBack(batch, refusedBy: parts)
                return .refused(error, parts)
            }
        }
    }

    private func putBack(_ batch: WriteQueue.Batch, refusedBy parts: Set<Int>) {
        let unwritten = batch.answers.filter { parts.contains(cache.store.part(of: $0.key)) }
        let dropped = cache.writes.putBack(WriteQueue.Batch(answers: unwritten, fence: batch.fence))
        instruments.insertions(store: cache.storeName, .stored).increment(by: UInt64(batch.answers.count - unwritten.count))
        instruments.insertions(store: cache.storeName, .error).increment()
        instruments.writeDrops(.queueFull).increment(by: UInt64(dropped))
    }

    /// Another run has the job by now, and writes the answers of its own; these leave the memory too.
    private func giveUp(_ batch: WriteQueue.Batch, _ error: AnswerStoreError) {
        cache.writes.settle()
        for answer in batch.answers { cache.memory.remove(answer.key) }
        instruments.writeDrops(.superseded).increment(by: UInt64(batch.answers.count))
        logger.notice("answers of a job's run not written", metadata: ["error": "\(error)", "answers": "\(batch.answers.count)"])
    }

    /// Adds the gathered hits to the store; they are given up if it fails, since they only rank entries.
    package func flushHits() async {
        let hits = cache.memory.takeHits()
        guard !hits.isEmpty else { return }
        do throws(AnswerStoreError) {
            try await cache.store.add(hits: hits)
        } catch {
            logger.debug("hit counts not written", metadata: ["error": "\(error)", "entries": "\(hits.count)"])
        }
    }

    /// Whether that is news.
    private func note(isFailing now: Bool) -> Bool {
        isFailing.withLock { before in
            defer { before = now }
            return before != now
        }
    }

    private func flushHitsIfDue() async {
        let now = timeSource.uptime()
        let isDue = lastFlush.withLock { last in
            guard now - last >= hitInterval else { return false }
            last = now
            return true
        }
        if isDue { await flushHits() }
    }

    private func isRoomDue() -> Bool {
        let now = timeSource.uptime()
        return lastRoom.withLock { last in
            if let last, now - last < roomInterval { return false }
            last = now
            return true
        }
    }

    /// Wakes the loop although no answer arrives, for the hit counts and for writes that failed before.
    private func tickPeriodically() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: hitInterval)
            cache.writes.wakeWriter()
        }
    }
}
