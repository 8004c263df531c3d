import HearthTestKit
import Testing

@Suite("The log", .serialized, .timeLimit(.minutes(10)))
struct LogTests {
    private static let secretQuestion = "Does the quokka wear pyjamas?"

    private func work(_ hearth: RunningHearth, _ stage: Stage) async throws {
        let trace = ["X-Request-Id": "order-4711", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"]
        _ = try await hearth.ask(Self.secretQuestion, headers: trace)
        _ = try await hearth.ask(Self.secretQuestion, headers: trace)
        let hostile = try await RawConnection.open(port: hearth.port)
        try await hostile.send(RawRequest.query(Self.secretQuestion, headers: "X-Request-Id: bad[31m{\"}\r\n"))
        #expect(try await hostile.answer().header("X-Request-Id")?.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        _ = try await hearth.client.post("/api/v1/cache/query", #"{"query": "quokka", "language": "xx"}"#)
        _ = try await hearth.client.get("/api/v1/quokka?query=pyjamas")
        try await stage.provider.behave(#""status": 500"#)
        _ = try await hearth.ask("Does the quokka snore?")
        try await stage.provider.behave(#""status": 0, "mode": "html""#)
        _ = try await hearth.ask("Does the quokka sing?")
    }

    @Test("Every line is one JSON object with time, level and message; no question, no answer and no key is in it")
    func debugLevel() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            environment: ["HEARTH_LOG_LEVEL": "trace"])
        try await work(hearth, stage)
        #expect(try await hearth.terminate() == .init(status: 0))
        let lines = hearth.program.errorLines
        #expect(lines.count > 5)
        for line in lines {
            let entry = JSONNode(line) ?? .null
            #expect(entry["time"].text?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil, "\(line)")
            #expect(entry["level"].text != nil && entry["message"].text != nil && entry["logger"].text != nil, "\(line)")
        }
        let text = hearth.program.errors
        for word in ["quokka", "pyjamas", "invented reply", "sk-end-to-end-tests", "\u{1b}"] {
            #expect(!text.lowercased().contains(word), "the log contains \(word)")
        }
    }

    @Test("At debug level a line tells of each answered question, with request id and trace")
    func requestIDs() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["HEARTH_LOG_LEVEL": "debug"])
        try await work(hearth, stage)
        #expect(try await hearth.terminate() == .init(status: 0))
        let entries = hearth.program.errorLines.compactMap { JSONNode($0) }
        let mine = entries.filter { $0["request_id"].text == "order-4711" }
        #expect(mine.contains { $0["result"].text == "miss" })
        #expect(mine.contains { $0["result"].text == "hit" })
        #expect(mine.allSatisfy { $0["trace_id"].text == "4bf92f3577b34da6a3ce929d0e0e4736" })
        let answered = entries.filter { $0["message"].text == "question answered" }
        #expect(answered.allSatisfy { $0["request_id"].text?.isEmpty == false })
        #expect(answered.count == 5)
    }

    @Test("The question's text is in the line only where a setting allows it", arguments: [true, false])
    func queries(areLogged: Bool) async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            environment: ["HEARTH_LOG_LEVEL": "debug", "HEARTH_LOG_QUERIES": "\(areLogged)"])
        for _ in 0..<2 { _ = try await hearth.ask("Do you sell gift cards?") }
        #expect(try await hearth.terminate() == .init(status: 0))
        let entries = hearth.program.errorLines.compactMap { JSONNode($0) }.filter { $0["message"].text == "question answered" }
        #expect(entries.count == 2)
        #expect(entries.allSatisfy { $0["query"].text == (areLogged ? "Do you sell gift cards?" : nil) })
        #expect(hearth.program.errorLines.contains { $0.contains("gift cards") } == areLogged)
    }

    @Test("The level decides what is logged", arguments: ["info", "warning", "error"])
    func level(name: String) async throws {
        let ranks = ["trace": 0, "debug": 1, "info": 2, "notice": 3, "warning": 4, "error": 5, "critical": 6]
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["HEARTH_LOG_LEVEL": name])
        _ = try await hearth.ask("Do you sell gift cards?")
        #expect(try await hearth.terminate() == .init(status: 0))
        let levels = hearth.program.errorLines.compactMap { JSONNode($0)?["level"].text }
        #expect(levels.allSatisfy { ranks[$0, default: -1] >= ranks[name, default: 9] })
        // Without keys everybody is let in, and that is a warning.
        #expect(levels.isEmpty == (name == "error"))
        #expect(levels.count == hearth.program.errorLines.count)
    }

    @Test("As text a line holds the same, readable")
    func textFormat() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["HEARTH_LOG_FORMAT": "text"])
        #expect(try await hearth.terminate() == .init(status: 0))
        #expect(hearth.program.errorLines.contains { $0.contains("ready") && JSONNode($0) == nil })
    }
}
