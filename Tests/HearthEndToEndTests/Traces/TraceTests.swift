import HearthTelemetry
import HearthTestKit
import Testing

@Suite("Traces", .serialized, .timeLimit(.minutes(10)))
struct TraceTests {
    static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    static let caller = "00f067aa0ba902b7"
    static let sampled = ["traceparent": "00-\(trace)-\(caller)-01"]

    /// Without jobs of its own accord, and with exports ten times a second.
    static func settings(share: Double, extra: String = "") -> String {
        """
        cache:
          lookupDeadline: 5s
        tracing:
          exportInterval: 100ms
          share: \(share)
        \(extra)
        """
    }

    private static func start(
        _ stage: Stage, _ receiver: TraceReceiver, share: Double, environment: [String: String] = [:]
    ) async throws -> RunningHearth {
        try await stage.start(
            settings: settings(share: share),
            environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url].merging(environment) { $1 })
    }

    @Test("The request hangs below its caller, the look-up and the provider's call below the request, and the provider gets the call's id")
    func chain() async throws {
        let reply =
            #"{"model": "gpt-4o-mini-2024", "choices": [{"message": {"content": "Yes, we do."}, "finish_reason": "stop"}], "#
            + #""usage": {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}}"#
        let provider = try await ScriptedServer.start { _ in [.answer(reply)] }
        let receiver = try await TraceReceiver.start()
        let stage = try await Stage()
        let hearth = try await Self.start(
            stage, receiver, share: 0,
            environment: [
                "OPENAI_BASE_URL": provider.url + "/v1", "OTEL_SERVICE_NAME": "salon-cache",
                "OTEL_EXPORTER_OTLP_HEADERS": "api-key=hunter2%20secret",
            ])
        let headers = Self.sampled.merging(["tracestate": "congo=t61rcWkgMzE"]) { $1 }
        #expect(try await hearth.ask("Do you sell gift cards?", headers: headers).status == 200)

        let request = try await receiver.span("POST /api/v1/cache/query")
        #expect(request.traceID == Self.trace && request.parentID == Self.caller && request.kind == 2 && request.status == nil)
        #expect(request.flags & 0x300 == 0x300, "the parent is another process's")
        #expect(request.attributes["http.request.method"] == .text("POST"))
        #expect(request.attributes["http.route"] == .text("/api/v1/cache/query"))
        #expect(request.attributes["http.response.status_code"] == .number(200))
        #expect(request.attributes["hearth.cache.result"] == .text("miss"))
        #expect(request.attributes["hearth.cache.source"] == .text("upstream"))
        #expect(request.resource["service.name"] == .text("salon-cache"))

        let lookup = try await receiver.span("cache lookup")
        #expect(lookup.traceID == Self.trace && lookup.parentID == request.spanID && lookup.kind == 1)
        #expect(lookup.attributes["hearth.cache.miss_reason"] == .text("never_stored"))

        let call = try await receiver.span("chat gpt-4o-mini")
        #expect(call.traceID == Self.trace && call.parentID == request.spanID && call.kind == 3)
        #expect(call.attributes["gen_ai.operation.name"] == .text("chat") && call.attributes["gen_ai.provider.name"] == .text("openai"))
        #expect(call.attributes["gen_ai.request.model"] == .text("gpt-4o-mini"))
        #expect(call.attributes["gen_ai.response.finish_reasons"] == .list([.text("stop")]))
        #expect(call.attributes["gen_ai.usage.input_tokens"] == .number(12))
        #expect(call.attributes["server.address"] == .text("127.0.0.1") && call.attributes["server.port"] == .number(Double(provider.port)))
        #expect(request.start <= lookup.start && lookup.end <= call.start && call.end <= request.end)

        let asked = try #require(provider.requests.first)
        #expect(asked.header("traceparent") == "00-\(Self.trace)-\(call.spanID)-01")
        #expect(asked.header("tracestate") == "congo=t61rcWkgMzE")
        #expect(receiver.requests.allSatisfy { $0.header("api-key") == "hunter2 secret" })
        #expect(try await hearth.terminate() == .init(status: 0))
        await provider.stop()
        await receiver.stop()
    }

    @Test("Hits before the router have the same spans; a hit whose trace is not recorded has none")
    func hits() async throws {
        let receiver = try await TraceReceiver.start()
        let stage = try await Stage()
        let hearth = try await Self.start(stage, receiver, share: 0)
        for _ in 0..<3 { _ = try await hearth.ask("Do you sell gift cards?") }
        _ = try await hearth.ask("Do you sell gift cards?", headers: ["traceparent": "00-\(Self.trace)-\(Self.caller)-00"])
        _ = try await hearth.ask("Do you sell gift cards?", headers: Self.sampled)
        let short = try await receiver.span("POST /api/v1/cache/query")
        #expect(short.parentID == Self.caller && short.attributes["hearth.cache.source"] == .text("memory"))
        let shortLookup = try await receiver.span("cache lookup")
        #expect(shortLookup.parentID == short.spanID)
        #expect(try receiver.spans().count == 2)
        // A wish about freshness leads past the short way.
        _ = try await hearth.ask("Do you sell gift cards?", headers: Self.sampled.merging(["Cache-Control": "max-age=600"]) { $1 })
        let long = try await receiver.span("POST /api/v1/cache/query") { $0.spanID != short.spanID }
        #expect(long.attributes == short.attributes && long.kind == short.kind && long.traceID == short.traceID)
        let longLookup = try await receiver.span("cache lookup") { $0.spanID != shortLookup.spanID }
        #expect(longLookup.attributes == shortLookup.attributes && longLookup.parentID == long.spanID)
        await receiver.stop()
    }

    @Test("A run's trace has the run's id, and what the run asks the provider hangs below it")
    func runs() async throws {
        let receiver = try await TraceReceiver.start()
        let stage = try await Stage()
        try stage.write("common-queries.json", #"{"queries": [{"query": "Do you repair umbrellas?", "language": "en"}]}"#)
        let hearth = try await stage.start(
            settings: Self.settings(share: 1, extra: "jobs:\n  warm-cache: {schedule: \"@manual\"}"),
            environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url])
        #expect(try await hearth.client.post("/api/v1/jobs/warm-cache/run").status == 202)
        let job = try await receiver.span("job warm-cache")
        let run = try #require(
            try await hearth.client.get("/api/v1/jobs/warm-cache/runs").json["runs"].items.first { $0["trigger"].text == "manual" })
        #expect(job.traceID == run["traceId"].text && job.parentID == nil && job.kind == 1)
        #expect(job.attributes["hearth.job.run_id"]?.text == run["id"].text)
        #expect(job.attributes["hearth.job.name"] == .text("warm-cache") && job.attributes["hearth.job.attempt"] == .number(1))
        let call = try await receiver.span("chat gpt-4o-mini")
        #expect(call.traceID == job.traceID && call.parentID == job.spanID)
        await receiver.stop()
    }

    @Test("Failures are marked: the provider's, and the request's with them")
    func failures() async throws {
        let receiver = try await TraceReceiver.start()
        let stage = try await Stage()
        let hearth = try await Self.start(stage, receiver, share: 1)
        try await stage.provider.behave(#""status": 400"#)
        #expect(try await hearth.ask("Do you repair umbrellas?").status == 502)
        let call = try await receiver.span("chat gpt-4o-mini")
        #expect(call.status == 2 && call.attributes["error.type"] == .text("4xx"))
        let request = try await receiver.span("POST /api/v1/cache/query")
        #expect(request.status == 2 && request.attributes["error.type"] == .text("502"))
        #expect(try await hearth.client.get("/api/v1/nothing/here?query=quokka").status == 404)
        let unmatched = try await receiver.span("GET")
        #expect(unmatched.status == nil && unmatched.attributes["http.route"] == nil)
        await receiver.stop()
    }

    @Test("No question, answer, prompt, key or customer is in any export, and no attribute that is not on the list")
    func privacy() async throws {
        let receiver = try await TraceReceiver.start()
        let stage = try await Stage()
        try stage.write("prompt.txt", "You are the wombat of the salon.")
        let hearth = try await Self.start(
            stage, receiver, share: 1,
            environment: [
                "HEARTH_SYSTEM_PROMPT_FILE": stage.folder.path + "/prompt.txt", "HEARTH_API_KEYS": "shop=0123456789abcdef-canary",
            ])
        let access = ["Authorization": "Bearer 0123456789abcdef-canary", "X-Request-Id": "customer-4711"]
        let body = #"{"query": "Does the quokka wear pyjamas?", "customerId": "customer-4711"}"#
        for path in ["query", "query", "lookup", "explain"] {
            _ = try await hearth.client.post("/api/v1/cache/\(path)", body, headers: access)
        }
        _ = try await hearth.client.get("/api/v1/quokka/customer-4711?query=pyjamas", headers: access)
        try await stage.provider.behave(#""status": 500"#)
        _ = try await hearth.client.post("/api/v1/cache/query", #"{"query": "Does the quokka snore?"}"#, headers: access)
        #expect(try await hearth.terminate() == .init(status: 0))
        let text = receiver.requests.map { String(decoding: $0.body, as: UTF8.self) }.joined().lowercased()
        for word in ["quokka", "pyjamas", "wombat", "canary", "sk-end-to-end", "customer-4711", "invented reply"] {
            #expect(!text.contains(word), "an export contains \(word)")
        }
        let spans = try receiver.spans()
        #expect(spans.count >= 9)
        for span in spans { #expect(Set(span.attributes.keys).isSubset(of: TraceAttribute.all), "\(span)") }
        await receiver.stop()
    }

    @Test("Without an endpoint the caller's trace is passed on, and there is no metric of traces")
    func off() async throws {
        let hearth = try await Stage().start()
        _ = try await hearth.ask("Do you sell gift cards?", headers: Self.sampled)
        #expect(try await hearth.metrics().value("hearth_trace_spans_total") == nil)
    }
}
