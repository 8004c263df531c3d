import HearthTestKit
import Testing

/// `no-store` means the words, too, and not only the answer.
@Suite("Requests of which nothing may be kept", .serialized, .timeLimit(.minutes(3)))
struct NothingKeptTests {
    private static let control = ["Cache-Control": "no-store"]
    /// A word of the requests of which nothing may be kept.
    private static let secret = "zebrafinch"
    /// A word of one that may be kept, which shows that there is something to be found.
    private static let plain = "quokkatel"

    private static func start(_ stage: Stage) async throws -> RunningHearth {
        try await stage.start(environment: ["HEARTH_LOG_LEVEL": "debug", "HEARTH_LOG_QUERIES": "true"])
    }

    /// Looks for the words in the lists of questions, and then, with the service at its end, in its files and its log.
    private static func search(_ hearth: RunningHearth, _ stage: Stage) async throws {
        for kind in ["hits", "misses"] {
            let top = try await hearth.client.get("/api/v1/cache/top-queries?kind=\(kind)&limit=100").text
            #expect(!top.contains(secret), "\(kind)")
            if kind == "misses" { #expect(top.contains(plain)) }
        }
        #expect(try await hearth.terminate() == .init(status: 0))
        let files = ["hearth.sqlite", "hearth.sqlite-wal"].map { stage.bytes($0) ?? [] }
        #expect(!files.contains { $0.contains(subsequence: Array(secret.utf8)) })
        #expect(files.contains { $0.contains(subsequence: Array(plain.utf8)) })
        #expect(!hearth.program.errors.contains(secret) && hearth.program.errors.contains(plain))
    }

    @Test("Their words are in no list, no table and no log, however they came through the gateway; they count like all others")
    func gateway() async throws {
        let stage = try await Stage()
        let hearth = try await Self.start(stage)
        let question = "Where does the \(Self.secret) sleep?"
        #expect(try await hearth.chat(question, headers: Self.control).status == 200)
        #expect(try await hearth.chat(question, streamed: true, headers: Self.control).isWholeStream)
        let parts = #"{"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "\#(question)"}]}]}"#
        #expect(try await hearth.client.post("/v1/chat/completions", parts, headers: Self.control).status == 200)
        for wish in [#""no-store": true"#, #""use-cache": false"#] {
            #expect(try await hearth.chat(question, more: #", "cache": {\#(wish)}"#).status == 200)
        }
        #expect(try await hearth.chat(question, headers: ["Cache-Control": "no-store, only-if-cached"]).status == 504)
        #expect(try await hearth.chat("Where does the \(Self.plain) sleep?").status == 200)
        let metrics = try await hearth.statistics()["metrics"]
        #expect(metrics["totalRequests"].integer == 7 && metrics["failedRequests"].integer == 1)
        #expect(metrics["aiApiCallsCost"].number.map { abs($0 - 0.012) < 1e-9 } == true)
        #expect(try await hearth.metrics().value("hearth_cache_requests_total", ["result": "bypass"]) == 6)
        try await Self.search(hearth, stage)
    }

    @Test("Nor are those of questions and messages of Hearth's own interface")
    func ownInterface() async throws {
        let stage = try await Stage()
        let hearth = try await Self.start(stage)
        let question = "Where does the \(Self.secret) sleep?"
        #expect(try await hearth.ask(question, headers: Self.control).status == 200)
        #expect(try await hearth.ask(question, headers: ["Cache-Control": "no-store, only-if-cached"]).status == 504)
        let message = #"{"message": "\#(question)"}"#
        #expect(try await hearth.client.post("/api/v1/ai/intent", message, headers: Self.control).status == 200)
        #expect(try await hearth.ask("Where does the \(Self.plain) sleep?").status == 200)
        #expect(try await hearth.statistics()["metrics"]["totalRequests"].integer == 4)
        try await Self.search(hearth, stage)
    }

    @Test("What the provider refuses them is told to nobody else, nor are they told what it refused others")
    func refusals() async throws {
        let provider = try await ScriptedServer.start { request in
            [.answer(status: 400, #"{"error":{"message":"refusal \#(request.number)","type":"invalid_request_error"}}"#)]
        }
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: "cache: {lookupDeadline: 5s}\ngateway: {refusalLifetime: 60s}\n",
            environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        func refusal(_ headers: [String: String] = [:]) async throws -> String? {
            try await hearth.chat("Do you sell gift cards?", headers: headers).json["error"]["message"].text
        }
        #expect(try await refusal(Self.control) == "refusal 0")
        #expect(try await refusal() == "refusal 1")
        #expect(try await refusal(Self.control) == "refusal 2")
        #expect(try await refusal() == "refusal 1")
        #expect(provider.requests.count == 3)
    }
}
