import HearthTestKit
import Testing

@Suite("Several requests on one connection", .serialized, .timeLimit(.minutes(10)))
struct PipeliningTests {
    @Test("Memory hits and misses that are sent at once come back in order")
    func order() async throws {
        let stage = try await Stage(latencyMilliseconds: 300)
        let hearth = try await stage.start()
        _ = try await hearth.ask("Do you sell gift cards?")
        let questions = [
            "Do you sell gift cards?", "Do you repair umbrellas?", "Do you sell gift cards?", "", "Is there parking?",
            "Do you sell gift cards?", "Do you repair umbrellas?",
        ]
        let connection = try await RawConnection.open(port: hearth.port)
        let requests = questions.enumerated().map { RawRequest.query($1, headers: "X-Request-Id: number-\($0)\r\n") }
        try await connection.send(requests.joined())
        let answers = try await connection.answers(questions.count)
        #expect(answers.map { $0.header("X-Request-Id") } == questions.indices.map { "number-\($0)" })
        #expect(answers.map(\.status) == [200, 200, 200, 400, 200, 200, 200])
        #expect(answers[1].json["response"].text?.contains("umbrellas") == true)
        #expect(answers[4].json["response"].text?.contains("parking") == true)
        #expect(answers[0].json["response"] == answers[2].json["response"])
        #expect(answers[1].json["response"] == answers[6].json["response"])
        #expect(try await stage.provider.calls == 3)
    }

    @Test("Requests cut into single bytes are answered like whole ones")
    func dripping() async throws {
        let stage = try await Stage()
        // A machine that tests everything else meanwhile takes its time over each byte.
        let hearth = try await stage.start(
            settings: "cache:\n  lookupDeadline: 5s\nlistener:\n  limits:\n    headerTimeout: 2m\n    bodyGracePeriod: 2m\n")
        _ = try await hearth.ask("Do you sell gift cards?")
        let connection = try await RawConnection.open(port: hearth.port)
        for byte in Array((RawRequest.query("Do you sell gift cards?") + RawRequest.query("Is there parking?")).utf8) {
            try await connection.send([byte])
        }
        let answers = try await connection.answers(2)
        #expect(answers.map(\.status) == [200, 200])
        #expect(answers.map { $0.json["cached"].bool } == [true, false])
    }

    @Test("Expect: 100-continue is answered before the body is sent")
    func expectContinue() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        _ = try await hearth.ask("Do you sell gift cards?")
        let body = RunningHearth.body("Do you sell gift cards?")
        let connection = try await RawConnection.open(port: hearth.port)
        try await connection.send(
            "POST /api/v1/cache/query HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
        // A server may also wait for the body at once (RFC 9110, 10.1.1); then it must not fail when the body comes.
        try await connection.send(body)
        let answer = try await Deadline.value("a final answer") {
            try await connection.answers(1).first { $0.status >= 200 }
        }
        #expect(answer.status == 200)
    }

    @Test("Connection: close and HTTP/1.0 end the connection after the answer")
    func closing() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        _ = try await hearth.ask("Do you sell gift cards?")
        let close = try await RawConnection.open(port: hearth.port)
        try await close.send(RawRequest.query("Do you sell gift cards?", headers: "Connection: close\r\n"))
        #expect(try await close.answer().status == 200)
        try await close.waitUntilClosed(within: .seconds(20))
        let old = try await RawConnection.open(port: hearth.port)
        try await old.send(RawRequest.query("Do you sell gift cards?").replacing("HTTP/1.1", with: "HTTP/1.0"))
        #expect(try await old.answer().status == 200)
        try await old.waitUntilClosed(within: .seconds(20))
    }

    @Test("A client that ends its side after the request still gets its answer")
    func halfClose() async throws {
        let stage = try await Stage(latencyMilliseconds: 200)
        let hearth = try await stage.start()
        for _ in 0..<2 {
            let connection = try await RawConnection.open(port: hearth.port)
            try await connection.send(RawRequest.query("Do you repair umbrellas?"))
            try await connection.finishSending()
            #expect(try await connection.answer().status == 200)
        }
    }
}
