package import HearthDrivers
package import HearthTelemetry
package import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Keeps this replica's memory in agreement with what the others do, over a channel of Redis.
///
/// Every replica says on the channel which answers it overwrote. A message can be lost with its connection, so the connection is asked for a
/// sign of life four times a second. On a cluster a message can also be lost between nodes: the one that is listened to may have left, or
/// been cut off from others. So there a replica also says something itself by way of every master, and must hear it. What was invalidated is learnt from the authority's counter, which is compared as often. Silence of
/// half a second makes the memory suspect; see ``MemoryTrust``.
package final class RedisCoherence: Service {
    private static let heartbeat = Duration.milliseconds(250)
    private static let patience = Duration.milliseconds(300)
    /// What no key begins with.
    private static let signMark = "*"
    private static let longestPause = Duration.seconds(2)

    private let client: RedisClient
    private let options: RedisConnectionOptions
    private let cache: AnswerCache
    private let store: RedisAnswerStore
    private let instruments: CoherenceInstruments
    private let logger: Logger
    private let time: any TimeSource
    /// How often the newest of the replica's own signs of life was heard.
    private let heard = Mutex((sign: 0, times: 0))

    package init(
        client: RedisClient, options: RedisConnectionOptions, cache: AnswerCache, store: RedisAnswerStore,
        instruments: CoherenceInstruments, timeSource: any TimeSource, logger: Logger
    ) {
        self.client = client
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
            let subscription = try await client.subscribe(to: store.layout.newsChannel, options: options) { self.hear($0) }
            defer { subscription.close() }
            try await signal(on: subscription)
            try await resynchronise()
            stood = true
            // Beside the signs of life: filling the memory takes many commands, and a loss must be noticed meanwhile.
            async let _ = cache.memory.count == 0 ? try? cache.load(isShared: true) : nil
            while !Task.isCancelled {
                try await Task.sleep(for: Self.heartbeat)
                try await signal(on: subscription)
            }
            return true
        } catch {
            logger.debug("no news of other replicas", metadata: ["error": "\(error)"])
            return stood
        }
    }

    /// Throws where the connection is silent, or where on a cluster not all is heard that was said.
    private func signal(on subscription: RedisSubscription) async throws {
        guard case .cluster = client.target.topology else { return try await subscription.ping(within: Self.patience) }
        let end = time.uptime() + Self.patience
        let sign = heard.withLock { heard in
            heard = (heard.sign + 1, 0)
            return heard.sign
        }
        let said = await client.publish(
            "\(store.layout.replica)\n\(Self.signMark)\(sign)", on: store.layout.newsChannel, within: Self.patience)
        try await subscription.ping(within: Self.patience)
        // A node passes messages on in its own time.
        while heard.withLock({ $0.times }) < said {
            guard time.uptime() < end else { throw MissingNews(said: said, heard: heard.withLock { $0.times }) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private struct MissingNews: Error, CustomStringConvertible {
        let said: Int
        let heard: Int
        var description: String { "of \(said) messages, one by way of each master, \(heard) came back" }
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
        logger.info("news of other replicas come in", metadata: ["store": "\(client.target)"])
    }

    private func watchCounter() async {
        var known: Int64?
        while (try? await Task.sleep(for: Self.heartbeat)) != nil { await compareCounter(&known) }
    }

    /// - Parameter known: what the counter was when its notes were last taken over. This replica's own says nothing: it rises past the
    ///   invalidations of others when it makes one itself, and stays above a counter that was lost.
    private func compareCounter(_ known: inout Int64?) async {
        do throws(AnswerStoreError) {
            let current = try await store.log.current()
            guard current != known else { return }
            cache.adopt(try await store.generations())
            known = current
        } catch {
            // An authority that does not answer says nothing of the channel; it has its own counters, and is asked again soon.
            logger.debug("the counter of invalidations is unknown", metadata: ["error": "\(error)"])
        }
    }

    private func hear(_ message: String) {
        let parts = message.split(separator: "\n", maxSplits: 1)
        guard parts.count == 2 else { return }
        guard parts[0] != store.layout.replica else { return hearOwn(parts[1]) }
        guard let key = CacheKey(String(parts[1])) else { return }
        // First, so that a look-up that reads the store now does not put the old answer back.
        cache.trust.note(changeOf: key)
        cache.memory.remove(key)
    }

    private func hearOwn(_ message: Substring) {
        guard message.hasPrefix(Self.signMark), let sign = Int(message.dropFirst(Self.signMark.count)) else { return }
        heard.withLock { if $0.sign == sign { $0.times += 1 } }
    }
}
