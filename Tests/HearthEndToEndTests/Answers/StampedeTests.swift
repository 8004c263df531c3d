import HearthTestKit
import Testing

@Suite("Many ask the same at once", .serialized, .timeLimit(.minutes(10)))
struct StampedeTests {
    /// On 200 connections at most per address by default.
    private static let settings = "cache:\n  lookupDeadline: 5s\nlistener:\n  limits: {connectionsPerAddress: 2000}\n"

    private func askAtOnce(_ count: Int, _ hearth: RunningHearth, _ question: String) async throws -> [WebClient.Reply] {
        try await withThrowingTaskGroup(of: WebClient.Reply.self) { group in
            for _ in 0..<count { group.addTask { try await hearth.ask(question) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("1,000 identical new questions are one call and 1,000 equal answers")
    func success() async throws {
        let stage = try await Stage(latencyMilliseconds: 2000)
        let hearth = try await stage.start(settings: Self.settings)
        let replies = try await askAtOnce(1000, hearth, "Do you repair umbrellas?")
        #expect(replies.count == 1000 && replies.allSatisfy { $0.status == 200 })
        #expect(Set(replies.map { $0.json["response"].text }).count == 1)
        #expect(try await stage.provider.calls == 1)
        #expect(try await hearth.statistics()["metrics"]["totalRequests"].integer == 1000)
    }

    @Test("An answer that may not be kept is given to all who ask meanwhile, not asked for by one after the other")
    func notStorable() async throws {
        let stage = try await Stage(latencyMilliseconds: 8000)
        try await stage.provider.behave(#""mode": "low_confidence""#)
        let hearth = try await stage.start(settings: Self.settings)
        let began = ContinuousClock.now
        let replies = try await askAtOnce(200, hearth, "Do you repair umbrellas?")
        #expect(ContinuousClock.now - began < .seconds(40), "two after each other would take 16 seconds, all of them half an hour")
        #expect(replies.count == 200 && replies.allSatisfy { $0.status == 200 && $0.json["response"].text?.isEmpty == false })
        #expect(try await stage.provider.calls <= 2)
    }

    @Test("If that call fails, at most one more is made, and nobody waits for ever")
    func failure() async throws {
        // All have asked before the call fails, also on a busy machine.
        let stage = try await Stage(latencyMilliseconds: 5000)
        try await stage.provider.behave(#""status": 400"#)
        let hearth = try await stage.start(settings: Self.settings)
        let replies = try await askAtOnce(300, hearth, "Do you repair umbrellas?")
        #expect(replies.count == 300 && replies.allSatisfy { $0.status == 502 })
        #expect(try await stage.provider.calls <= 2)
    }
}
