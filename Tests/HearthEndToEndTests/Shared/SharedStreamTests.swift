import HearthTestKit
import Testing

@Suite("Streams over replicas that share Redis", .serialized, .timeLimit(.minutes(3)))
struct SharedStreamTests {
    @Test("A new question that all replicas are asked at once, streamed or not, costs one call")
    func sharing() async throws {
        let redis = try await RedisServer.start()
        let stage = try await Stage(latencyMilliseconds: 100)
        try await stage.provider.behave(#""tokensPerSecond": 40"#)
        let starter = RedisReplicaTests()
        let replicas = [
            try await starter.start(stage, 1, redis: redis.url, settings: RedisReplicaTests.patient),
            try await starter.start(stage, 2, redis: redis.url, settings: RedisReplicaTests.patient),
        ]
        for replica in replicas { try await Deadline.until("Redis is used") { try await starter.redisIsUp(replica) } }
        let replies = try await withThrowingTaskGroup(of: (Bool, WebClient.Reply).self) { group in
            for number in 0..<40 {
                let streamed = number % 4 != 0
                group.addTask {
                    (
                        streamed,
                        try await replicas[number % 2].chat(
                            "Do you repair umbrellas?", streamed: streamed, headers: ["X-Hearth-Language": "en"])
                    )
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let texts = Set(replies.map { streamed, reply in streamed ? reply.streamedText : reply.said ?? "" })
        #expect(texts == ["Here is an invented reply to “Do you repair umbrellas?”. (simulated answer)"])
        #expect(replies.allSatisfy { $0.1.status == 200 && (!$0.0 || $0.1.isWholeStream) })
        #expect(try await stage.provider.calls == 1)
        for replica in replicas { #expect(try await replica.terminate() == .init(status: 0)) }
        await redis.stop()
    }
}
