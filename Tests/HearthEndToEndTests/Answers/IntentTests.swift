import HearthTestKit
import Testing

@Suite("What a message wants", .serialized, .timeLimit(.minutes(2)))
struct IntentTests {
    private static func classify(
        _ hearth: RunningHearth, _ message: String, headers: [String: String] = [:]
    ) async throws -> WebClient.Reply {
        try await hearth.client.post("/api/v1/ai/intent", #"{"message": \#(JSONNode.quoted(message))}"#, headers: headers)
    }

    @Test("A message is classified once, and its category says how long that is kept")
    func classification() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let first = try await Self.classify(hearth, "What does your pricing look like?")
        #expect(first.status == 200, "\(first.text)")
        #expect(first.json["category"].text == "pricing" && first.json["cached"].bool == false && first.json["source"].text == "upstream")
        #expect(first.json["intent"].text?.isEmpty == false && first.json["entities"].items.count == 1)
        #expect(first.json["confidence"].number.map { (0.7...1).contains($0) } == true)
        #expect(first.header("Cache-Status") == "hearth; fwd=miss; fwd-status=200; stored")
        let second = try await Self.classify(hearth, "  what does your PRICING look like ")
        #expect(second.json["cached"].bool == true && second.json["cacheKey"] == first.json["cacheKey"])
        #expect(second.header("Cache-Status")?.hasPrefix("hearth; hit; ttl=") == true)
        let ttl = second.header("Cache-Status").flatMap { Int($0.split(separator: "=").last ?? "") } ?? 0
        #expect((500_000...650_000).contains(ttl), "pricing is kept for a week: \(ttl)")
        let other = try await Self.classify(hearth, "Is there any availability?")
        #expect(other.json["category"].text == "availability")
        let hour = try await Self.classify(hearth, "Is there any availability?").header("Cache-Status").flatMap {
            Int($0.split(separator: "=").last ?? "")
        }
        #expect(hour.map { (3000...3800).contains($0) } == true)
        #expect(try await stage.provider.calls == 2)
        #expect(try await hearth.statistics()["metrics"]["totalRequests"].integer == 4)
        // The same words as a question are another thing.
        #expect(try await hearth.ask("What does your pricing look like?").json["cached"].bool == false)
    }

    private static func provider(_ content: String) async throws -> ScriptedServer {
        try await ScriptedServer.start { _ in
            [
                .answer(
                    #"{"id":"c","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":\#(JSONNode.quoted(content))},"finish_reason":"stop"}]}"#
                )
            ]
        }
    }

    @Test("The provider is told the form, and sees nothing that is hidden in the message")
    func request() async throws {
        let provider = try await Self.provider(
            #"{"intent":"ask_price","category":"pricing","language":"es","confidence":0.95,"entities":[{"type":"service","value":"corte"}]}"#
        )
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        let reply = try await Self.classify(hearth, "¿Cuánto cuesta un cor\u{200D}te?\u{E0041}\u{E0042}")
        #expect(reply.json["entities"][0]["value"].text == "corte" && reply.json["language"].text == "es")
        #expect(reply.json["confidence"].number == 0.95 && reply.json["metadata"]["confidenceMethod"].text == "stated")
        let body = try #require(provider.requests.first.flatMap { JSONNode($0.body) })
        #expect(body["response_format"]["json_schema"]["strict"].bool == true)
        #expect(body["messages"].items.last?["content"].text == "¿Cuánto cuesta un corte?")
    }

    @Test(
        "What is not of the form is no classification",
        arguments: [
            "It is about prices.", #"{"intent":"a","category":"shoes","language":"en","confidence":0.9,"entities":[]}"#,
            #"{"intent":"a","category":"pricing","language":"en","confidence":7,"entities":[]}"#,
            #"{"intent":"a","category":"pricing","language":"en","confidence":0.9,"entities":[{"type":"x"}]}"#,
        ])
    func wrongForm(content: String) async throws {
        let provider = try await Self.provider(content)
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        for _ in 1...2 {
            let reply = try await Self.classify(hearth, "How much is it?")
            #expect(reply.status == 502 && reply.json["error"].text == "upstream_failed")
        }
        #expect(provider.requests.count == 2)
    }

    @Test("One that is unsure is given and not kept")
    func unsure() async throws {
        let provider = try await Self.provider(#"{"intent":"a","category":"pricing","language":"en","confidence":0.4,"entities":[]}"#)
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        for _ in 1...2 {
            let reply = try await Self.classify(hearth, "How much is it?")
            #expect(reply.status == 200 && reply.json["cached"].bool == false && reply.json["confidence"].number == 0.4)
            #expect(reply.header("Cache-Status")?.contains("low-confidence") == true)
        }
    }

    @Test("Faulty requests are told every fault")
    func faults() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let reply = try await hearth.client.post("/api/v1/ai/intent", #"{"message": " ", "language": "fr", "tone": "kind"}"#)
        #expect(reply.status == 400)
        #expect(reply.json["details"].items.compactMap { $0["field"].text } == ["message", "language", "tone"])
        #expect(try await Self.classify(hearth, "How much?", headers: ["Cache-Control": "only-if-cached"]).status == 504)
    }
}
