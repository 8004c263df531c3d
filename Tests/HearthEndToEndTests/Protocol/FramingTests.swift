import HearthTestKit
import Testing

@Suite("Where one request ends and the next begins", .serialized, .timeLimit(.minutes(5)))
struct FramingTests {
    /// The request that must not be reached by way of another one's body.
    private static let smuggled = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
    private static let body = #"{"query": "Do you sell gift cards?"}"#
    private static let start = "POST /api/v1/cache/query HTTP/1.1\r\nHost: localhost\r\n"
    private static let length = String(body.utf8.count)
    private static let size = String(body.utf8.count, radix: 16)
    private static let chunk = "\(size)\r\n\(body)\r\n0\r\n\r\n"

    /// What two servers in a row could read differently. Each is followed by a request of the attacker's.
    static let refused: [(name: String, bytes: String)] = [
        ("a length and chunks", "\(start)Content-Length: \(length)\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)"),
        ("chunks and a length", "\(start)Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n\(chunk)"),
        ("two lengths", "\(start)Content-Length: \(length)\r\nContent-Length: 1\r\n\r\n\(body)"),
        ("the same length twice", "\(start)Content-Length: \(length)\r\nContent-Length: \(length)\r\n\r\n\(body)"),
        ("a list of lengths", "\(start)Content-Length: \(length), \(length)\r\n\r\n\(body)"),
        ("a length with a sign", "\(start)Content-Length: +\(length)\r\n\r\n\(body)"),
        ("a negative length", "\(start)Content-Length: -1\r\n\r\n\(body)"),
        ("a hexadecimal length", "\(start)Content-Length: 0x\(size)\r\n\r\n\(body)"),
        ("a length with an underscore", "\(start)Content-Length: 3_6\r\n\r\n\(body)"),
        ("an empty length", "\(start)Content-Length: \r\n\r\n\(body)"),
        ("a length beyond 64 bits", "\(start)Content-Length: 18446744073709551652\r\n\r\n\(body)"),
        ("a space before the colon", "\(start)Content-Length : \(length)\r\n\r\n\(body)"),
        ("a coding with a space before the colon", "\(start)Transfer-Encoding : chunked\r\n\r\n\(chunk)"),
        ("another coding before chunked", "\(start)Transfer-Encoding: gzip, chunked\r\n\r\n\(chunk)"),
        ("another coding after chunked", "\(start)Transfer-Encoding: chunked, identity\r\n\r\n\(chunk)"),
        ("chunked twice", "\(start)Transfer-Encoding: chunked, chunked\r\n\r\n\(chunk)"),
        ("an empty coding before chunked", "\(start)Transfer-Encoding: ,chunked\r\n\r\n\(chunk)"),
        ("an unknown coding", "\(start)Transfer-Encoding: xchunked\r\n\r\n\(chunk)"),
        ("a quoted coding", "\(start)Transfer-Encoding: \"chunked\"\r\n\r\n\(chunk)"),
        ("two coding fields", "\(start)Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n\(chunk)"),
        ("a coding behind a vertical tab", "\(start)Transfer-Encoding:\u{b}chunked\r\n\r\n\(chunk)"),
        (
            "chunks in HTTP/1.0",
            "POST /api/v1/cache/query HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n\(chunk)"
        ),
        ("a folded field", "\(start)X-Folded: a\r\n b\r\nContent-Length: \(length)\r\n\r\n\(body)"),
        ("a folded coding", "\(start)Transfer-Encoding:\r\n chunked\r\n\r\n\(chunk)"),
        ("a folded first field", "GET /healthz HTTP/1.1\r\n Host: localhost\r\n\r\n"),
        ("bare line feeds", "POST /api/v1/cache/query HTTP/1.1\nHost: localhost\nContent-Length: \(length)\n\n\(body)"),
        ("a bare line feed in a value", "\(start)X-A: b\nX-B: c\r\nContent-Length: \(length)\r\n\r\n\(body)"),
        ("a bare carriage return in a value", "\(start)X-A: b\rX-B: c\r\nContent-Length: \(length)\r\n\r\n\(body)"),
        ("a zero byte in a value", "\(start)X-A: b\0c\r\nContent-Length: \(length)\r\n\r\n\(body)"),
        ("a chunk's extension that ends with a line feed", "\(start)Transfer-Encoding: chunked\r\n\r\n\(size);a\n\(body)\r\n0\r\n\r\n"),
        ("a chunk's extension with a carriage return", "\(start)Transfer-Encoding: chunked\r\n\r\n\(size);a\rb\r\n\(body)\r\n0\r\n\r\n"),
        ("a chunk size with a sign", "\(start)Transfer-Encoding: chunked\r\n\r\n+\(size)\r\n\(body)\r\n0\r\n\r\n"),
        ("a chunk size with a prefix", "\(start)Transfer-Encoding: chunked\r\n\r\n0x\(size)\r\n\(body)\r\n0\r\n\r\n"),
        ("a space after a chunk size", "\(start)Transfer-Encoding: chunked\r\n\r\n\(size) \r\n\(body)\r\n0\r\n\r\n"),
        ("a space before a chunk size", "\(start)Transfer-Encoding: chunked\r\n\r\n \(size)\r\n\(body)\r\n0\r\n\r\n"),
        ("no chunk size", "\(start)Transfer-Encoding: chunked\r\n\r\n\r\n\(body)\r\n0\r\n\r\n"),
        ("a chunk size beyond 64 bits", "\(start)Transfer-Encoding: chunked\r\n\r\n1000000000000000\(size)\r\n\(body)\r\n0\r\n\r\n"),
        ("a chunk size that ends with a line feed", "\(start)Transfer-Encoding: chunked\r\n\r\n\(size)\n\(body)\r\n0\r\n\r\n"),
        ("a chunk that ends with a line feed", "\(start)Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(body)\n0\r\n\r\n"),
        ("a chunk without an end", "\(start)Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(body)0\r\n\r\n"),
        ("no empty line after the last chunk", "\(start)Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(body)\r\n0\r\n"),
        (
            "a length behind the last chunk",
            "\(start)Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(body)\r\n0\r\nContent-Length: 5\r\n\r\n"
        ),
        ("HTTP/0.9", "GET /healthz\r\n\r\n"),
        ("HTTP/1.32", "GET /healthz HTTP/1.32\r\nHost: localhost\r\n\r\n"),
        ("HTTP/2.0", "GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n"),
        ("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("no host", "GET /healthz HTTP/1.1\r\n\r\n"),
        ("two hosts", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n"),
        ("a host with a user", "GET /healthz HTTP/1.1\r\nHost: hearth@evil\r\n\r\n"),
        ("a host with a fragment", "GET /healthz HTTP/1.1\r\nHost: evil#hearth\r\n\r\n"),
        ("a host with a path", "GET /healthz HTTP/1.1\r\nHost: hearth/admin\r\n\r\n"),
        ("a host with a space", "GET /healthz HTTP/1.1\r\nHost: hearth evil\r\n\r\n"),
        ("a space in a field's name", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX Y: z\r\n\r\n"),
        ("a control character in a field's name", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX\u{1}: z\r\n\r\n"),
        ("a field without a name", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n: z\r\n\r\n"),
        ("tabs in the first line", "GET\t/healthz\tHTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ]

    /// What is unusual and can be read in one way only.
    static let accepted = [
        "\(start)Transfer-Encoding: CHUNKED\r\n\r\n\(chunk)",
        "\(start)Transfer-Encoding: chunked\r\n\r\n\(size);name=value\r\n\(body)\r\n0\r\n\r\n",
        "\(start)Content-Length: \(length) \r\n\r\n\(body)", "\(start)Content-Length: 000\(length)\r\n\r\n\(body)",
        "\r\n\r\nGET /healthz HTTP/1.1\r\nHost: [::1]:4327\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc",
    ]

    @Test("What could be read in two ways gets one 400 and the end of the connection, and what follows it is never read")
    func refusals() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for (name, bytes) in Self.refused {
            let connection = try await RawConnection.open(port: hearth.port)
            try await connection.send(bytes + Self.smuggled)
            try await connection.waitUntilClosed(within: .seconds(20))
            #expect(connection.received.hasPrefix("HTTP/1.1 400 "), "\(name): \(connection.received.prefix(80))")
            #expect(connection.received.ranges(of: "HTTP/1.1 ").count == 1, "\(name)")
            #expect(!connection.received.contains("hearth_cache_requests_total"), "\(name)")
        }
        let samples = try await hearth.metrics()
        #expect(samples.value("hearth_http_rejections_total", ["reason": "malformed"]) == Double(Self.refused.count))
        #expect(try await hearth.ask("Do you sell gift cards?").json["cached"].bool == false)
    }

    @Test("What is unusual and can be read in one way only is answered, and so is what follows")
    func unusual() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for bytes in Self.accepted {
            let connection = try await RawConnection.open(port: hearth.port)
            try await connection.send(bytes + "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await connection.answers(2).map(\.status) == [200, 200], "\(bytes)")
            await connection.close()
        }
    }

    @Test("Good requests before a bad one are answered first, also those that take time")
    func goodBeforeBad() async throws {
        let stage = try await Stage(latencyMilliseconds: 300)
        let hearth = try await stage.start()
        let connection = try await RawConnection.open(port: hearth.port)
        try await connection.send(
            RawRequest.query("Is there parking?") + RawRequest.query("Do you sell gift cards?") + "garbage\r\n\r\n" + Self.smuggled)
        let answers = try await connection.answers(3)
        #expect(answers.map(\.status) == [200, 200, 400])
        #expect(answers[0].json["response"].text?.contains("parking") == true)
        try await connection.waitUntilClosed(within: .seconds(20))
        #expect(connection.received.ranges(of: "HTTP/1.1 ").count == 3)
    }
}
