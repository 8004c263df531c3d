import Foundation
import HearthDrivers
import HearthTestKit
import Testing

/// One client and one scripted server for a test; both are ended after it.
func withClient(
    limits: CurlClient.Limits = CurlClient.Limits(),
    script: @escaping ScriptedServer.Script,
    _ body: (CurlClient, ScriptedServer) async throws -> Void
) async throws {
    let client = try CurlClient(limits: limits)
    let server = try await ScriptedServer.start(script)
    do {
        try await body(client, server)
    } catch {
        await client.shutdown()
        await server.stop()
        throw error
    }
    await client.shutdown()
    await server.stop()
}

func kind(of work: () async throws(HTTPClientError) -> HTTPClientResponse) async -> HTTPClientError.Kind? {
    do throws(HTTPClientError) {
        _ = try await work()
        return nil
    } catch {
        return error.kind
    }
}

@Suite("HTTP client", .timeLimit(.minutes(10)))
struct CurlClientTests {
    @Test("A request arrives as it was given and its answer comes back whole")
    func exchange() async throws {
        try await withClient(script: { _ in [.answer(status: 201, headers: "X-Two: second\r\n", "{\"ok\":true}")] }) { client, server in
            let response = try await client.send(
                HTTPClientRequest(
                    method: .post, url: server.url + "/path?x=1", headers: [.init("Authorization", "Bearer k"), .init("X-Empty", "")],
                    body: Array("hello".utf8)))
            #expect(response.status == 201)
            #expect(response.body == Array("{\"ok\":true}".utf8))
            #expect(response.headers["x-two"] == "second")
            #expect(!response.reusedConnection)
            let request = try #require(server.requests.first)
            #expect(request.head.hasPrefix("POST /path?x=1 HTTP/1.1\r\n"))
            #expect(request.header("Authorization") == "Bearer k")
            #expect(request.header("X-Empty") == "")
            #expect(request.header("Expect") == nil)
            #expect(request.body == Array("hello".utf8))
        }
    }

    @Test("Each method is sent under its name", arguments: [HTTPClientRequest.Method.get, .post, .put, .delete])
    func methods(method: HTTPClientRequest.Method) async throws {
        try await withClient(script: { _ in [.answer("x")] }) { client, server in
            let body = method == .get ? [] : Array("b".utf8)
            let response = try await client.send(HTTPClientRequest(method: method, url: server.url + "/", body: body))
            #expect(response.status == 200)
            #expect(server.requests.first?.head.hasPrefix("\(method.rawValue) / ") == true)
            #expect(server.requests.first?.body == body)
        }
    }

    @Test("A post without a body is sent at once, with a length of zero")
    func emptyPost() async throws {
        try await withClient(script: { _ in [.answer("x")] }) { client, server in
            _ = try await client.send(HTTPClientRequest(method: .post, url: server.url + "/"))
            #expect(server.requests.first?.header("Content-Length") == "0")
        }
    }

    @Test("Ten requests in a row use one connection")
    func reuse() async throws {
        try await withClient(script: { _ in [.answer("x")] }) { client, server in
            var reused = 0
            for _ in 0..<10 {
                if try await client.send(HTTPClientRequest(url: server.url)).reusedConnection { reused += 1 }
            }
            #expect(server.connections == 1)
            #expect(reused == 9)
        }
    }

    @Test("Two hundred requests at once are all answered, each with its own answer")
    func manyAtOnce() async throws {
        let script: ScriptedServer.Script = { request in [.answer(request.header("X-Number") ?? "none")] }
        try await withClient(script: script) { client, server in
            let url = server.url
            let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let request = HTTPClientRequest(url: url, headers: [.init("X-Number", "\(number)")])
                        return try await client.send(request).body != Array("\(number)".utf8)
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wrong == 0)
            try await Deadline.until("all are taken off the list") { client.openRequests == 0 }
        }
    }

    @Test("A redirect is handed back and not followed")
    func redirect() async throws {
        try await withClient(script: { _ in [.answer(status: 302, headers: "Location: /elsewhere\r\n", "")] }) { client, server in
            let response = try await client.send(HTTPClientRequest(url: server.url))
            #expect(response.status == 302)
            #expect(server.requests.count == 1)
        }
    }

    @Test(
        "Interim answers, trailers, chunk extensions and a missing length give the same answer",
        arguments: [
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Kept: yes\r\n\r\nhello",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Kept: yes\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nX-Kept: yes\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=1\r\nhello\r\n0\r\nX-Kept: trailer\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX-Kept: yes\r\nConnection: close\r\n\r\nhello",
            "HTTP/1.0 200 OK\nX-Kept:yes\nContent-Length: 5\n\nhello",
        ])
    func oddForms(bytes: String) async throws {
        try await withClient(script: { _ in [.text(bytes), .close] }) { client, server in
            let response = try await client.send(HTTPClientRequest(url: server.url))
            #expect(response.status == 200)
            #expect(response.body == Array("hello".utf8))
            #expect(response.headers["X-Kept"] == "yes")
        }
    }

    @Test("Proxies of the environment are ignored")
    func proxy() async {
        // In a process of its own: changing the environment is not safe beside other threads.
        await #expect(processExitsWith: .success) {
            for name in ["http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"] {
                // Nothing listens on port 9; a client that asked the proxy would fail. The texts are copied by the call.
                unsafe setenv(name, "http://127.0.0.1:9", 1)
            }
            try await withClient(script: { _ in [.answer("direct")] }) { client, server in
                let body = try await client.send(HTTPClientRequest(url: server.url)).body
                precondition(body == Array("direct".utf8))
            }
        }
    }
}
