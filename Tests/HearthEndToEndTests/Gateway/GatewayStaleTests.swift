import HearthDrivers
import HearthTestKit
import Testing

@Suite("Answers past their time through the gateway", .serialized, .timeLimit(.minutes(3)))
struct GatewayStaleTests {
    enum Route: String, CaseIterable, CustomTestStringConvertible {
        case chat = "/v1/chat/completions"
        case embeddings = "/v1/embeddings"

        var testDescription: String { rawValue }

        var body: String {
            switch self {
            case .chat: ChatBody.question("Do you sell gloves?")
            case .embeddings: #"{"model": "text-embedding-3-small", "input": ["gloves", "hats"]}"#
            }
        }
    }

    static func settings(lifetime: String, staleShare: Int) -> String {
        """
        cache:
          lookupDeadline: 5s
          jitterShare: 0
          lifetime: {general: \(lifetime)}
          staleWhileRevalidateShare: {general: \(staleShare)}
        """
    }

    private static func ask(_ hearth: RunningHearth, _ route: Route, _ control: String? = nil) async throws -> WebClient.Reply {
        try await hearth.client.post(
            route.rawValue, route.body,
            headers: ["X-Hearth-Category": "general"].merging(control.map { ["Cache-Control": $0] } ?? [:]) { $1 })
    }

    private static func keepUntilStale(_ hearth: RunningHearth, _ route: Route) async throws {
        #expect(try await ask(hearth, route).status == 200)
        try await Deadline.until("the answer is past its time") {
            try await ask(hearth, route, "only-if-cached, max-stale=0").status == 504
        }
    }

    /// With an answer that is past its time, and may stand in for one that cannot be had.
    private static func startWithStale(_ route: Route, on stage: Stage) async throws -> RunningHearth {
        let hearth = try await stage.start(settings: settings(lifetime: "1s", staleShare: 0))
        try await keepUntilStale(hearth, route)
        return hearth
    }

    @Test("What stands in for a failed call is not what was invalidated during it", arguments: Route.allCases)
    func invalidated(route: Route) async throws {
        let stage = try await Stage()
        let hearth = try await Self.startWithStale(route, on: stage)
        try await stage.provider.behave(#""status": 503"#)
        #expect(try await Self.ask(hearth, route).header("Cache-Status")?.contains("detail=sie") == true)
        try await stage.provider.behave(#""status": 503, "latencyMilliseconds": 5000"#)
        async let reply = Self.ask(hearth, route)
        try await Deadline.until("the provider is asked") { try await hearth.metrics().value("hearth_upstream_requests_in_flight") == 1 }
        #expect(try await hearth.client.send(.delete, "/api/v1/cache/invalidate?all=true").status == 200)
        let answered = try await reply
        #expect(answered.status == 503, "\(answered.text)")
    }

    @Test("Who asks for what the provider refuses is told so, whatever is kept", arguments: Route.allCases)
    func refused(route: Route) async throws {
        let stage = try await Stage()
        let hearth = try await Self.startWithStale(route, on: stage)
        try await stage.provider.behave(#""status": 400"#)
        #expect(try await Self.ask(hearth, route).status == 400)
        try await stage.provider.behave(#""status": 500"#)
        let stale = try await Self.ask(hearth, route)
        #expect(stale.header("Cache-Status")?.contains("detail=sie") == true && stale.header("Age") != nil)
    }

    @Test("What stands in for a failed call is no further past its time than the caller accepts", arguments: Route.allCases)
    func tooStale(route: Route) async throws {
        let stage = try await Stage()
        let hearth = try await Self.startWithStale(route, on: stage)
        try await stage.provider.behave(#""status": 503"#)
        #expect(try await Self.ask(hearth, route, "max-stale=0").status == 503)
        for control in ["max-stale=3600", "max-stale", nil] {
            let stale = try await Self.ask(hearth, route, control)
            #expect(stale.header("Cache-Status")?.contains("detail=sie") == true, "\(control ?? "no directive")")
        }
    }

    @Test(
        "What is renewed keeps its tags and its category, whoever caused it; a caller that forbids a call causes none",
        arguments: Route.allCases)
    func renewed(route: Route) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Self.settings(lifetime: "4s", staleShare: 1))
        let kept = try await hearth.client.post(
            route.rawValue, route.body, headers: ["X-Hearth-Category": "general", "X-Hearth-Tags": "winter"])
        #expect(kept.status == 200)
        try await Deadline.until("the answer is past its time") {
            try await Self.ask(hearth, route, "only-if-cached, max-stale=0").status == 504
        }
        #expect(try await Self.ask(hearth, route, "only-if-cached").header("Cache-Status")?.contains("detail=swr") == true)
        #expect(try await hearth.metrics().value("hearth_cost_usd_total", ["purpose": "refresh"]) ?? 0 == 0)
        let plain = try await hearth.client.post(route.rawValue, route.body)
        #expect(plain.header("Cache-Status")?.contains("detail=swr") == true)
        try await Deadline.until("it is renewed") {
            try await hearth.metrics().value("hearth_cost_usd_total", ["purpose": "refresh"]).map { $0 > 0 } == true
        }
        let removed = try await hearth.client.send(.delete, "/api/v1/cache/invalidate?tag=winter")
        #expect(removed.json["invalidated"].integer == (route == .chat ? 1 : 2), "\(removed.text)")
    }

    @Test("A refresh that joins a caller's call does not keep it going when the caller leaves")
    func joinedCallEnds() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Self.settings(lifetime: "4s", staleShare: 1))
        try await Self.keepUntilStale(hearth, .chat)
        try await stage.provider.behave(#""latencyMilliseconds": 60000"#)
        let caller = try await RawConnection.open(port: hearth.port)
        try await caller.send(
            ChatBody.raw(Route.chat.body).replacing("\r\n\r\n", with: "\r\nCache-Control: no-cache\r\n\r\n", maxReplacements: 1))
        try await Deadline.until("the provider is asked") { try await hearth.metrics().value("hearth_upstream_requests_in_flight") == 1 }
        #expect(try await Self.ask(hearth, .chat).header("Cache-Status")?.contains("detail=swr") == true)
        await caller.close()
        try await Deadline.until("the call is over", within: .seconds(15)) {
            try await hearth.metrics().value("hearth_upstream_requests_in_flight") == 0
        }
        #expect(try await stage.provider.calls <= 2)
    }
}
