import HearthTestKit
import Testing

/// Callers who wait for the answer to the same question while the provider refuses it to the first of them.
@Suite("Followers of a call that is refused", .serialized, .timeLimit(.minutes(2)))
struct GatewayRefusedLeaderTests {
    private static let followers = 5
    private static let words =
        #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"Yes, we do."},"finish_reason":null}]}"#
    private static let end =
        #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
    private static let answer = [words, end, "data: [DONE]\n\n"].joined(separator: "\n\n")

    /// Refuses what has the word in it; the first of all only when the others have had time to come.
    private static func provider(refusing word: String) async throws -> ScriptedServer {
        try await ScriptedServer.start { request in
            let wait = request.number == 0 ? [ScriptedServer.Step.wait(.seconds(2))] : []
            guard String(decoding: request.body, as: UTF8.self).contains(word) else {
                return wait + [.answer(type: "text/event-stream", answer)]
            }
            return wait + [.answer(status: 400, #"{"error":{"message":"Not like this.","type":"invalid_request_error"}}"#)]
        }
    }

    /// The leader's status, and those of the followers, all of whom joined the leader's call.
    private static func ask(_ provider: ScriptedServer) async throws -> (leader: Int, followers: [Int]) {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        // The field is passed on, but is no part of what makes two questions the same.
        async let first = hearth.chat("Do you sell gift cards?", streamed: true, more: #", "service_tier": "nonsense""#)
        try await Deadline.until("the provider is asked") { provider.requests.count == 1 }
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<followers { group.addTask { try await hearth.chat("Do you sell gift cards?", streamed: true).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let leader = try await first.status
        let failed = try await hearth.metrics().value("hearth_cache_coalesced_requests_total", ["outcome": "leader_failed"])
        #expect(failed == Double(followers))
        return (leader, statuses)
    }

    @Test("What was refused for a field of the first caller's own is answered to the others")
    func ownField() async throws {
        let provider = try await Self.provider(refusing: "nonsense")
        let (leader, followers) = try await Self.ask(provider)
        #expect(leader == 400)
        #expect(followers == Array(repeating: 200, count: Self.followers))
        // Those who come a little later may find the answer kept.
        #expect((2...(1 + Self.followers)).contains(provider.requests.count))
    }

    @Test("What is refused to everyone is asked once for each of them, and not again")
    func everyone() async throws {
        let provider = try await Self.provider(refusing: "gift cards")
        let (leader, followers) = try await Self.ask(provider)
        #expect(leader == 400)
        #expect(followers == Array(repeating: 400, count: Self.followers))
        #expect(provider.requests.count == 1 + Self.followers)
    }
}
