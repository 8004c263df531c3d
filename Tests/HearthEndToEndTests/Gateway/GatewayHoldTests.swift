import HearthTestKit
import Testing

@Suite("Providers that are left alone", .serialized, .timeLimit(.minutes(3)))
struct GatewayHoldTests {
    private static let settings = "cache: {lookupDeadline: 5s}\n"

    @Test("One that wants it is, and callers are told how long, but not in the words that another caller was told")
    func hold() async throws {
        let main = try await GatewayRoutingTests.named("main", status: 429, headers: "Retry-After: 40\r\n")
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": main.url + "/v1"])
        let first = try await hearth.chat("Do you sell gift cards?")
        #expect(first.status == 429 && first.header("Retry-After") == "40" && first.json["error"]["message"].text == "main fails")
        let second = try await hearth.chat("Do you repair umbrellas?", streamed: true)
        #expect(second.status == 429 && second.json["error"]["type"].text != nil && !second.text.contains("main fails"))
        #expect(second.header("Retry-After").flatMap { Int($0) }.map { (1...40).contains($0) } == true)
        #expect(main.requests.count == 1)
        let metrics = try await hearth.metrics()
        #expect(metrics.value("hearth_gateway_routing_total", ["event": "held"]) == 1)
        // An outage in which hardly anything is asked is an outage all the same.
        #expect(metrics.value("gen_ai_client_operation_duration_seconds_count", ["error_type": "rate_limited"]) == 2)
        // Another model is another limit.
        let other = try await hearth.client.post(
            "/v1/chat/completions", #"{"model":"gpt-4o","messages":[{"role":"user","content":"Hello?"}]}"#)
        #expect(other.status == 429 && main.requests.count == 2)
    }

    @Test("Questions of Hearth's own interface leave it alone as well")
    func ownInterface() async throws {
        let main = try await GatewayRoutingTests.named("main", status: 429, headers: "Retry-After: 40\r\n")
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Self.settings, environment: ["OPENAI_BASE_URL": main.url + "/v1"])
        for question in ["Do you sell gift cards?", "Do you repair umbrellas?"] { #expect(try await hearth.ask(question).status == 502) }
        #expect(main.requests.count == 1)
    }

    @Test("One that is silent whenever another is not is left alone by its breaker, though all its calls are given up")
    func overtaken() async throws {
        let main = try await GatewayRoutingTests.named("main", after: .seconds(60))
        let backup = try await GatewayRoutingTests.named("the backup")
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: Self.settings + """
                gateway:
                  providers: ["backup=\(backup.url)/v1"]
                  routes: ["*=main, backup"]
                  hedgeAfter: 50ms
                """, environment: ["OPENAI_BASE_URL": main.url + "/v1"])
        for number in 1...5 { #expect(try await hearth.chat("Is there room for \(number + 1) people?").said == "This is the backup.") }
        let breaker = ["gen_ai_provider_name": "openai", "state": "open"]
        #expect(try await hearth.metrics().value("hearth_upstream_breaker_state", breaker) == 1)
        #expect(try await hearth.chat("Do you repair umbrellas?").said == "This is the backup.")
        // By its breaker, and not because it was silent once more.
        #expect(try await hearth.metrics().value("hearth_gateway_routing_total", ["event": "hedge"]) == 5)
    }
}
