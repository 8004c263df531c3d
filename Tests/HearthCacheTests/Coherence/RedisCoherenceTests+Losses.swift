import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Synchronization
import Testing

@testable import HearthCache

/// What a replica does while it is not told everything.
extension RedisCoherenceTests {
    @Test("A look-up that was on its way while another answer came does not put the old one into memory")
    func lookupUnderWay() async throws {
        let server = try await RedisServer.start()
        let proxy = try await FaultProxy.start(to: server.port)
        try await withReplicas([server.url, "redis://127.0.0.1:\(proxy.port)"]) { replicas in
            let (one, two) = (replicas[0], replicas[1])
            await keep("q", "first", in: one)
            proxy.set(FaultProxy.Faults(latency: .milliseconds(50) ... .milliseconds(50)), [.toClient])
            // One that a busy machine holds up for longer than a look-up may take tells nothing.
            try await Deadline.until("a look-up comes in time") {
                async let old = found("q", in: two)
                try await Task.sleep(for: .milliseconds(20))
                // The news, which may be faster than the store's answer: they come by another connection.
                two.cache.trust.note(changeOf: Sample.key("q"))
                two.cache.memory.remove(Sample.key("q"))
                let isInTime = await old == "first"
                #expect(two.cache.memory.peek(Sample.key("q")) == nil)
                return isInTime
            }
            proxy.set(FaultProxy.Faults(), [.toClient])
            try await learn("q", "first", in: two)
        }
        await proxy.stop()
        await server.stop()
    }

    @Test("What fills the memory at the start is compared with the store before it is served")
    func filled() async throws {
        let server = try await RedisServer.start()
        try await withReplicas([server.url, server.url]) { replicas in
            let (one, two) = (replicas[0], replicas[1])
            await keep("q", "first", in: one)
            let loaded = try await two.cache.load(isShared: true)
            #expect(loaded == 1)
            #expect(two.cache.memory.peek(Sample.key("q")) != nil && remembered("q", in: two) == nil)
            try await learn("q", "first", in: two)
        }
        await server.stop()
    }

    @Test("A replica that may not hear the news learns of invalidations by their counter, and believes a store that has lost an answer")
    func counterAlone() async throws {
        let server = try await RedisServer.start()
        try await withReplicas([server.url]) { replicas in
            let one = replicas[0]
            await keep("q", "first", in: one)
            await keep("r", "other", in: one)
            // Whoever wants the news from now on is refused them, and nothing else.
            try await server.command(["ACL", "SETUSER", "default", "-subscribe"])
            try await server.command(["CLIENT", "KILL", "TYPE", "pubsub"])
            try await Deadline.until("the loss is noticed", within: Self.newsTime) { !one.cache.trust.isLive }
            _ = try await one.store.log.append(
                AnswerSelection(key: Sample.key("q")), by: "another replica", at: SystemTimeSource().now(), above: 0)
            try await Deadline.until("the counter is known", within: Self.newsTime) { one.cache.generation == 1 }
            #expect(one.cache.memory.peek(Sample.key("q")) == nil)

            let bucket = one.store.layout.bucket(of: Sample.key("r"))
            try await server.command(["DEL", bucket.entry(Sample.key("r"))])
            #expect(one.cache.memory.peek(Sample.key("r")) != nil)
            #expect(await found("r", in: one) == nil)
            await one.writer.writeAll()
            #expect(try await one.store.answer(for: Sample.key("r")) == nil)
            #expect(!one.cache.trust.isLive)
            try await server.command(["ACL", "SETUSER", "default", "+subscribe"])
            try await Deadline.until("the news are back", within: Self.newsTime) { one.cache.trust.isLive }
        }
        await server.stop()
    }

    @Test("An invalidation tells the keys that it removes, so that who does not reach the counter hears of them")
    func removalsAreTold() async throws {
        let server = try await RedisServer.start()
        try await withReplicas([server.url]) { replicas in
            let one = replicas[0]
            let messages = Mutex<[String]>([])
            let subscription = try await one.client.subscribe(to: one.store.layout.newsChannel, options: RedisConnectionOptions()) { text in
                messages.withLock { $0.append(text) }
            }
            for text in ["q", "r", "s"] { await keep(text, "an answer", in: one) }
            try await Deadline.until("the answers are told") { messages.withLock { $0.count } == 3 }
            messages.withLock { $0 = [] }
            #expect(try await one.cache.invalidate(AnswerSelection(key: Sample.key("s")), by: "test") == 1)
            #expect(try await one.cache.invalidate(AnswerSelection(category: .general), by: "test") == 2)
            try await Deadline.until("the removals are told") { messages.withLock { $0.count } == 3 }
            let told = Set(["q", "r", "s"].map { "\(one.store.layout.replica)\n\(Sample.key($0))" })
            #expect(messages.withLock { Set($0) } == told)
            subscription.close()
        }
        await server.stop()
    }

    @Test("A node of a cluster that does not pass on what others say is noticed, and its memory doubted until it does")
    func deafNode() async throws {
        let cluster = try await RedisCluster.start()
        try await withReplicas([cluster.url, cluster.url]) { replicas in
            let (one, two) = (replicas[0], replicas[1])
            await keep("q", "first", in: one)
            try await learn("q", "first", in: two)
            for node in cluster.servers.indices { try await cluster.setNews(arrive: false, atNode: node) }
            try await Deadline.until("the loss is noticed", within: Self.newsTime) { replicas.allSatisfy { !$0.cache.trust.isLive } }
            await keep("q", "second", in: one)
            #expect(remembered("q", in: two) == nil)
            #expect(await found("q", in: two) == "second")
            for node in cluster.servers.indices { try await cluster.setNews(arrive: true, atNode: node) }
            try await Deadline.until("the news are back", within: Self.newsTime) { replicas.allSatisfy { $0.cache.trust.isLive } }
            try await learn("q", "second", in: two)
        }
        await cluster.stop()
    }

    @Test("News of a cluster are heard from the nodes that are in it now, not from the configured one that has left")
    func configuredNodeLeft() async throws {
        let cluster = try await RedisCluster.start()
        try await cluster.addNode()
        // The only configured node is one without slots, which leaves while the replicas run.
        let url = "redis+cluster://127.0.0.1:\(cluster.servers[3].port)"
        try await withReplicas([url, url]) { replicas in
            let (one, two) = (replicas[0], replicas[1])
            try await cluster.removeLastNode()
            for server in cluster.servers { try await server.command(["CLIENT", "KILL", "TYPE", "pubsub"]) }
            try await Deadline.until("the news come in", within: .seconds(30)) { replicas.allSatisfy { $0.cache.trust.isLive } }
            await keep("q", "first", in: one)
            try await learn("q", "first", in: two)
            await keep("q", "second", in: one)
            try await Deadline.until("the old answer is gone", within: Self.newsTime) { remembered("q", in: two) != "first" }
        }
        await cluster.stop()
    }

    @Test("A part of the store that refuses writes holds up nothing of the other parts, and gets what is its own when it takes it again")
    func refusingPart() async throws {
        let server = try await RedisServer.start()
        try await withReplicas([server.url]) { replicas in
            let one = replicas[0]
            let texts = (0..<60).map { "question \($0)" }
            let refusing = one.store.layout.bucket(of: Sample.key(texts[0]))
            let index = refusing.key("i")
            // Another program's value where the index of the part belongs.
            try await server.command(["SET", index, "no index"])
            for text in texts { await keep(text, "an answer", in: one) }
            let (its, others) = (
                texts.filter { one.store.layout.bucket(of: Sample.key($0)) == refusing },
                texts.filter { one.store.layout.bucket(of: Sample.key($0)) != refusing }
            )
            for text in others { #expect(try await one.store.answer(for: Sample.key(text)) != nil, "\(text)") }
            #expect(one.cache.writes.count == its.count)
            // Who only counts brings in first what waits, and loses nothing of it.
            await #expect(throws: AnswerStoreError.self) { try await one.cache.count(AnswerSelection(category: .general)) }
            #expect(one.cache.writes.count == its.count)
            try await server.command(["DEL", index])
            await one.writer.writeAll()
            for text in its { #expect(try await one.store.answer(for: Sample.key(text)) != nil, "\(text)") }
            #expect(one.cache.writes.count == 0)
        }
        await server.stop()
    }
}
