import HearthTestKit
import Testing

@Suite("The caller's Cache-Control", .serialized, .timeLimit(.minutes(10)))
struct CacheControlTests {
    private static let question = "Do you sell gift cards?"

    @Test("A value that cannot be read is a 400 that names the header")
    func invalid() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for value in ["max-age=abc", "max-age", "no-cache=1", "min-fresh=-1", "max-stale=1.5", "max-age=60, max-age=x"] {
            let answer = try await hearth.ask(Self.question, headers: ["Cache-Control": value])
            #expect(answer.status == 400, "\(value)")
            #expect(answer.json["error"].text == "invalid_header", "\(value)")
            #expect(answer.json["details"][0]["field"].text == "Cache-Control", "\(value)")
            #expect(answer.json["message"].text?.contains("Cache-Control") == true, "\(value)")
        }
        #expect(try await stage.provider.calls == 0)
        let unknown = try await hearth.ask(Self.question, headers: ["Cache-Control": "no-transform, x-unknown=1"])
        #expect(unknown.status == 200)
    }

    @Test("only-if-cached never asks the provider: 504 on a miss, the answer on a hit")
    func onlyIfCached() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let miss = try await hearth.ask(Self.question, headers: ["Cache-Control": "only-if-cached"])
        #expect(miss.status == 504)
        #expect(miss.json["error"].text == "not_cached")
        #expect(try await stage.provider.calls == 0)
        _ = try await hearth.ask(Self.question)
        let hit = try await hearth.ask(Self.question, headers: ["Cache-Control": "only-if-cached"])
        #expect(hit.status == 200)
        #expect(hit.json["cached"].bool == true)
        #expect(try await stage.provider.calls == 1)
    }

    @Test("no-cache asks again and keeps the new answer; max-age=0 does so as well once the answer is older")
    func noCache() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        _ = try await hearth.ask(Self.question)
        let again = try await hearth.ask(Self.question, headers: ["Cache-Control": "no-cache"])
        #expect(again.header("Cache-Status") == "hearth; fwd=request; fwd-status=200; stored")
        #expect(again.json["cached"].bool == false)
        #expect(try await stage.provider.calls == 2)
        let young = try await hearth.ask(Self.question, headers: ["Cache-Control": "max-age=3600"])
        #expect(young.json["cached"].bool == true)
        let old = try await Deadline.value("an answer older than 0 s is refused") {
            let answer = try await hearth.ask(Self.question, headers: ["Cache-Control": "max-age=0"])
            return answer.json["cached"].bool == false ? answer : nil
        }
        #expect(old.header("Cache-Status") == "hearth; fwd=request; fwd-status=200; stored")
        #expect(try await stage.provider.calls == 3)
    }

    @Test("no-store gives an answer that is not kept")
    func noStore() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let first = try await hearth.ask(Self.question, headers: ["Cache-Control": "no-store"])
        #expect(first.status == 200)
        #expect(first.header("Cache-Status")?.contains("stored") == false)
        let second = try await hearth.ask(Self.question)
        #expect(second.json["cached"].bool == false)
        #expect(try await stage.provider.calls == 2)
    }

    @Test("skipCache in the body asks again, and is counted as a bypass")
    func skipCache() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        _ = try await hearth.ask(Self.question)
        let body = #"{"query": "\#(Self.question)", "skipCache": true}"#
        let answer = try await hearth.client.post("/api/v1/cache/query", body)
        #expect(answer.json["cached"].bool == false)
        #expect(answer.header("Cache-Status")?.hasPrefix("hearth; fwd=request") == true)
        #expect(try await hearth.metrics().value("hearth_cache_requests_total", ["result": "bypass"]) == 1)
    }

    @Test("An answer further past its time than max-stale allows is not given where the provider fails either")
    func maxStale() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: GatewayStaleTests.settings(lifetime: "1s", staleShare: 0))
        func ask(_ control: String) async throws -> WebClient.Reply {
            try await hearth.client.post(
                "/api/v1/cache/query", #"{"query": "Do you sell gift cards?", "language": "en", "category": "general"}"#,
                headers: ["Cache-Control": control])
        }
        #expect(try await ask("no-cache").status == 200)
        try await Deadline.until("the answer is past its time") { try await ask("only-if-cached, max-stale=0").status == 504 }
        try await stage.provider.behave(#""status": 500"#)
        #expect(try await ask("max-stale=0").status == 502)
        #expect(try await ask("max-stale=3600").header("Cache-Status")?.contains("detail=sie") == true)
    }

    @Test("An expired answer is fetched again, or given while a new one is fetched where the category allows it")
    func expiry() async throws {
        let stage = try await Stage()
        let settings = """
            cache:
              lookupDeadline: 5s
              jitterShare: 0
              lifetime:
                pricing: 1s
                general: 1s
              staleWhileRevalidateShare:
                general: 1
            """
        let hearth = try await stage.start(settings: settings)
        _ = try await hearth.client.post("/api/v1/cache/query", #"{"query": "price for 2", "language": "en", "category": "pricing"}"#)
        let renewed = try await Deadline.value("the price expires") {
            let answer = try await hearth.ask("price for 2", language: "en")
            return answer.json["cached"].bool == false ? answer : nil
        }
        #expect(renewed.header("Cache-Status") == "hearth; fwd=stale; fwd-status=200; stored")

        let general = #"{"query": "Do you sell gift cards?", "language": "en", "category": "general"}"#
        _ = try await hearth.client.post("/api/v1/cache/query", general)
        let stale = try await Deadline.value("the answer is served past its time") {
            let answer = try await hearth.client.post("/api/v1/cache/query", general)
            return answer.json["source"].text == "stale" ? answer : nil
        }
        #expect(stale.json["cached"].bool == true)
        #expect(stale.header("Cache-Status")?.wholeMatch(of: /hearth; hit; ttl=-?\d+; detail=swr/) != nil)
    }
}
