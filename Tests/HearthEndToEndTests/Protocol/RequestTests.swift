import HearthDrivers
import HearthTestKit
import Testing

@Suite("Requests that cannot be answered", .serialized, .timeLimit(.minutes(10)))
struct RequestTests {
    private static let path = "/api/v1/cache/query"

    @Test("Bodies that are no JSON object are a 400 in the documented form, and the service goes on")
    func malformedBodies() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        let bodies = [
            "", "{", "nonsense", "[]", "\"text\"", "null", "42", #"{"query": "a"} trailing"#, #"{"query": 1e999}"#, #"{"query": "a", }"#,
            "{'query': 'a'}", #"{"query": "\ud800"}"#, "/* comment */ {\"query\": \"a\"}", deep, #"{"query": "# + deep + "}",
            #"{"query": "a", "language": "# + deep + "}", "{\"query\": \"tab\tinside\"}",
        ]
        for body in bodies {
            let answer = try await hearth.client.post(Self.path, body)
            #expect(answer.status == 400, "\(body.prefix(60))")
            #expect(answer.json["error"].text == "invalid_request", "\(body.prefix(60))")
            #expect(answer.json["requestId"].text == answer.header("X-Request-Id"))
        }
        #expect(try await stage.provider.calls == 0)
        #expect(try await hearth.ask("Do you sell gift cards?").status == 200)
        let statistics = try await hearth.statistics()["metrics"]
        #expect(statistics["totalRequests"].integer == 1)
    }

    @Test("Bytes that are no UTF-8 are a 400")
    func invalidUTF8() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for bytes in [[0xff, 0xfe], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0x80]] as [[UInt8]] {
            let body = Array(#"{"query": "a"#.utf8) + bytes + Array(#"b"}"#.utf8)
            let answer = try await hearth.client.send(.post, Self.path, body: body)
            #expect(answer.status == 400, "\(bytes)")
            #expect(answer.json["error"].text == "invalid_request", "\(bytes)")
        }
    }

    @Test("Single faulty fields are named")
    func faultyField() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let cases = [
            (#"{"query": ""}"#, "query"), (#"{"query": "  \t "}"#, "query"), (#"{}"#, "query"), (#"{"query": 7}"#, "query"),
            (#"{"query": null}"#, "query"), (#"{"query": "a", "language": "xx"}"#, "language"),
            (#"{"query": "a", "language": "EN"}"#, "language"),
            (#"{"query": "a", "category": "weather"}"#, "category"), (#"{"query": "a", "skipCache": "yes"}"#, "skipCache"),
            (#"{"query": "a", "customerId": 5}"#, "customerId"), (#"{"query": "a", "language": ["en"]}"#, "language"),
        ]
        for (body, field) in cases {
            let answer = try await hearth.client.post(Self.path, body)
            #expect(answer.status == 400, "\(body)")
            #expect(answer.json["error"].text == "invalid_request", "\(body)")
            #expect(answer.json["details"].items.map { $0["field"].text } == [field], "\(body)")
            #expect(answer.json["details"][0]["problem"].text?.isEmpty == false, "\(body)")
        }
    }

    @Test("All faulty fields are listed at once")
    func allFaults() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let body = #"{"query": " ", "language": "xx", "category": "weather", "skipCache": 1, "customerId": []}"#
        let answer = try await hearth.client.post(Self.path, body)
        #expect(answer.status == 400)
        let fields = Set(answer.json["details"].items.compactMap { $0["field"].text })
        #expect(fields == ["query", "language", "category", "skipCache", "customerId"])
    }

    @Test("A question may have 500 characters and not 501, whatever their size in bytes")
    func length() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for letter in ["a", "ж", "👩‍👩‍👧"] {
            #expect(try await hearth.ask(String(repeating: letter, count: 500), language: "en").status == 200, "\(letter)")
            let answer = try await hearth.ask(String(repeating: letter, count: 501), language: "en")
            #expect(answer.status == 400, "\(letter)")
            #expect(answer.json["details"][0]["field"].text == "query")
        }
    }

    @Test("A body over the limit is a 413, declared or chunked, and memory stays flat")
    func tooLarge() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let before = try #require(hearth.program.residentBytes)
        let body = #"{"query": "\#(String(repeating: "x", count: 10 << 20))"}"#
        for _ in 0..<3 {
            let connection = try await RawConnection.open(port: hearth.port)
            connection.startSending(Array(RawRequest.post(body).utf8))
            let answer = try await connection.answer()
            #expect(answer.status == 413)
            #expect(answer.json["error"].text == "too_large")
            await connection.close()
        }
        let chunked = try await RawConnection.open(port: hearth.port)
        try await chunked.send("POST \(Self.path) HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = "10000\r\n\(String(repeating: "x", count: 0x10000))\r\n"
        for _ in 0..<160 where !chunked.isClosed { chunked.startSending(Array(chunk.utf8)) }
        #expect(try await chunked.answer().status == 413)
        let after = try #require(hearth.program.residentBytes)
        #expect(after - before < 48 << 20)
        #expect(try await hearth.metrics().value("hearth_http_rejections_total", ["reason": "too_large"]) == 4)
        #expect(try await hearth.ask("Do you sell gift cards?").status == 200)
    }

    @Test("Unknown routes are a 404, wrong methods a 405 with what is allowed, both in the documented form")
    func routes() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for path in ["/api/v1/nothing", "/api/v2/cache/query", "/api/v1/jobs/no-such-job", "/nothing", "/api/v1/jobs/runs/not-an-id"] {
            let answer = try await hearth.client.get(path)
            #expect(answer.status == 404, "\(path)")
            #expect(answer.json["error"].text == "not_found", "\(path)")
            #expect(answer.json["requestId"].text?.isEmpty == false, "\(path)")
            #expect(answer.header("X-Request-Id") == answer.json["requestId"].text, "\(path)")
        }
        let wrong = try await hearth.client.get(Self.path)
        #expect(wrong.status == 405)
        #expect(wrong.json["error"].text == "method_not_allowed")
        #expect(wrong.header("Allow")?.contains("POST") == true)
        #expect(try await hearth.client.send(.delete, "/metrics").status == 405)
    }

    @Test("Names of callers and paths that nobody knows make no new metric series")
    func boundedLabels() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for number in 0..<20 { _ = try await hearth.client.get("/unknown/\(number)") }
        let text = try await hearth.client.get("/metrics").text
        #expect(!text.contains("unknown/"))
    }
}
