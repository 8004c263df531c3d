import HearthTestKit
import Testing

@Suite("A question's way from the provider into the cache", .serialized, .timeLimit(.minutes(10)))
struct AnsweringTests {
    @Test("The first question is asked, the second is answered from the cache without a provider call")
    func missThenHit() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let miss = try await hearth.ask("Do you sell gift cards?")
        #expect(miss.status == 200)
        #expect(miss.header("Cache-Status") == "hearth; fwd=miss; fwd-status=200; stored")
        #expect(miss.header("Age") == nil)
        #expect(miss.header("Cache-Control") == "private, no-store")
        #expect(miss.json["cached"].bool == false)
        #expect(miss.json["source"].text == "upstream")
        #expect(miss.json["metadata"]["simulated"].bool == true)
        #expect(miss.json["metadata"]["cost"].number == 0.002)
        #expect(try await stage.provider.calls == 1)

        let hit = try await hearth.ask("Do you sell gift cards?")
        #expect(hit.status == 200)
        #expect(hit.header("Cache-Status")?.wholeMatch(of: /hearth; hit; ttl=\d+/) != nil)
        #expect(hit.header("Age").flatMap { Int($0) }.map { (0...60).contains($0) } == true)
        #expect(hit.header("Server-Timing")?.hasPrefix("total;dur=") == true)
        #expect(hit.json["cached"].bool == true)
        #expect(hit.json["source"].text == "memory")
        #expect(hit.json["response"] == miss.json["response"])
        #expect(hit.json["cacheKey"] == miss.json["cacheKey"])
        #expect(hit.json["metadata"]["saved"].number == 0.002)
        #expect(hit.json["responseTime"].number.map { $0 > 0 } == true)
        #expect(try await stage.provider.calls == 1)
        #expect(miss.json.names == hit.json.names)
        #expect(miss.json["cacheKey"].text?.wholeMatch(of: /en:[0-9a-f]{64}/) != nil)
    }

    @Test(
        "Questions that mean the same share an entry",
        arguments: [
            ["What are your hours?", "  what are YOUR hours ?", "WHAT ARE YOUR HOURS", "what are your hours?!"],
            ["¿Cuánto cuesta un corte?", "¿cuánto cuesta un CORTE?"], ["Сколько стоит стрижка?", "сколько стоит  стрижка"],
        ])
    func sharing(questions: [String]) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        var keys: Set<String> = []
        for question in questions { keys.insert(try await hearth.ask(question).json["cacheKey"].text ?? "none: \(question)") }
        #expect(keys.count == 1)
        #expect(try await stage.provider.calls == 1)
    }

    @Test("Questions that differ in a number, a negation or the language do not share an entry")
    func notSharing() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let questions = ["price for 2", "price for 3", "Are you open on Sunday?", "Are you not open on Sunday?"]
        var keys: Set<String> = []
        for question in questions {
            let answer = try await hearth.ask(question, language: "en")
            #expect(answer.json["cached"].bool == false, "\(question)")
            keys.insert(answer.json["cacheKey"].text ?? "")
        }
        keys.insert(try await hearth.ask("price for 2", language: "pt").json["cacheKey"].text ?? "")
        #expect(keys.count == questions.count + 1)
        #expect(try await stage.provider.calls == questions.count + 1)
    }

    @Test("The caller's request id comes back on a miss, a hit and an error; an unfit one is replaced")
    func requestIDs() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for question in ["Do you sell gift cards?", "Do you sell gift cards?", ""] {
            let answer = try await hearth.ask(question, headers: ["X-Request-Id": "order-4711"])
            #expect(answer.header("X-Request-Id") == "order-4711")
            if answer.status != 200 { #expect(answer.json["requestId"].text == "order-4711") }
        }
        for unfit in [String(repeating: "x", count: 10_000), "a b", "a\"b", "[31mred"] {
            let answer = try await hearth.ask("Do you sell gift cards?", headers: ["X-Request-Id": unfit])
            #expect(answer.header("X-Request-Id")?.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        }
    }

    @Test("The caller's trace is continued to the provider with a new span")
    func traceContext() async throws {
        let reply = #"{"model": "gpt-4o-mini", "choices": [{"message": {"content": "Yes, we do."}, "finish_reason": "stop"}]}"#
        let provider = try await ScriptedServer.start { _ in [.answer(reply)] }
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let answer = try await hearth.ask(
            "Do you sell gift cards?",
            headers: ["traceparent": "00-\(trace)-00f067aa0ba902b7-01", "X-Request-Id": "order-4711"])
        #expect(answer.status == 200)
        let request = try #require(provider.requests.first)
        let passedOn = try #require(request.header("traceparent"))
        #expect(passedOn.wholeMatch(of: /00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01/) != nil)
        #expect(!passedOn.contains("00f067aa0ba902b7"))
        #expect(request.header("Authorization") == "Bearer sk-end-to-end-tests")
        #expect(request.head.hasPrefix("POST /v1/chat/completions HTTP/1.1"))
        await provider.stop()
    }

    @Test("200 identical new questions at once cause exactly one provider call")
    func coalescing() async throws {
        let stage = try await Stage(latencyMilliseconds: 2000)
        let hearth = try await stage.start(settings: "cache:\n  lookupDeadline: 5s\nlistener:\n  limits: {connectionsPerAddress: 1000}\n")
        let answers = try await withThrowingTaskGroup(of: WebClient.Reply.self) { group in
            for _ in 0..<200 { group.addTask { try await hearth.ask("Do you repair umbrellas?") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 200)
        #expect(answers.allSatisfy { $0.status == 200 })
        #expect(Set(answers.map { $0.json["response"].text ?? "" }).count == 1)
        #expect(try await stage.provider.calls == 1)
        let stored = answers.count { $0.header("Cache-Status") == "hearth; fwd=miss; fwd-status=200; stored" }
        let shared = answers.count { $0.header("Cache-Status") == "hearth; fwd=miss; collapsed" }
        let hits = answers.count { $0.header("Cache-Status")?.hasPrefix("hearth; hit") == true }
        #expect(stored == 1)
        #expect(stored + shared + hits == 200)
        #expect(shared > 0)
        let paid = answers.reduce(0) { $0 + ($1.json["metadata"]["cost"].number ?? 0) }
        #expect(paid == 0.002)
        #expect(try await hearth.metrics().value("hearth_cache_coalesced_requests_total", ["outcome": "shared"]) == Double(shared))
    }
}
