import Foundation
import HearthTestKit
import Testing

@Suite("Several providers behind the gateway", .serialized, .timeLimit(.minutes(3)))
struct GatewayRoutingTests {
    /// A provider that answers everything with its name.
    static func named(
        _ name: String, status: Int = 200, headers: String = "", after delay: Duration? = nil
    ) async throws -> ScriptedServer {
        try await ScriptedServer.start { request in
            let pause = delay.map { [ScriptedServer.Step.wait($0)] } ?? []
            guard status == 200 else {
                return pause + [.answer(status: status, headers: headers, #"{"error":{"message":"\#(name) fails","type":"server_error"}}"#)]
            }
            let body = String(decoding: request.body, as: UTF8.self)
            guard body.contains(#""stream":true"#) else {
                return pause + [
                    .answer(
                        #"{"id":"c","created":1,"object":"chat.completion","model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"This is \#(name)."},"finish_reason":"stop"}]}"#
                    )
                ]
            }
            let events =
                #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"role":"assistant","content":"This is \#(name)."},"finish_reason":null}]}"#
                + "\n\n"
                + #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
                + "\n\ndata: [DONE]\n\n"
            return pause + [
                .text("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: \(events.utf8.count)\r\n\r\n\(events)")
            ]
        }
    }

    private static func start(
        _ stage: Stage, main: String, backup: ScriptedServer, more: String = "", breaker: String = ""
    ) async throws -> RunningHearth {
        try await stage.start(
            settings: """
                cache: {lookupDeadline: 5s}
                gateway:
                  providers: ["backup=\(backup.url)/v1 timeout=20s"]
                  routes: ["*=main, backup"]
                \(more)
                """,
            environment: ["OPENAI_BASE_URL": main, "HEARTH_GATEWAY_PROVIDER_KEYS": "backup=sk-the-backups-own-key"])
    }

    @Test(
        "The next provider answers where the first is not there, with its own key, and the answer is kept as any other",
        arguments: [false, true])
    func notThere(streamed: Bool) async throws {
        let backup = try await Self.named("the backup")
        let stage = try await Stage()
        let hearth = try await Self.start(stage, main: "http://127.0.0.1:9/v1", backup: backup)
        let reply = try await hearth.chat("Do you sell gift cards?", streamed: streamed)
        #expect(reply.status == 200 && (streamed ? reply.streamedText : reply.said) == "This is the backup.")
        #expect(backup.requests.first?.header("Authorization") == "Bearer sk-the-backups-own-key")
        #expect(try await hearth.chat("Do you sell gift cards?").header("Cache-Status")?.hasPrefix("hearth; hit") == true)
        #expect(backup.requests.count == 1)
        #expect(try await hearth.metrics().value("hearth_gateway_routing_total", ["event": "failover"]) == 1)
        #expect(try await hearth.metrics().value("gen_ai_client_operation_duration_seconds_count", ["gen_ai_provider_name": "backup"]) == 1)
    }

    @Test("Questions and messages of Hearth's own interface go to the next provider, too")
    func ownInterface() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: """
                cache: {lookupDeadline: 5s}
                gateway:
                  providers: ["backup=\(stage.provider.baseURL)"]
                  routes: ["*=main, backup"]
                """, environment: ["OPENAI_BASE_URL": "http://127.0.0.1:9/v1"])
        #expect(try await hearth.ask("Do you repair umbrellas?").status == 200)
        let intent = try await hearth.client.post("/api/v1/ai/intent", #"{"message": "I want to book a table for two"}"#)
        #expect(intent.status == 200, "\(intent.text)")
        #expect(try await stage.provider.calls == 2)
        #expect(try await hearth.metrics().value("hearth_gateway_routing_total", ["event": "failover"]) == 2)
    }

    @Test("A server's failure and too many requests go to the next; a faulty request does not", arguments: [500, 503, 429, 400])
    func statuses(status: Int) async throws {
        // Left alone for longer than the second call may take to come.
        let main = try await Self.named("main", status: status, headers: status == 429 ? "Retry-After: 40\r\n" : "")
        let backup = try await Self.named("the backup")
        let stage = try await Stage()
        let hearth = try await Self.start(stage, main: main.url + "/v1", backup: backup)
        for streamed in [false, true] {
            let reply = try await hearth.chat("Do you sell gift cards, \(streamed)?", streamed: streamed)
            #expect(reply.status == (status == 400 ? 400 : 200))
            if status == 400 { #expect(reply.json["error"]["message"].text == "main fails") }
        }
        #expect(backup.requests.count == (status == 400 ? 0 : 2))
        // One that has an alternative is asked once; one that is held is not asked again.
        #expect(main.requests.count == (status == 429 ? 1 : 2))
    }

    @Test("A stream that has begun is not begun again elsewhere")
    func begun() async throws {
        let main = try await ScriptedServer.start { _ in
            [
                .text(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9999\r\n\r\n"
                        + #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"Main"},"finish_reason":null}]}"#
                        + "\n\n"),
                .wait(.milliseconds(100)), .reset,
            ]
        }
        let backup = try await Self.named("the backup")
        let stage = try await Stage()
        let hearth = try await Self.start(stage, main: main.url + "/v1", backup: backup)
        let reply = try await hearth.chat("Do you sell gift cards?", streamed: true)
        #expect(reply.streamedText == "Main" && !reply.isWholeStream && reply.text.contains(#""error""#))
        #expect(backup.requests.isEmpty)
        #expect(try await hearth.metrics().value("hearth_upstream_stream_aborts_total", ["reason": "reset"]) == 1)
    }

    @Test("A stream that ends before its first byte is begun elsewhere")
    func nothingBegun() async throws {
        let main = try await ScriptedServer.start { _ in
            [.text("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"), .reset]
        }
        let backup = try await Self.named("the backup")
        let stage = try await Stage()
        let hearth = try await Self.start(stage, main: main.url + "/v1", backup: backup)
        let reply = try await hearth.chat("Do you sell gift cards?", streamed: true)
        #expect(reply.streamedText == "This is the backup." && reply.isWholeStream)
    }

    @Test("Each provider has a breaker of its own")
    func breakers() async throws {
        let main = try await Self.named("main", status: 500)
        let backup = try await Self.named("the backup")
        let stage = try await Stage()
        let hearth = try await Self.start(stage, main: main.url + "/v1", backup: backup, more: "  longestHold: 0s")
        for number in 0..<8 { #expect(try await hearth.chat("Question number \(number)?").said == "This is the backup.") }
        #expect(main.requests.count == 5)
        let metrics = try await hearth.metrics()
        #expect(metrics.value("hearth_upstream_breaker_state", ["gen_ai_provider_name": "openai", "state": "open"]) == 1)
        #expect(metrics.value("hearth_upstream_breaker_state", ["gen_ai_provider_name": "backup", "state": "closed"]) == 1)
    }

    @Test("Both fail: the caller is told what the last one said")
    func bothFail() async throws {
        let main = try await Self.named("main", status: 500)
        let backup = try await Self.named("the backup", status: 503)
        let stage = try await Stage()
        let hearth = try await Self.start(stage, main: main.url + "/v1", backup: backup)
        let reply = try await hearth.chat("Do you sell gift cards?")
        #expect(reply.status == 503 && reply.json["error"]["message"].text == "the backup fails")
    }

    @Test("A silent provider is hedged only where that is configured")
    func hedging() async throws {
        let main = try await Self.named("main", after: .seconds(3))
        let backup = try await Self.named("the backup")
        let stage = try await Stage()
        let hearth = try await Self.start(stage, main: main.url + "/v1", backup: backup, more: "  hedgeAfter: 50ms")
        for streamed in [false, true] {
            let clock = ContinuousClock()
            let began = clock.now
            let reply = try await hearth.chat("Do you sell gift cards, \(streamed)?", streamed: streamed)
            #expect((streamed ? reply.streamedText : reply.said) == "This is the backup.")
            #expect(clock.now - began < .seconds(3))
        }
        #expect(try await hearth.metrics().value("hearth_gateway_routing_total", ["event": "hedge"]) == 2)
        _ = try await hearth.terminate()
        let plain = try await Self.start(stage, main: main.url + "/v1", backup: backup)
        #expect(try await plain.chat("Where are you?").said == "This is main.")
        #expect(backup.requests.count == 2)
    }

    @Test("An alias stands for its model: for the provider, the key and the list of models")
    func aliases() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: "cache: {lookupDeadline: 5s}\ngateway: {aliases: \"fast=gpt-4o-mini\"}\n")
        let body = #"{"model":"fast","messages":[{"role":"user","content":"Do you sell gift cards?"}]}"#
        let first = try await hearth.client.post("/v1/chat/completions", body)
        #expect(first.json["model"].text == "gpt-4o-mini")
        #expect(try await hearth.chat("Do you sell gift cards?").header("Cache-Status")?.hasPrefix("hearth; hit") == true)
        let models = try await hearth.client.get("/v1/models").json["data"].items.map { $0["id"].text }
        #expect(models.contains("fast") && models.contains("gpt-4o"))
        #expect(try await hearth.client.get("/v1/models/fast").json["owned_by"].text == "hearth")
    }

    @Test("A refusal that depends on the request alone is remembered where that is configured", arguments: [false, true])
    func refusals(isConfigured: Bool) async throws {
        let provider = try await Self.named("main", status: 422)
        let stage = try await Stage()
        let more = isConfigured ? "gateway: {refusalLifetime: 30s}\n" : ""
        let hearth = try await stage.start(
            settings: "cache: {lookupDeadline: 5s}\n" + more, environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        for _ in 1...3 {
            let reply = try await hearth.chat("Do you sell gift cards?")
            #expect(reply.status == 422 && reply.json["error"]["message"].text == "main fails")
        }
        #expect(provider.requests.count == (isConfigured ? 1 : 3))
        #expect(try await hearth.chat("Do you sell gift cards?", headers: ["Cache-Control": "no-cache"]).status == 422)
        #expect(provider.requests.count == (isConfigured ? 2 : 4))
    }

    @Test("What was refused with a field that is no part of the key is not remembered: without it the same question may be answered")
    func refusalOfOwnField() async throws {
        let provider = try await Self.named("main", status: 422)
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: "cache: {lookupDeadline: 5s}\ngateway: {refusalLifetime: 30s}\n",
            environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        for more in [#", "service_tier": "nonsense""#, ""] {
            #expect(try await hearth.chat("Do you sell gift cards?", more: more).status == 422)
        }
        #expect(provider.requests.count == 2)
        // A provider may refuse to stream only.
        #expect(try await hearth.chat("Do you sell gift cards?", streamed: true).status == 422)
        #expect(provider.requests.count == 3)
        // That of the bare question is remembered, also for those who ask it with more.
        #expect(try await hearth.chat("Do you sell gift cards?", more: #", "service_tier": "nonsense""#).status == 422)
        #expect(provider.requests.count == 3)
    }

    @Test("As many calls are made at a time as are configured, also where that is more than is usual")
    func concurrency() async throws {
        let calls = 150
        let provider = try await Self.named("main", after: .seconds(3))
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: "cache: {lookupDeadline: 5s}\n",
            environment: ["OPENAI_BASE_URL": provider.url + "/v1", "HEARTH_UPSTREAM_CONCURRENCY": "\(calls)"])
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<calls { group.addTask { try await hearth.chat("Is there room for \(number + 2) people?").status } }
            for try await status in group { #expect(status == 200) }
        }
        // None of them waited for the connection of another.
        #expect(provider.connections >= calls)
    }
}
