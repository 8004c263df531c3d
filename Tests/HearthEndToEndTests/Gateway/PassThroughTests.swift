import Foundation
import HearthDrivers
import HearthTestKit
import Testing

@Suite("What is passed through untouched", .serialized, .timeLimit(.minutes(2)))
struct PassThroughTests {
    private static let settings = """
        cache: {lookupDeadline: 5s}
        gateway:
          passThrough: ["POST /v1/responses", "GET /v1/files/{id}", "DELETE /v1/files/{id}"]
        """

    private static func start(_ provider: ScriptedServer, on stage: Stage) async throws -> RunningHearth {
        try await stage.start(settings: settings, environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
    }

    @Test("Status, headers and body come back as they are, under Hearth's key")
    func untouched() async throws {
        let provider = try await ScriptedServer.start { request in
            [
                .answer(
                    status: request.head.hasPrefix("DELETE") ? 418 : 200, type: "application/x-thing",
                    headers: "OpenAI-Version: 2020-10-01\r\nSet-Cookie: a=b\r\nx-ratelimit-remaining-requests: 7\r\n", "\u{1}raw\r\n bytes")
            ]
        }
        let stage = try await Stage()
        let hearth = try await Self.start(provider, on: stage)
        let reply = try await hearth.client.get(
            "/v1/files/file-1?after=2&limit=1", headers: ["OpenAI-Beta": "files=1", "Authorization": "Bearer the-callers", "Cookie": "a=b"])
        #expect(reply.status == 200 && reply.text == "\u{1}raw\r\n bytes")
        #expect(reply.header("Content-Type") == "application/x-thing")
        #expect(reply.header("OpenAI-Version") == "2020-10-01")
        #expect(reply.header("x-ratelimit-remaining-requests") == "7")
        #expect(reply.header("Set-Cookie") == nil)
        let asked = try #require(provider.requests.first)
        #expect(asked.head.hasPrefix("GET /v1/files/file-1?after=2&limit=1 HTTP/1.1"))
        #expect(asked.header("Authorization") == "Bearer sk-end-to-end-tests")
        #expect(asked.header("OpenAI-Beta") == "files=1")
        #expect(asked.header("Cookie") == nil)
        #expect(try await hearth.client.send(.delete, "/v1/files/file-1").status == 418)
        let posted = try await hearth.client.post("/v1/responses", #"{"a": 1,  "b":2}"#, headers: ["Content-Type": "application/json"])
        #expect(posted.status == 200)
        #expect(provider.requests.last.map { String(decoding: $0.body, as: UTF8.self) } == #"{"a": 1,  "b":2}"#)
        #expect(try await hearth.metrics().value("hearth_gateway_routing_total", ["event": "passed"]) == 3)
    }

    @Test("A body without a type gets none, and who says nothing of what he takes is not spoken for")
    func nothingAdded() async throws {
        let provider = try await ScriptedServer.start { _ in [.answer("{}")] }
        let stage = try await Stage()
        let hearth = try await Self.start(provider, on: stage)
        let connection = try await RawConnection.open(port: hearth.port)
        try await connection.send("POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")
        try await connection.waitUntilClosed()
        let asked = try #require(provider.requests.first)
        #expect(asked.header("Content-Type") == nil && asked.header("Accept") == nil, "\(asked.head)")
    }

    @Test("A stream arrives piece by piece, and one that breaks off breaks off for the caller too")
    func streaming() async throws {
        let provider = try await ScriptedServer.start { request in
            [
                .text(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "e\r\ndata: {\"a\":1}\n\r\n"),
                .wait(.milliseconds(400)),
                request.number == 0 ? .text("5\r\nend\n\n\r\n0\r\n\r\n") : .reset,
            ]
        }
        let stage = try await Stage()
        let hearth = try await Self.start(provider, on: stage)
        for round in 0..<2 {
            let connection = try await RawConnection.open(port: hearth.port)
            try await connection.send("POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
            try await Deadline.until("the first piece is there") { connection.received.contains("{\"a\":1}") }
            #expect(!connection.received.contains("end"))
            if round == 0 {
                try await Deadline.until("the rest is there") { connection.received.hasSuffix("0\r\n\r\n") }
            } else {
                try await connection.waitUntilClosed()
                #expect(!connection.received.hasSuffix("0\r\n\r\n"))
            }
        }
    }

    @Test(
        "Everything else is refused before the provider hears of it",
        arguments: ["/v1/files", "/v1/files/a%2f..%2fb", "/v1/files/..", "/v1/batches", "/v1/organization/users", "/v1/responses/1"])
    func refused(path: String) async throws {
        let provider = try await ScriptedServer.start { _ in [.answer("{}")] }
        let stage = try await Stage()
        let hearth = try await Self.start(provider, on: stage)
        let connection = try await RawConnection.open(port: hearth.port)
        try await connection.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        try await connection.waitUntilClosed()
        #expect(connection.received.hasPrefix("HTTP/1.1 404"), "\(connection.received.prefix(200))")
        #expect(connection.received.contains("invalid_request_error"))
        #expect(provider.requests.isEmpty)
    }

    @Test("A provider that is not there is a 502 in its form")
    func gone() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Self.settings, environment: ["OPENAI_BASE_URL": "http://127.0.0.1:9/v1"])
        let reply = try await hearth.client.post("/v1/responses", "{}")
        #expect(reply.status == 502 && reply.json["error"]["code"].text == "upstream_failed")
        #expect(try await hearth.client.get("/v1/chat/completions").status == 405)
    }

    @Test("A refused key is Hearth's affair: what the provider says of it stays here")
    func refusedKey() async throws {
        let provider = try await ScriptedServer.start { _ in
            [
                .answer(
                    status: 401, headers: "WWW-Authenticate: Bearer realm=provider\r\n",
                    #"{"error": {"message": "Incorrect API key provided: sk-end-to-***sts"}}"#)
            ]
        }
        let stage = try await Stage()
        let hearth = try await Self.start(provider, on: stage)
        let reply = try await hearth.client.post("/v1/responses", "{}")
        #expect(reply.status == 502 && reply.json["error"]["code"].text == "upstream_failed", "\(reply.text)")
        #expect(!reply.text.contains("sk-end") && reply.header("WWW-Authenticate") == nil)
    }

    @Test("Calls that take too long do not keep others from the provider")
    func slow() async throws {
        let provider = try await ScriptedServer.start { request in
            guard request.head.contains("/chat/completions") else { return [.stall] }
            return [
                .answer(
                    #"{"id":"c","created":1,"object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Yes, we do."},"finish_reason":"stop"}]}"#
                )
            ]
        }
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: Self.settings + "\nprovider: {streamIdleTimeout: 200ms}\n", environment: ["OPENAI_BASE_URL": provider.url + "/v1"])
        for _ in 0..<10 { #expect(try await hearth.client.post("/v1/responses", "{}").status == 504) }
        #expect(try await hearth.chat("Do you mend kites?").status == 200)
        #expect(try await hearth.metrics().value("hearth_upstream_breaker_state", ["state": "open"]) ?? 0 == 0)
    }

    @Test("A call ends at the provider when its caller has gone, before its answer has begun and after", arguments: [false, true])
    func leaving(hasBegun: Bool) async throws {
        let provider = try await ScriptedServer.start { _ in
            (hasBegun ? [.text("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nOne")] : []) + [.stall]
        }
        let stage = try await Stage()
        let hearth = try await Self.start(provider, on: stage)
        let connection = try await RawConnection.open(port: hearth.port)
        try await connection.send("POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
        try await Deadline.until("the provider is asked") {
            provider.requests.count == 1 && (!hasBegun || connection.received.hasSuffix("One"))
        }
        await connection.close()
        try await Deadline.until("the provider is left") { provider.openConnections == 0 }
        try await Deadline.until("the slot is free") { try await hearth.metrics().value("hearth_upstream_requests_in_flight") == 0 }
    }
}
