import Foundation
import HearthTestKit
import Testing

@Suite("Streams through the gateway", .serialized, .timeLimit(.minutes(4)))
struct GatewayStreamTests {
    /// A streamed answer over a connection that a test looks at while it arrives.
    private static func open(_ hearth: RunningHearth, _ text: String) async throws -> RawConnection {
        let connection = try await RawConnection.open(port: hearth.port)
        try await connection.send(ChatBody.raw(ChatBody.question(text, streamed: true)))
        return connection
    }

    /// Some seconds for an answer: who is to come in the middle of it comes in time on a busy machine too.
    private static let slow = #""tokensPerSecond": 2"#

    @Test("A kept answer is streamed: role, text, end and end mark, and the usage only for those who ask")
    func replay() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let whole = try await hearth.chat("Do you sell gift cards?")
        let stream = try await hearth.chat("Do you sell gift cards?", streamed: true)
        #expect(stream.header("Content-Type") == "text/event-stream")
        #expect(stream.header("Cache-Status")?.hasPrefix("hearth; hit") == true)
        #expect(stream.isWholeStream && stream.streamedText == whole.said)
        #expect(JSONNode(stream.events[0])?["choices"][0]["delta"]["role"].text == "assistant")
        #expect(!stream.text.contains("usage"))
        let counted = try await hearth.chat(
            "Do you sell gift cards?", streamed: true, more: #", "stream_options": {"include_usage": true}"#)
        #expect(counted.events.count == stream.events.count + 1)
        #expect(counted.events.dropLast().last.flatMap { JSONNode($0) }?["usage"] == whole.json["usage"])
        #expect(try await stage.provider.calls == 1)
    }

    @Test("A new answer is passed on as it arrives, and then served whole without the provider")
    func live() async throws {
        let stage = try await Stage()
        try await stage.provider.behave(Self.slow)
        let hearth = try await stage.start()
        let clock = ContinuousClock()
        let begin = clock.now
        let connection = try await Self.open(hearth, "Do you repair umbrellas?")
        try await Deadline.until("the first words are there") { connection.received.contains("\"Here\"") }
        #expect(!connection.received.contains("[DONE]"))
        #expect(connection.received.contains("text/event-stream"))
        #expect(connection.received.contains("hearth; fwd=miss; fwd-status=200"))
        try await Deadline.until("the stream has ended") { connection.received.contains("data: [DONE]\n\n") }
        #expect(clock.now - begin > .milliseconds(600))
        #expect(!connection.received.contains("usage"))
        let whole = try await hearth.chat("Do you repair umbrellas?")
        #expect(whole.header("Cache-Status")?.hasPrefix("hearth; hit") == true)
        #expect(whole.said == "Here is an invented reply to “Do you repair umbrellas?”. (simulated answer)")
        #expect(whole.json["usage"]["completion_tokens"].integer.map { $0 > 3 } == true)
        #expect(try await stage.provider.calls == 1)
    }

    @Test("While the provider says nothing a stream has comments, which clients skip, and the answer is whole and kept")
    func comments() async throws {
        let stage = try await Stage()
        try await stage.provider.behave(#""tokensPerSecond": 2"#)
        let hearth = try await stage.start(settings: "gateway:\n  commentInterval: 100ms\n")
        let connection = try await Self.open(hearth, "Do you mend kites?")
        try await Deadline.until("two comments are there") {
            connection.received.components(separatedBy: ": waiting for the provider\n\n").count > 2
        }
        #expect(!connection.received.contains("[DONE]"))
        try await stage.provider.behave(#""tokensPerSecond": 0"#)
        try await Deadline.until("the stream has ended") { connection.received.contains("data: [DONE]\n\n") }
        let events = connection.received.components(separatedBy: "\n\n")
        #expect(events.count { $0.hasSuffix(": waiting for the provider") } >= 2)
        let kept = try await hearth.chat("Do you mend kites?")
        #expect(kept.header("Cache-Status")?.hasPrefix("hearth; hit") == true)
        #expect(kept.said == "Here is an invented reply to “Do you mend kites?”. (simulated answer)")
    }

    @Test(
        "A stream begins with a comment where the provider lets its first words wait, and what fails then is an event",
        arguments: [200, 500])
    func silentBeginning(status: Int) async throws {
        let stage = try await Stage(latencyMilliseconds: 2000)
        if status != 200 { try await stage.provider.behave(#""status": \#(status)"#) }
        let hearth = try await stage.start(settings: "gateway:\n  commentInterval: 300ms\n")
        let connection = try await Self.open(hearth, "Do you mend kites?")
        try await Deadline.until("a comment is there") { connection.received.contains(": waiting for the provider\n\n") }
        #expect(connection.received.hasPrefix("HTTP/1.1 200 ") && !connection.received.contains("data: "))
        let end = status == 200 ? "data: [DONE]\n\n" : #"data: {"error":"#
        try await Deadline.until("the stream has ended") { connection.received.contains(end) }
        #expect(connection.received.contains("[DONE]") == (status == 200))
    }

    @Test(
        "Who asks the same meanwhile joins the stream from its start, or waits for its end where the answer is wanted whole",
        arguments: [false, true])
    func followers(leaderLeaves: Bool) async throws {
        let stage = try await Stage()
        try await stage.provider.behave(Self.slow)
        let hearth = try await stage.start(settings: "cache:\n  lookupDeadline: 5s\nlistener:\n  limits: {connectionsPerAddress: 2000}\n")
        let leader = try await Self.open(hearth, "Do you repair umbrellas?")
        try await Deadline.until("the first words are there") { leader.received.contains("\"Here\"") }
        let replies = try await withThrowingTaskGroup(of: (Bool, WebClient.Reply).self) { group in
            for number in 0..<500 {
                let streamed = number % 5 != 0
                group.addTask { (streamed, try await hearth.chat("Do you repair umbrellas?", streamed: streamed)) }
            }
            if leaderLeaves {
                try await Deadline.until("all are there") { try await hearth.metrics().value("hearth_http_connections") ?? 0 > 500 }
                await leader.close()
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let expected = "Here is an invented reply to “Do you repair umbrellas?”. (simulated answer)"
        for (streamed, reply) in replies {
            #expect(reply.status == 200 && (streamed ? reply.streamedText : reply.said) == expected)
            #expect(!streamed || reply.isWholeStream)
        }
        #expect(replies.contains { $0.1.header("Cache-Status") == "hearth; fwd=miss; collapsed" })
        if !leaderLeaves { try await Deadline.until("the leader has all") { leader.received.contains("[DONE]") } }
        #expect(try await stage.provider.calls == 1)
        let metrics = try await hearth.statistics()["metrics"]
        #expect(metrics["totalRequests"].integer == 501)
        #expect(metrics["aiApiCallsCost"].number.map { abs($0 - 0.002) < 1e-9 } == true)
    }

    @Test("Five hundred followers of a stream whose provider dies half-way have its beginning and one error, and make no call of their own")
    func manyFailures() async throws {
        let stage = try await Stage()
        try await stage.provider.behave(#""mode": "cut_stream", \#(Self.slow)"#)
        let hearth = try await stage.start(settings: "cache:\n  lookupDeadline: 5s\nlistener:\n  limits: {connectionsPerAddress: 2000}\n")
        let leader = try await Self.open(hearth, "Do you repair umbrellas?")
        try await Deadline.until("the first words are there") { leader.received.contains("\"Here\"") }
        let replies = try await withThrowingTaskGroup(of: WebClient.Reply.self) { group in
            for _ in 0..<500 { group.addTask { try await hearth.chat("Do you repair umbrellas?", streamed: true) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // Whoever came after the end of it has asked anew.
        let joined = replies.filter { $0.header("Cache-Status") == "hearth; fwd=miss; collapsed" }
        #expect(joined.count > 400, "\(joined.count)")
        for reply in replies {
            #expect(reply.status == 200 && reply.text.contains("\"Here\"") && !reply.isWholeStream)
            #expect(reply.text.components(separatedBy: #"data: {"error":"#).count == 2)
        }
        #expect(try await stage.provider.calls <= 1 + replies.count - joined.count)
        try await stage.provider.behave(#""mode": "normal", "tokensPerSecond": 0"#)
        #expect(try await hearth.chat("Do you repair umbrellas?").header("Cache-Status")?.contains("fwd=miss") == true)
    }

    @Test(
        "A provider that fails in the middle ends the stream with one error and no end mark, and nothing is kept",
        arguments: ["cut_stream", "failing_stream", "stalled_stream"])
    func failures(mode: String) async throws {
        let stage = try await Stage()
        try await stage.provider.behave(#""mode": "\#(mode)", "tokensPerSecond": 50"#)
        let hearth = try await stage.start(settings: "cache:\n  lookupDeadline: 5s\nprovider:\n  streamIdleTimeout: 3s\n")
        let leader = try await Self.open(hearth, "Do you repair umbrellas?")
        try await Deadline.until("the first words are there") { leader.received.contains("\"Here\"") }
        let follower = try await hearth.chat("Do you repair umbrellas?", streamed: true)
        try await Deadline.until("the stream has ended") { leader.received.hasSuffix("0\r\n\r\n") }
        for text in [leader.received, follower.text] {
            #expect(text.contains(#"data: {"error":"#) && !text.contains("[DONE]"))
            #expect(text.components(separatedBy: #""error":"#).count == 2)
        }
        let reason = ["cut_stream": "reset", "failing_stream": "reported", "stalled_stream": "idle"][mode] ?? ""
        #expect(try await hearth.metrics().value("hearth_upstream_stream_aborts_total", ["reason": reason]).map { $0 >= 1 } == true)
        if mode == "failing_stream" { #expect(follower.text.contains("Simulated failure in the middle.")) }
        try await stage.provider.behave(#""mode": "normal", "tokensPerSecond": 0"#)
        #expect(try await hearth.chat("Do you repair umbrellas?").header("Cache-Status")?.contains("fwd=miss") == true)
        #expect(try await hearth.statistics()["metrics"]["failedRequests"].integer.map { $0 >= 1 } == true)
    }

    @Test("A client that leaves ends the call at the provider")
    func leaving() async throws {
        let stage = try await Stage()
        // The whole answer would take half a minute.
        try await stage.provider.behave(#""tokensPerSecond": 0.5"#)
        let hearth = try await stage.start()
        let connection = try await Self.open(hearth, "Do you repair umbrellas?")
        try await Deadline.until("the first words are there") { connection.received.contains("\"Here\"") }
        await connection.close()
        try await Deadline.until("the call is over", within: .seconds(15)) {
            try await hearth.metrics().value("hearth_upstream_requests_in_flight") == 0
        }
        try await stage.provider.behave(#""tokensPerSecond": 0"#)
        #expect(try await hearth.chat("Do you repair umbrellas?").header("Cache-Status")?.contains("fwd=miss") == true)
    }

    @Test("A client that leaves before the first word ends the call as well, streamed or not", arguments: [true, false])
    func leavingEarly(streamed: Bool) async throws {
        let stage = try await Stage(latencyMilliseconds: 20_000)
        let hearth = try await stage.start()
        let connection = try await RawConnection.open(port: hearth.port)
        try await connection.send(ChatBody.raw(ChatBody.question("Do you repair umbrellas?", streamed: streamed)))
        try await Deadline.until("the provider is asked") { try await hearth.metrics().value("hearth_upstream_requests_in_flight") == 1 }
        await connection.close()
        try await Deadline.until("the call is over", within: .seconds(10)) {
            try await hearth.metrics().value("hearth_upstream_requests_in_flight") == 0
        }
    }

    @Test("A client that leaves takes nothing from those who follow it")
    func leavingFollowers() async throws {
        let stage = try await Stage()
        try await stage.provider.behave(Self.slow)
        let hearth = try await stage.start()
        let leader = try await Self.open(hearth, "Do you repair umbrellas?")
        try await Deadline.until("the first words are there") { leader.received.contains("\"Here\"") }
        let follower = try await Self.open(hearth, "Do you repair umbrellas?")
        try await Deadline.until("the follower has the first words too") { follower.received.contains("\"Here\"") }
        await leader.close()
        try await Deadline.until("the follower has all") { follower.received.contains("data: [DONE]\n\n") }
        #expect(try await stage.provider.calls == 1)
        #expect(try await hearth.chat("Do you repair umbrellas?").header("Cache-Status")?.hasPrefix("hearth; hit") == true)
    }

    @Test("An answer that was half there when its reader left is fetched to its end and kept, and its price is counted")
    func leavingLate() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        // What is usual is learnt from the streams that came to their end.
        _ = try await hearth.chat("Do you sell gift cards?", streamed: true)
        try await stage.provider.behave(#""tokensPerSecond": 2"#)
        let connection = try await Self.open(hearth, "Do you repair umbrellas?")
        try await Deadline.until("most of it is there") {
            connection.received.contains("(simulated") || connection.received.contains("”.")
        }
        await connection.close()
        try await Deadline.until("the answer is kept") {
            try await hearth.chat("Do you repair umbrellas?", headers: ["Cache-Control": "only-if-cached"]).status == 200
        }
        #expect(try await stage.provider.calls == 2)
        #expect(try await hearth.metrics().value("hearth_cost_usd_total", ["purpose": "refresh"]).map { $0 > 0 } == true)
    }

    @Test("A connection stays open for the next request after a stream")
    func keepAlive() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let connection = try await RawConnection.open(port: hearth.port)
        for round in 1...3 {
            try await connection.send(ChatBody.raw(ChatBody.question("Do you sell gift cards?", streamed: true)))
            try await Deadline.until("answer \(round)") { connection.received.components(separatedBy: "[DONE]").count == round + 1 }
        }
        #expect(!connection.isClosed)
        #expect(try await stage.provider.calls == 1)
    }

    @Test("A stream cut at any byte is an error for the client and is not kept")
    func everyCut() async throws {
        let chunk = #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"#
        let body =
            "data: " + chunk + #""delta":{"role":"assistant","content":"Да, 👩‍🚒 "},"finish_reason":null}]}"# + "\r\n\r\ndata: " + chunk
            + #""delta":{"content":"конечно."},"finish_reason":"stop"}]}"# + "\r\n\r\ndata: [DONE]\n\n"
        let bytes = Array(body.utf8)
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        let liar = try await ScriptedServer.start { request in
            // Questions are cut at their number; whatever else is asked keeps the breaker closed.
            let text = String(decoding: request.body, as: UTF8.self)
            let cut = text.firstMatch(of: /Question (\d+)/).flatMap { Int($0.1) } ?? bytes.count
            guard cut < bytes.count else {
                return [
                    .text("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: \(bytes.count)\r\n\r\n"), .send(bytes),
                ]
            }
            let part = Array(bytes[..<cut])
            let size = String(part.count, radix: 16)
            return [.text(head), .send(Array("\(size)\r\n".utf8) + part + Array("\r\n".utf8)), cut % 2 == 0 ? .close : .reset]
        }
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": liar.url + "/v1"])
        for cut in 0..<bytes.count {
            let reply = try await hearth.chat("Question \(cut)", streamed: true)
            #expect(!reply.isWholeStream, "cut at \(cut)")
            #expect([200, 502].contains(reply.status), "cut at \(cut): \(reply.status)")
            if reply.status == 200 { #expect(reply.text.components(separatedBy: #""error":"#).count == 2, "cut at \(cut)") }
            let kept = try await hearth.chat("Question \(cut)", headers: ["Cache-Control": "only-if-cached"])
            #expect(kept.status == 504, "cut at \(cut)")
            #expect(try await hearth.chat("Another \(cut)", streamed: true).isWholeStream)
        }
        #expect(hearth.program.ending == nil)
        #expect(try await hearth.metrics().value("hearth_upstream_stream_aborts_total", ["reason": "reset"]) ?? 0 > 0)
    }

    @Test("A provider that does not stream although it is asked to is streamed all the same")
    func wholeAnswer() async throws {
        let provider = try await ScriptedServer.start { _ in
            [
                .answer(
                    #"{"id":"c","created":1,"object":"chat.completion","model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"Yes, we certainly do."},"finish_reason":"stop"}]}"#
                )
            ]
        }
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        for call in 1...2 {
            let reply = try await hearth.chat("Do you sell gift cards?", streamed: true)
            #expect(reply.isWholeStream && reply.streamedText == "Yes, we certainly do.", "call \(call)")
        }
        #expect(provider.requests.count == 1)
    }
}
