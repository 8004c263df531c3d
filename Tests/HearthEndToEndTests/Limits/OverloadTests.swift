import HearthTestKit
import Synchronization
import Testing

@Suite("Overload, from outside", .serialized, .timeLimit(.minutes(5)))
struct OverloadTests {
    /// What clients were answered.
    private struct Score {
        var hits: [Int: Int] = [:]
        var misses: [Int: Int] = [:]
        var badRefusals: [String] = []
    }

    private final class Tally: Sendable {
        private let score = Mutex(Score())

        var now: Score { score.withLock { $0 } }
        func note(_ change: @Sendable (inout Score) -> Void) { score.withLock { change(&$0) } }
    }

    private static let keptQuestion = "Do you sell gift cards?"

    @Test("With far more to do than can be done hits go on, misses are refused for a moment, health and metrics answer; then all is well")
    func load() async throws {
        let stage = try await Stage(latencyMilliseconds: 0)
        // The target is low, so that a test need not overload the machine by much, and for long.
        let hearth = try await stage.start(
            settings: "cache: {lookupDeadline: 5s}\nlistener: {limits: {connectionsPerAddress: 1000}}\n",
            environment: ["HEARTH_OVERLOAD_TARGET_DELAY": "5ms"])
        #expect(try await hearth.ask(Self.keptQuestion, language: "en").status == 200)
        let tally = Tally()
        let clients = Task {
            await withDiscardingTaskGroup { group in
                for client in 0..<160 { group.addTask { await Self.ask(hearth, client, tally) } }
            }
        }
        try await Deadline.until("misses were refused", within: .seconds(120)) {
            try await hearth.metrics().value("hearth_overload_shed_total", ["class": "miss"]) ?? 0 >= 50
        }
        let hitsBefore = (tally.now.hits[200] ?? 0)
        try await Deadline.until("hits go on meanwhile", within: .seconds(60)) { (tally.now.hits[200] ?? 0) >= hitsBefore + 100 }
        for path in ["/healthz", "/readyz", "/metrics", "/api/v1/cache/health"] {
            #expect(try await hearth.client.get(path).status == 200, "\(path)")
        }
        #expect(try await hearth.metrics().value("hearth_overload_level") ?? 0 > 0)
        clients.cancel()
        await clients.value

        let end = tally.now
        #expect(Set(end.hits.keys) == [200], "\(end.hits)")
        #expect(Set(end.misses.keys).isSubset(of: [200, 503]) && end.misses[503] ?? 0 > 0 && end.misses[200] ?? 0 > 0, "\(end.misses)")
        #expect(end.badRefusals.isEmpty, "\(end.badRefusals.prefix(3))")

        try await Deadline.until("nothing is refused any more", within: .seconds(60)) {
            try await hearth.metrics().value("hearth_overload_level") == 0
        }
        #expect(try await hearth.ask("Is the lift working?", language: "en").status == 200)
        let metrics = try await hearth.metrics()
        #expect(metrics.value("hearth_overload_target_seconds") == 0.005)
        #expect(metrics.value("hearth_http_rejections_total", ["reason": "overloaded"]) ?? 0 > 0)
        #expect(hearth.program.errors.contains("work is refused") || hearth.program.output.contains("work is refused"))
    }

    /// Every fourth client asks what is kept, the others what nobody has asked before, on both surfaces.
    private static func ask(_ hearth: RunningHearth, _ client: Int, _ tally: Tally) async {
        var number = 0
        while !Task.isCancelled {
            number += 1
            let new = "Is there room for \(client * 1_000_000 + number) people?"
            do {
                switch client % 4 {
                case 0:
                    let reply = try await hearth.ask(keptQuestion, language: "en")
                    tally.note { $0.hits[reply.status, default: 0] += 1 }
                case 1:
                    let reply = try await hearth.chat(new)
                    let isRight =
                        reply.status != 503 || reply.header("x-should-retry") == "true" && reply.json["error"]["code"].text == "overloaded"
                    note(reply, isRight, tally)
                default:
                    let reply = try await hearth.ask(new, language: "en")
                    note(reply, reply.status != 503 || reply.json["error"].text == "overloaded", tally)
                }
            } catch {
                if !Task.isCancelled { tally.note { $0.badRefusals.append("\(error)") } }
            }
        }
    }

    private static func note(_ reply: WebClient.Reply, _ isRight: Bool, _ tally: Tally) {
        let saysWhen = reply.status != 503 || reply.header("Retry-After").flatMap { Int($0) }.map { (1...4).contains($0) } == true
        tally.note { tally in
            tally.misses[reply.status, default: 0] += 1
            if !isRight || !saysWhen { tally.badRefusals.append("\(reply.status) \(reply.text)") }
        }
    }
}
