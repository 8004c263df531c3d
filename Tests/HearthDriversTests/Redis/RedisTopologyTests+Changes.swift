import Foundation
import HearthTestKit
import Synchronization
import Testing

@testable import HearthDrivers

/// Clusters that change while they are used.
extension RedisTopologyTests {
    /// Counts how often the map of the slots was read, and what went wrong.
    private final class Watch: RedisObserver {
        let refreshes = Atomic<Int>(0)

        func breakerChanged(to state: CircuitBreaker.State) {}
        func connected(_ outcome: RedisConnectOutcome) {}
        func protocolFailed() {}
        func topologyRefreshed() { refreshes.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Writes and reads numbers, also by a script of two keys, until it is told to stop.
    private final class Traffic: Sendable {
        struct Score {
            var done = 0
            var wrong = 0
            var failures: [String] = []
            var slowest = Duration.zero
        }

        let score = Mutex(Score())
        private static let script = RedisScript(
            """
            redis.call('incr', KEYS[1])
            return redis.call('incr', KEYS[2])
            """)

        func run(_ client: RedisClient) async {
            var counts: [Int: Int64] = [:]
            while !Task.isCancelled {
                let number = Int.random(in: 0..<500)
                let tag = "{k\(number)}"
                let call = RedisScript.Call(Self.script, keys: [tag + "a", tag + "b"], texts: [])
                let begin = ContinuousClock.now
                do throws(RedisError) {
                    let reply = try await client.evaluate([call], slot: RedisSlot.of(tag), within: .seconds(5)).first
                    let isRight = counts[number].map { $0 + 1 == reply?.integer } ?? true
                    counts[number] = reply?.integer
                    score.withLock { score in
                        score.done += 1
                        if !isRight { score.wrong += 1 }
                        score.slowest = max(score.slowest, begin.duration(to: .now))
                    }
                } catch {
                    // Whether it was counted is not known.
                    counts[number] = nil
                    if !Task.isCancelled { score.withLock { $0.failures.append("\(error)") } }
                }
            }
        }

        var done: Int { score.withLock { $0.done } }

        func take() -> Score {
            score.withLock { score in
                defer { score = Score() }
                return score
            }
        }
    }

    @Test("Nodes are added and removed and slots move under scripts: nothing fails or is done twice, and nobody knocks at the old door")
    func membership() async throws {
        let cluster = try await RedisCluster.start()
        let watch = Watch()
        var options = RedisPoolOptions()
        options.minimumConnections = 6
        let client = try RedisClient(target: RedisTarget(url: cluster.url), options: options, observer: watch)
        let run = Task { await client.run() }
        #expect(await client.waitUntilConnected(atMost: .seconds(30)))
        let traffic = Traffic()
        let load = Task { await traffic.run(client) }
        let begin = ContinuousClock.now

        try await cluster.addNode()
        try await cluster.move(slots: 1000, from: 0, to: 3)
        try await Deadline.until("the new node is used") {
            try await cluster.command("INFO", "commandstats", node: 3).contains("cmdstat_evalsha")
        }
        try await cluster.move(slots: 1000, from: 3, to: 0)
        // As an operator would: the node goes when nobody asks it any more.
        var asked = ""
        try await Deadline.until("the node is left alone") {
            // The time in which nobody may have asked it.
            try await Task.sleep(for: .milliseconds(500))
            let before = asked
            asked =
                try await cluster.command("INFO", "commandstats", node: 3)
                .firstMatch(of: /cmdstat_evalsha:calls=(\d+)/).map { String($0.1) } ?? ""
            return asked == before
        }
        try await cluster.removeLastNode()
        let left = ContinuousClock.now
        try await Deadline.until("the node that has left is forgotten, and all is well") {
            // Every node that it knows has connections; a pool that was crowded has some more.
            client.isConnected && client.connectionCount >= 6
        }
        try await client.ping(within: .seconds(10))
        let soFar = traffic.done
        try await Deadline.until("work goes on") { traffic.done >= soFar + 100 }
        let score = traffic.take()
        let reads = watch.refreshes.load(ordering: .relaxed)
        print(
            "cluster: \(score.done) scripts while 2,000 slots moved, slowest \(score.slowest), map read \(reads) times, ",
            "well \(ContinuousClock.now - left) after the node left")
        #expect(score.failures.isEmpty && score.wrong == 0, "\(score.wrong) wrong; \(score.failures.prefix(3))")
        #expect(score.done > 500)
        #expect(reads >= 2 && reads <= Int(begin.duration(to: .now).components.seconds) + 2, "\(reads)")
        load.cancel()
        await load.value
        run.cancel()
        await run.value
        await cluster.stop()
    }

    @Test("A node leaves after its slots have moved while nobody asked for them: it is forgotten, and all is well without a request")
    func silentDeparture() async throws {
        let cluster = try await RedisCluster.start()
        try await cluster.addNode()
        try await cluster.move(slots: 100, from: 0, to: 3)
        var options = RedisPoolOptions()
        options.minimumConnections = 6
        let client = try RedisClient(target: RedisTarget(url: cluster.url), options: options)
        let run = Task { await client.run() }
        try await Deadline.until("all four nodes are known") { client.isConnected && client.connectionCount >= 8 }
        try await cluster.move(slots: 100, from: 3, to: 0)
        try await cluster.removeLastNode()
        try await Deadline.until("the connections to the node that has left are closed") { client.connectionCount <= 6 }
        try await Deadline.until("the node is forgotten", within: .seconds(20)) { client.isConnected && client.connectionCount == 6 }
        try await client.ping(within: .seconds(2))
        run.cancel()
        await run.value
        await cluster.stop()
    }

    @Test("All nodes go and come back: every request ends in time, the map is not asked for by requests, and all is used again by itself")
    func everythingGone() async throws {
        let cluster = try await RedisCluster.start()
        let watch = Watch()
        var options = RedisPoolOptions()
        options.minimumConnections = 6
        options.breaker.openTime = .milliseconds(500)
        let client = try RedisClient(target: RedisTarget(url: cluster.url), options: options, observer: watch)
        let run = Task { await client.run() }
        #expect(await client.waitUntilConnected(atMost: .seconds(30)))
        for number in 0..<50 {
            let key = "{k\(number)}"
            _ = try await client.send([RedisCommand("SET", key, "1")], slot: RedisSlot.of(key), within: .seconds(2))
        }
        await cluster.crash()
        let before = watch.refreshes.load(ordering: .relaxed)
        var times: [Duration] = []
        let end = ContinuousClock.now + .seconds(2)
        var asked = 0
        while ContinuousClock.now < end {
            let key = "{k\(asked)}"
            let begin = ContinuousClock.now
            _ = try? await client.send([RedisCommand("GET", key)], slot: RedisSlot.of(key), within: .milliseconds(50))
            times.append(begin.duration(to: .now))
            asked += 1
            if asked % 64 == 0 { await Task.yield() }
        }
        try #require(asked > 100, "\(asked) requests")
        times.sort()
        // A single request may be held up by a busy machine.
        let isLong = ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] != nil
        let slowest = isLong ? times[asked - 1] : times[asked * 9 / 10]
        #expect(slowest < .milliseconds(500), "\(asked) requests, slowest \(times[asked - 1])")
        #expect(watch.refreshes.load(ordering: .relaxed) == before, "there is nobody to read the map from")
        try await cluster.startAgain()
        let back = ContinuousClock.now
        #expect(await client.waitUntilConnected(atMost: .seconds(30)))
        try await Deadline.until("every slot is served") {
            for number in 0..<50 {
                let key = "{k\(number)}"
                let set = RedisCommand("SET", key, "2")
                let reply = try? await client.send([set], slot: RedisSlot.of(key), within: .seconds(1)).first
                guard reply == .status("OK") else { return false }
            }
            return true
        }
        print("cluster: \(asked) requests while it was gone, slowest \(slowest); used \(ContinuousClock.now - back) after it was back")
        run.cancel()
        await run.value
        await cluster.stop()
    }
}
