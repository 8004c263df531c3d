import HearthTestKit
import Testing

@Suite("Embeddings through the gateway", .serialized, .timeLimit(.minutes(2)))
struct GatewayEmbeddingTests {
    private static func embed(_ hearth: RunningHearth, _ input: String, headers: [String: String] = [:]) async throws -> WebClient.Reply {
        try await hearth.client.post("/v1/embeddings", #"{"model":"text-embedding-3-small","input":\#(input)}"#, headers: headers)
    }

    @Test("Each input is kept by itself, and only what is missing is asked for")
    func perInput() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let direct = try await WebClient(baseURL: stage.provider.baseURL).post(
            "/embeddings", #"{"model":"text-embedding-3-small","input":["one","two","three"]}"#)
        let first = try await Self.embed(hearth, #"["one","two","one"]"#)
        #expect(first.status == 200 && first.header("Cache-Status") == "hearth; fwd=miss; fwd-status=200; stored")
        #expect(first.json["data"].items.map { $0["index"].integer } == [0, 1, 2])
        #expect(first.json["data"][0]["embedding"] == first.json["data"][2]["embedding"])
        let second = try await Self.embed(hearth, #"["three","one","two"]"#)
        #expect(second.header("X-Hearth-Saved-USD") == "0.002000")
        let third = try await Self.embed(hearth, #"["one","two","three"]"#)
        #expect(third.header("Cache-Status")?.hasPrefix("hearth; hit") == true)
        #expect(third.header("X-Hearth-Saved-USD") == "0.004000")
        #expect(third.json["data"] == direct.json["data"])
        #expect(third.json["model"] == direct.json["model"])
        // Letter by letter.
        #expect(try await Self.embed(hearth, #""One""#).header("Cache-Status")?.contains("fwd=miss") == true)
        let metrics = try await hearth.statistics()["metrics"]
        #expect(metrics["totalRequests"].integer == 4 && metrics["cacheHits"].integer == 1)
        #expect(metrics["aiApiCallsCost"].number.map { abs($0 - 0.006) < 1e-9 } == true)
    }

    @Test("The provider's refusals and failures come back in its form")
    func failures() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        #expect(try await Self.embed(hearth, "7").json["error"]["param"].text == "input")
        #expect(try await Self.embed(hearth, #""a""#, headers: ["Cache-Control": "only-if-cached"]).status == 504)
        try await stage.provider.behave(#""status": 400"#)
        let refused = try await Self.embed(hearth, #""a""#)
        #expect(refused.status == 400 && refused.json["error"]["message"].text == "Simulated failure.")
    }
}
