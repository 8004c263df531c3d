import HearthTestKit
import Testing

/// An official client reads the provider's form only, also where its request was refused before anybody read it.
@Suite("Refused before they were read", .serialized, .timeLimit(.minutes(5)))
struct GatewayUnreadTests {
    private static let gateway = "POST /v1/chat/completions"
    private static let own = "POST /api/v1/cache/query"

    private static func start(_ address: String, _ rest: String) -> [UInt8] {
        Array("\(address) HTTP/1.1\r\nHost: localhost\r\n\(rest)".utf8)
    }

    private static func check(_ answer: RawAnswer, _ status: Int, _ code: String, isGateway: Bool) {
        let error = answer.json["error"]
        #expect(answer.status == status, "\(answer.head)")
        #expect((isGateway ? error["code"].text : error.text) == code, "\(answer.head)")
        #expect(error["type"].text == (isGateway ? "invalid_request_error" : nil), "\(answer.head)")
    }

    @Test("Too large a header and what is not HTTP are refused in the form of what was asked, also on a connection that was used before")
    func unreadable() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let faults = [
            ("X-Large: \(String(repeating: "x", count: 20_000))\r\n\r\n", 431, "headers_too_large"),
            ("X Y: z\r\n\r\n", 400, "malformed_request"),
        ]
        for (rest, status, code) in faults {
            for (address, before) in [(Self.gateway, "GET /healthz"), (Self.own, "GET /v1/models")] {
                for isUsed in [false, true] {
                    let connection = try await RawConnection.open(port: hearth.port)
                    if isUsed {
                        try await connection.send(Self.start(before, "\r\n"))
                        #expect(try await connection.answer().status == 200)
                    }
                    connection.startSending(Self.start(address, rest))
                    let answer = try await connection.answers(isUsed ? 2 : 1).last
                    Self.check(try #require(answer), status, code, isGateway: address == Self.gateway)
                    try await connection.waitUntilClosed()
                }
            }
        }
    }

    @Test("A body, or the rest of a header, that does not come is a 408 in the form of what was asked")
    func slow() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: "listener: {limits: {headerTimeout: 4s, bodyGracePeriod: 4s}}\n")
        var connections: [(connection: RawConnection, isGateway: Bool)] = []
        for address in [Self.gateway, Self.own] {
            for rest in ["Content-Length: 40\r\n\r\n{", "X-Slow: "] {
                let connection = try await RawConnection.open(port: hearth.port)
                try await connection.send(Self.start(address, rest))
                connections.append((connection: connection, isGateway: address == Self.gateway))
            }
        }
        for (connection, isGateway) in connections {
            Self.check(try await connection.answer(), 408, "request_timeout", isGateway: isGateway)
            try await connection.waitUntilClosed()
        }
    }
}
