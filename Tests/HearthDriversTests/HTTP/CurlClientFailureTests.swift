import HearthDrivers
import HearthTestKit
import Testing

@Suite("HTTP client, when things go wrong", .timeLimit(.minutes(10)))
struct CurlClientFailureTests {
    @Test("An unused port is a refused connection, and the text names the host and what to do")
    func refused() async throws {
        let client = try CurlClient()
        let port = try await FreePort.find()
        do throws(HTTPClientError) {
            _ = try await client.send(HTTPClientRequest(url: "http://user:hunter2@127.0.0.1:\(port)/secret-path"))
            Issue.record("There was an answer from a port that nobody listens on.")
        } catch {
            #expect(error.kind == .connect)
            #expect("\(error)".contains("127.0.0.1:\(port)"))
            #expect("\(error)".contains("Check the address"))
            #expect(!"\(error)".contains("hunter2"))
            #expect(!"\(error)".contains("secret-path"))
        }
        await client.shutdown()
    }

    @Test("A name that does not resolve is told from a refused connection")
    func resolve() async throws {
        let client = try CurlClient()
        let failure = await kind { () throws(HTTPClientError) in
            try await client.send(HTTPClientRequest(url: "http://no-such-host.invalid/"))
        }
        #expect(failure == .resolve)
        await client.shutdown()
    }

    @Test("A silent server ends with the total time limit")
    func totalTimeout() async throws {
        try await withClient(script: { _ in [.stall] }) { client, server in
            let failure = await kind { () throws(HTTPClientError) in
                try await client.send(HTTPClientRequest(url: server.url, totalTimeout: .seconds(1)))
            }
            #expect(failure == .totalTimeout)
        }
    }

    @Test("One byte after another for ever ends with the total time limit too")
    func drip() async throws {
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n".utf8) + [UInt8](repeating: 0x20, count: 5000)
        try await withClient(script: { _ in [.drip(bytes, every: .milliseconds(2))] }) { client, server in
            let failure = await kind { () throws(HTTPClientError) in
                try await client.send(HTTPClientRequest(url: server.url, totalTimeout: .seconds(1)))
            }
            #expect(failure == .totalTimeout)
        }
    }

    @Test(
        "A body over the limit is cut, whether announced, chunked or endless",
        arguments: [
            ScriptedServer.Step.text("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\nx"),
            .sendEndlessly(Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + [UInt8](repeating: 0x61, count: 1 << 16)),
        ])
    func tooLarge(step: ScriptedServer.Step) async throws {
        try await withClient(script: { _ in [step, .stall] }) { client, server in
            let failure = await kind { () throws(HTTPClientError) in
                try await client.send(HTTPClientRequest(url: server.url, maximumResponseBytes: 100_000))
            }
            #expect(failure == .tooLarge)
        }
    }

    @Test("A body of exactly the limit is taken")
    func exactLimit() async throws {
        try await withClient(script: { _ in [.answer("12345")] }) { client, server in
            let response = try await client.send(HTTPClientRequest(url: server.url, maximumResponseBytes: 5))
            #expect(response.body.count == 5)
        }
    }

    @Test(
        "Endless headers and endless interim answers are cut",
        arguments: [
            "X-Header: " + String(repeating: "x", count: 500) + "\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 103 E\r\n",
        ])
    func endlessHeaders(line: String) async throws {
        let script: ScriptedServer.Script = { _ in [.text("HTTP/1.1 200 OK\r\n"), .sendEndlessly(Array(line.utf8))] }
        try await withClient(script: script) { client, server in
            let failure = await kind { () throws(HTTPClientError) in
                try await client.send(HTTPClientRequest(url: server.url, totalTimeout: .seconds(50)))
            }
            #expect(failure == .tooLarge || failure == .reset || failure == .protocolViolation)
        }
    }

    @Test(
        "Garbage, a closed and a reset connection are failures",
        arguments: [
            ([ScriptedServer.Step.text("SSH-2.0-OpenSSH_9.2\r\n"), .close], "garbage"),
            ([.close], "closed"),
            ([.reset], "reset"),
            ([.text("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"), .reset], "reset in the body"),
        ])
    func broken(steps: [ScriptedServer.Step], name: String) async throws {
        try await withClient(script: { _ in steps }) { client, server in
            let failure = await kind { () throws(HTTPClientError) in try await client.send(HTTPClientRequest(url: server.url)) }
            #expect(failure != nil, "\(name)")
        }
    }

    @Test("Cancelling the task ends the transfer at once and closes its connection")
    func cancellation() async throws {
        try await withClient(script: { _ in [.stall] }) { client, server in
            let url = server.url
            let task = Task { () -> HTTPClientError.Kind? in
                await kind { () throws(HTTPClientError) in try await client.send(HTTPClientRequest(url: url, totalTimeout: .seconds(50))) }
            }
            try await Deadline.until("the request has come") { !server.requests.isEmpty }
            task.cancel()
            #expect(await task.value == .cancelled)
            try await Deadline.until("it is taken off the list") { client.openRequests == 0 }
            try await Deadline.until("its connection is closed") { server.openConnections == 0 }
        }
    }

    @Test("A request of a task that is cancelled already is not sent")
    func cancelledBefore() async throws {
        try await withClient(script: { _ in [.stall] }) { client, server in
            let url = server.url
            let task = Task { () -> HTTPClientError.Kind? in
                unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
                return await kind { () throws(HTTPClientError) in try await client.send(HTTPClientRequest(url: url)) }
            }
            #expect(await task.value == .cancelled)
        }
    }

    @Test("A request more than allowed is refused at once, and others are unharmed")
    func queueFull() async throws {
        var limits = CurlClient.Limits()
        limits.maximumRequests = 2
        try await withClient(limits: limits, script: { _ in [.stall] }) { client, server in
            let url = server.url
            try await withThrowingTaskGroup(of: HTTPClientError.Kind?.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        await kind { () throws(HTTPClientError) in
                            try await client.send(HTTPClientRequest(url: url, totalTimeout: .seconds(50)))
                        }
                    }
                }
                try await Deadline.until("both are under way") { client.openRequests >= 2 }
                let third = await kind { () throws(HTTPClientError) in try await client.send(HTTPClientRequest(url: url)) }
                #expect(third == .queueFull)
                await client.shutdown()
                for try await ended in group { #expect(ended == .shutDown) }
            }
        }
    }

    @Test("After the shutdown every request is refused, and a second shutdown returns")
    func shutdown() async throws {
        let client = try CurlClient()
        await client.shutdown()
        await client.shutdown()
        let failure = await kind { () throws(HTTPClientError) in try await client.send(HTTPClientRequest(url: "http://127.0.0.1:1/")) }
        #expect(failure == .shutDown)
    }

    @Test(
        "A reused connection that turns out closed is replaced once, and that is counted",
        arguments: [
            ScriptedServer.Step.close, .reset,
        ])
    func staleConnection(end: ScriptedServer.Step) async throws {
        // The second request of the first connection gets no byte; its repetition on a new connection gets an answer.
        let script: ScriptedServer.Script = { request in request.number == 1 ? [end] : [.answer("x")] }
        try await withClient(script: script) { client, server in
            _ = try await client.send(HTTPClientRequest(method: .post, url: server.url, body: [0x31]))
            let second = try await client.send(HTTPClientRequest(method: .post, url: server.url, body: [0x32]))
            #expect(second.status == 200)
            #expect(second.connectionRetries == 1)
            #expect(server.connections == 2)
            #expect(server.requests.map(\.body) == [[0x31], [0x32], [0x32]])
        }
    }

    @Test("A reused connection that is cut after a line of the answer is a failure, not a repetition")
    func cutAfterFirstLine() async throws {
        let script: ScriptedServer.Script = { request in request.number == 1 ? [.text("HTTP/1.1 200 OK\r\n"), .close] : [.answer("x")] }
        try await withClient(script: script) { client, server in
            _ = try await client.send(HTTPClientRequest(method: .post, url: server.url, body: [0x31]))
            let failure = await kind { () throws(HTTPClientError) in
                try await client.send(HTTPClientRequest(method: .post, url: server.url, body: [0x32]))
            }
            #expect(failure != nil)
            #expect(server.requests.count == 2)
        }
    }

    @Test("An answer with a length that is cut at any byte is never a response")
    func cutAtEveryByte() async throws {
        let body = #"{"text":"שלום, привет"}"#
        let whole = Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
        let script: ScriptedServer.Script = { request in
            [.send(Array(whole.prefix(Int(request.header("X-Cut") ?? "") ?? 0))), .close]
        }
        try await withClient(script: script) { client, server in
            for cut in 0..<whole.count {
                let failure = await kind { () throws(HTTPClientError) in
                    try await client.send(HTTPClientRequest(url: server.url, headers: [.init("X-Cut", "\(cut)")]))
                }
                #expect(failure != nil, "cut after byte \(cut)")
            }
            let all = try await client.send(HTTPClientRequest(url: server.url, headers: [.init("X-Cut", "\(whole.count)")]))
            #expect(all.body == Array(body.utf8))
        }
    }
}
