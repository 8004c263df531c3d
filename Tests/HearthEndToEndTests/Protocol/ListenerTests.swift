import HearthTestKit
import Testing

@Suite("Clients that are slow, broken or many", .serialized, .timeLimit(.minutes(10)))
struct ListenerTests {
    /// The limits of the documents, made short enough for tests.
    private static let fastLimits = """
        listener:
          limits:
            idleTimeout: 8s
            headerTimeout: 4s
            bodyGracePeriod: 4s
            writeTimeout: 2s

        """

    @Test("Headers over the limits are a 431 and the connection is closed")
    func headersTooLarge() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let tooLarge = [
            "X-Large: \(String(repeating: "x", count: 20_000))\r\n",
            String(repeating: "X-Many: y\r\n", count: 150),
            String(repeating: "X-Some: \(String(repeating: "z", count: 1000))\r\n", count: 30),
        ]
        for headers in tooLarge {
            let connection = try await RawConnection.open(port: hearth.port)
            connection.startSending(Array("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n".utf8))
            let answer = try await connection.answer()
            #expect(answer.status == 431)
            #expect(answer.json["error"].text == "headers_too_large")
            #expect(answer.header("Connection")?.lowercased() == "close")
            try await connection.waitUntilClosed()
        }
        #expect(try await hearth.metrics().value("hearth_http_rejections_total", ["reason": "headers_too_large"]) == 3)
    }

    @Test("An endless header is cut off at the limit, and memory stays flat")
    func endlessHeader() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let before = try #require(hearth.program.residentBytes)
        let connection = try await RawConnection.open(port: hearth.port)
        connection.startSending(Array("GET / HTTP/1.1\r\nHost: localhost\r\n".utf8))
        for number in 0..<20_000 where !connection.isClosed {
            connection.startSending(Array("X-\(number): \(String(repeating: "y", count: 1000))\r\n".utf8))
        }
        try await connection.waitUntilClosed()
        let after = try #require(hearth.program.residentBytes)
        #expect(after - before < 32 << 20)
        #expect(try await hearth.client.get("/healthz").status == 200)
    }

    @Test("What is not HTTP is a 400 and the connection is closed")
    func garbage() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let garbage = ["garbage\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\r\nBad Header\r\n\r\n"]
        for bytes in garbage {
            let connection = try await RawConnection.open(port: hearth.port)
            try await connection.send(bytes)
            let answer = try await connection.answer()
            #expect(answer.status == 400)
            #expect(answer.json["error"].text == "malformed_request")
            try await connection.waitUntilClosed()
        }
        #expect(try await hearth.client.get("/healthz").status == 200)
        #expect(try await hearth.metrics().value("hearth_http_rejections_total", ["reason": "malformed"]) == Double(garbage.count))
    }

    @Test("Lengths that contradict each other are refused, so that no request can be smuggled")
    func smuggling() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let start = "POST /api/v1/cache/query HTTP/1.1\r\nHost: localhost\r\n"
        let lengths = [
            "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: -1\r\n",
            "Content-Length: 99999999999999999999\r\n", "Transfer-Encoding: gzip\r\n",
        ]
        for fields in lengths {
            let connection = try await RawConnection.open(port: hearth.port)
            try await connection.send(start + fields + "\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try await connection.waitUntilClosed()
            // Silence is a refusal too; an answer to the second request is not.
            #expect(connection.received.isEmpty || connection.received.firstMatch(of: /^HTTP\/1.1 [45]/) != nil, "\(fields)")
            #expect(!connection.received.contains("hearth_cache_requests_total"), "\(fields)")
        }
    }

    @Test("A body that does not come is a 408 within the limits")
    func slowBody() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Self.fastLimits)
        let clock = ContinuousClock()
        let begin = clock.now
        let connection = try await RawConnection.open(port: hearth.port)
        try await connection.send(
            "POST /api/v1/cache/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n\r\n{\"query\": \"What")
        let answer = try await connection.answer()
        #expect(answer.status == 408)
        #expect(answer.json["error"].text == "request_timeout")
        #expect(clock.now - begin < .seconds(30))
        try await connection.waitUntilClosed()
        #expect(try await hearth.metrics().value("hearth_http_rejections_total", ["reason": "body_timeout"]) == 1)
    }

    @Test("A header that is never finished is a 408 within the limits, also when it drips")
    func slowHeader() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Self.fastLimits)
        let connection = try await RawConnection.open(port: hearth.port)
        let dripping = try await RawConnection.open(port: hearth.port)
        try await connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        try await dripping.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        try await Deadline.until("the dripping header is refused") {
            dripping.startSending([UInt8(ascii: "a")])
            return dripping.isClosed
        }
        #expect(try await connection.answer().status == 408)
        #expect(dripping.received.hasPrefix("HTTP/1.1 408 "))
        try await connection.waitUntilClosed()
        #expect(try await hearth.metrics().value("hearth_http_rejections_total", ["reason": "header_timeout"]) == 2)
    }

    @Test("A connection that says nothing is closed after the idle time, one that was used likewise")
    func idle() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Self.fastLimits)
        let silent = try await RawConnection.open(port: hearth.port)
        let used = try await RawConnection.open(port: hearth.port)
        try await used.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try await used.answer().status == 200)
        // A minute by default.
        try await silent.waitUntilClosed(within: .seconds(40))
        try await used.waitUntilClosed(within: .seconds(40))
        #expect(silent.received.isEmpty)
    }

    @Test("A client that never reads its answers is given up, and memory stays bounded meanwhile")
    func neverReads() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Self.fastLimits)
        _ = try await hearth.metrics()
        let before = try #require(hearth.program.residentBytes)
        let connection = try await RawConnection.open(port: hearth.port, reads: false)
        // The metrics are the largest answer; some hundreds fill every buffer on the way.
        let request = Array("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
        connection.startSending(Array(repeatElement(request, count: 1000).joined()))
        try await Deadline.until("the connection is given up") {
            try await hearth.metrics().value("hearth_http_rejections_total", ["reason": "write_timeout"]) == 1
        }
        let after = try #require(hearth.program.residentBytes)
        #expect(after - before < 48 << 20)
        #expect(try await hearth.ask("Do you sell gift cards?").status == 200)
    }

    @Test("2,000 idle connections: those over the limit for one address are turned away, the others closed in time, the service answers")
    func manyConnections() async throws {
        let stage = try await Stage()
        let settings = Self.fastLimits.replacing("idleTimeout: 8s", with: "idleTimeout: 20s")
        let hearth = try await stage.start(settings: settings)
        _ = try await hearth.ask("Do you sell gift cards?")
        let before = try #require(hearth.program.residentBytes)
        let connections = try await Self.open(2000, port: hearth.port)
        try await Deadline.until("all but 200 are turned away") { connections.count { !$0.isClosed } <= 200 }
        #expect(connections.count { !$0.isClosed } >= 190)
        let during = try #require(hearth.program.residentBytes)
        #expect(during - before < 64 << 20)
        // The client of this test has its connection from before, so it is not among those turned away.
        #expect(try await hearth.ask("Do you sell gift cards?").json["cached"].bool == true)
        try await Deadline.until("the idle ones are closed") { connections.allSatisfy(\.isClosed) }
        let samples = try await hearth.metrics()
        #expect(samples.value("hearth_http_rejections_total", ["reason": "connections_per_address"]).map { $0 >= 1790 } == true)
        #expect(samples.value("hearth_http_rejections_total", ["reason": "idle_timeout"]).map { $0 >= 190 } == true)
    }

    @Test("2,000 connections that the limits allow are all held and cost little")
    func manyAllowed() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: "listener:\n  limits:\n    connectionsPerAddress: 5000\n")
        let before = try #require(hearth.program.residentBytes)
        let connections = try await Self.open(2000, port: hearth.port)
        try await Deadline.until("all are counted") { try await hearth.metrics().value("hearth_http_connections") ?? 0 >= 2000 }
        #expect(connections.allSatisfy { !$0.isClosed })
        let during = try #require(hearth.program.residentBytes)
        #expect(during - before < 128 << 20)
        #expect(try await hearth.ask("Do you sell gift cards?").status == 200)
    }

    private static func open(_ count: Int, port: Int) async throws -> [RawConnection] {
        try await withThrowingTaskGroup(of: [RawConnection].self) { group in
            let openers = 20
            for _ in 0..<openers {
                group.addTask {
                    var connections: [RawConnection] = []
                    for _ in 0..<(count / openers) { connections.append(try await RawConnection.open(port: port)) }
                    return connections
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}
