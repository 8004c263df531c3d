import Foundation
import HearthTestKit
import Testing

/// What may go wrong with a stream of the provider, on the level of bytes.
@Suite("Faults of streams", .serialized, .timeLimit(.minutes(2)))
struct GatewayFaultTests {
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func event(_ delta: String, _ reason: String = "null") -> String {
        #"data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(reason)}]}"#
            + "\n\n"
    }

    private static let events =
        [event(#"{"role":"assistant","content":""}"#)] + ["Да", ", ", "we ", "do", "."].map { event(#"{"content":"\#($0)"}"#) }
        + [event("{}", #""stop""#), "data: [DONE]\n\n"]

    private static func chunk(_ text: String, extending: String = "") -> String {
        String(text.utf8.count, radix: 16) + extending + "\r\n" + text + "\r\n"
    }

    private static func start(_ provider: ScriptedServer, on stage: Stage, settings: String) async throws -> RunningHearth {
        try await stage.start(
            settings: "cache: {lookupDeadline: 5s}\nprovider:\n\(settings)", environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
    }

    @Test("One that falls silent after any number of events ends with an error within the time, and is not kept")
    func stalls() async throws {
        let provider = try await ScriptedServer.start { request in
            let count = String(decoding: request.body, as: UTF8.self).firstMatch(of: /Question (\d+)/).flatMap { Int($0.1) } ?? 0
            return [.text(Self.head + Self.events[..<count].map { Self.chunk($0) }.joined()), .stall]
        }
        let stage = try await Stage()
        let hearth = try await Self.start(provider, on: stage, settings: "  streamIdleTimeout: 3s\n")
        // All but the last: with the end mark the stream is whole.
        let replies = try await withThrowingTaskGroup(of: (Int, WebClient.Reply).self) { group in
            for count in 0..<(Self.events.count - 1) {
                group.addTask { (count, try await hearth.chat("Question \(count)", streamed: true)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(replies.count == Self.events.count - 1)
        for (count, reply) in replies {
            if count == 0 {
                #expect(reply.status == 504 && reply.json["error"]["code"].text == "upstream_timeout")
            } else {
                #expect(reply.status == 200 && !reply.isWholeStream, "\(count)")
                #expect(reply.text.components(separatedBy: #""error":"#).count == 2, "\(count)")
            }
            let again = try await hearth.chat("Question \(count)", headers: ["Cache-Control": "only-if-cached"])
            #expect(again.status == 504, "\(count)")
        }
        #expect(
            try await hearth.metrics().value("hearth_upstream_stream_aborts_total", ["reason": "idle"]) == Double(Self.events.count - 1))
    }

    @Test("One byte after the other for ever does not outlast the time for a stream")
    func drips() async throws {
        let provider = try await ScriptedServer.start { _ in
            [.text(Self.head), .drip(Array(String(repeating: Self.chunk(": still here\n\n"), count: 1000).utf8), every: .milliseconds(10))]
        }
        let stage = try await Stage()
        let hearth = try await Self.start(provider, on: stage, settings: "  streamTimeout: 1s\n")
        let clock = ContinuousClock()
        let began = clock.now
        let reply = try await hearth.chat("Do you sell gift cards?", streamed: true)
        #expect(reply.status == 504 || reply.text.contains(#""error":"#))
        #expect(clock.now - began < .seconds(8))
        #expect(try await hearth.metrics().value("hearth_upstream_stream_aborts_total", ["reason": "deadline"]) == 1)
    }

    @Test("Endless streams and lines are cut at the limit", arguments: ["events", "one line"])
    func endless(kind: String) async throws {
        let piece =
            kind == "events" ? Self.chunk(Self.event(#"{"content":"more and more "}"#)) : Self.chunk(String(repeating: "x", count: 4096))
        let provider = try await ScriptedServer.start { _ in
            [.text(Self.head + (kind == "events" ? "" : "6\r\ndata: \r\n")), .sendEndlessly(Array(piece.utf8))]
        }
        let stage = try await Stage()
        let hearth = try await Self.start(provider, on: stage, settings: "  maximumResponseBytes: 256KiB\n")
        let reply = try await hearth.chat("Do you sell gift cards?", streamed: true)
        #expect(reply.status == 502 || reply.text.components(separatedBy: #""error":"#).count == 2)
        #expect(!reply.isWholeStream)
        #expect(try await hearth.metrics().value("hearth_upstream_stream_aborts_total", ["reason": "too_large"]) == 1)
        #expect(hearth.program.ending == nil)
    }

    @Test("Early hints, extensions of chunks, trailers, and an end by closing make no difference", arguments: 0..<4)
    func forms(form: Int) async throws {
        let whole = Self.events.joined()
        let answers = [
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Self.head + Self.events.map { Self.chunk($0) }.joined() + "0\r\n\r\n",
            Self.head + Self.events.map { Self.chunk($0, extending: ";a=\"b\"") }.joined() + "0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                + Self.chunk(whole) + "0\r\nX-Sum: 1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + whole,
        ]
        let provider = try await ScriptedServer.start { _ in [.text(answers[form])] + (form == 3 ? [.close] : []) }
        let stage = try await Stage()
        let hearth = try await Self.start(provider, on: stage, settings: "  streamTimeout: 30s\n")
        let reply = try await hearth.chat("Do you sell gift cards?", streamed: true)
        #expect(reply.isWholeStream && reply.streamedText == "Да, we do.")
        #expect(try await hearth.chat("Do you sell gift cards?").said == "Да, we do.")
    }

    @Test("Followers of a call that fails before its first byte make one more, together")
    func promotion() async throws {
        let provider = try await ScriptedServer.start { request in
            let wait = ScriptedServer.Step.wait(.milliseconds(300))
            if request.number == 0 { return [wait, .reset] }
            return [wait, .text(Self.head + Self.events.map { Self.chunk($0) }.joined() + "0\r\n\r\n")]
        }
        let stage = try await Stage()
        let hearth = try await Self.start(provider, on: stage, settings: "  streamTimeout: 30s\n")
        let replies = try await withThrowingTaskGroup(of: WebClient.Reply.self) { group in
            for _ in 0..<20 { group.addTask { try await hearth.chat("Do you sell gift cards?", streamed: true) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(replies.count { $0.status == 502 } == 1)
        #expect(replies.count { $0.isWholeStream && $0.streamedText == "Да, we do." } == 19)
        #expect(provider.requests.count == 2)
    }
}
