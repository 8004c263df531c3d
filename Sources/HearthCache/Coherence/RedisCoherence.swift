package import HearthDrivers
package import HearthTelemetry
package import Logging
import NIOCore
import ServiceLifecycle

/// Keeps this replica's memory in agreement with what the others do, over a channel of Redis.
///
/// Every replica says on the channel which answers it overwrote. A message can be lost with its connection, so the connection is asked for a
/// sign of life four times a second. What was invalidated is learnt from the authority's counter, which is compared as often. Silence of
/// half a second makes the memory suspect; see ``MemoryTrust``.
package final class RedisCoherence: Service {
    private static let heartbeat = Duration.milliseconds(250)
    private static let patience = Duration.milliseconds(300)
    private static let longestPause = Duration.seconds(2)

    private let target: RedisTarget
    private let options: RedisConnectionOptions
    private let cache: AnswerCache
    private let store: RedisAnswerStore
    private let instruments: CoherenceInstruments
    private let logger: Logger
    private let time: any TimeSource

    package init(
        client: RedisClient, options: RedisConnectionOptions, cache: AnswerCache, store: RedisAnswerStore,
        instruments: CoherenceInstruments, timeSource: any TimeSource, logger: Logger
    ) {
        target = client.target
        self.options = options
        self.cache = cache
        self.store = store
        self.instruments = instruments
        self.logger = logger
        time = timeSource
        cache.trust.suspend()
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            // Beside the news: an authority that does not answer must not hold them up, and what it says counts without them, too.
            async let _ = self.watchCounter()
            var failures = 0
            while !Task.isCancelled {
                if await self.listen() { failures = 0 }
                // At the end of the service nothing is lost.
                guard !Task.isCancelled else { return }
                self.lose()
                failures += 1
                let pause = min(Duration.milliseconds(50 << min(failures, 6)), Self.longestPause)
                try? await Task.sleep(for: pause * Double.random(in: 0.5..<1))
            }
        }
    }

    /// Listens until the connection is lost; false if it never stood.
    private func listen() async -> Bool {
        var stood = false
        do {
            let subscription = try await RedisSubscription.open(target, channel: store.layout.newsChannel, options: options) { message in
                self.hear(message)
            }
            defer { subscription.close() }
            try await resynchronise()
            stood = true
            // Beside the signs of life: filling the memory takes many commands, and a loss must be noticed meanwhile.
            async let _ = cache.memory.count == 0 ? try? cache.load() : nil
            while !Task.isCancelled {
                try await Task.sleep(for: Self.heartbeat)
                try await subscription.ping(within: Self.patience)
            }
            return true
        } catch {
            logger.debug("no news of other replicas", metadata: ["error": "\(error)"])
            return stood
        }
    }

    private func lose() {
        guard cache.trust.isLive else { return }
        cache.trust.suspend()
        instruments.isLive.set(false)
        logger.warning("the news of other replicas are lost; answers in memory are compared with the store until they are back")
    }

    /// What was missed of invalidations is learnt at once, what was missed of overwritten answers when they are asked for.
    private func resynchronise() async throws {
        cache.adopt(try await store.generations())
        cache.trust.resume()
        instruments.isLive.set(true)
        instruments.resyncs.increment()
        logger.info("news of other replicas come in", metadata: ["store": "\(target)"])
    }

    private func watchCounter() async {
        while (try? await Task.sleep(for: Self.heartbeat)) != nil { await compareCounter() }
    }

    private func compareCounter() async {
        do throws(AnswerStoreError) {
            let current = try await store.log.current()
            if current != cache.generation { cache.adopt(try await store.generations()) }
        } catch {
            // An authority that does not answer says nothing of the channel; it has its own counters, and is asked again soon.
            logger.debug("the counter of invalidations is unknown", metadata: ["error": "\(error)"])
        }
    }

    private func hear(_ message: String) {
        let parts = message.split(separator: "\n", maxSplits: 1)
        guard parts.count == 2, parts[0] != store.layout.replica else { return }
        if let key = CacheKey(String(parts[1])) { cache.memory.remove(key) }
    }
}
