import HearthDrivers
import HearthTelemetry
import HearthTestKit
import HearthUpstream
import Testing

/// The provider client on real sockets, against a server that says exactly what the test wrote down.
@Suite("Provider client on the wire", .timeLimit(.minutes(10)))
struct ProviderWireTests {
    private let observer = RecordingObserver()

    private func withProvider(
        _ script: @escaping ScriptedServer.Script,
        _ change: (inout ProviderClient.Configuration) -> Void = { _ in },
        _ body: (ProviderClient, ScriptedServer) async throws -> Void
    ) async throws {
        try await ScriptedProvider.with(script, change, time: SystemTimeSource(), observer: observer) { client, server, _ in
            try await body(client, server)
        }
    }

    private func failure(_ client: ProviderClient, requestID: String? = nil) async -> UpstreamError? {
        do throws(UpstreamError) {
            _ = try await client.complete(ChatQuestion(userText: "x"), requestID: requestID)
            return nil
        } catch {
            return error
        }
    }

    @Test("An answer that is cut at any byte is never an answer", arguments: [true, false])
    func cut(hasLength: Bool) async throws {
        let body = completionBody(content: #""Да, שלום 👍""#)
        let length = hasLength ? "Content-Length: \(body.utf8.count)\r\n" : "Connection: close\r\n"
        let whole = Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\(length)\r\n\(body)".utf8)
        let script: ScriptedServer.Script = { request in
            [.send(Array(whole.prefix(Int(request.header("X-Request-Id") ?? "") ?? 0))), .close]
        }
        try await withProvider(script) { client, server in
            for cut in 0..<whole.count {
                let error = await failure(client, requestID: "\(cut)")
                #expect(error != nil, "cut after byte \(cut) of \(whole.count)")
            }
            let answer = try await client.complete(ChatQuestion(userText: "x"), requestID: "\(whole.count)")
            #expect(answer.text == "Да, שלום 👍")
            #expect(server.requests.count == whole.count + 1)
        }
    }

    @Test(
        "A silent and a dripping provider end with the whole time limit",
        arguments: [
            [ScriptedServer.Step.stall],
            [.text("HTTP/1.1 200 OK\r\n\r\n"), .drip([UInt8](repeating: 0x20, count: 3000), every: .milliseconds(5))],
        ])
    func deadline(steps: [ScriptedServer.Step]) async throws {
        try await withProvider({ _ in steps }, { $0.totalTimeout = .milliseconds(150) }) { client, _ in
            let start = ContinuousClock.now
            #expect(await failure(client)?.kind == .timeout)
            #expect(ContinuousClock.now - start < .seconds(12), "the drip takes longer")
        }
    }

    @Test("A huge answer is cut at the limit")
    func huge() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".utf8)
        try await withProvider({ _ in [.send(head), .sendEndlessly([UInt8](repeating: 0x5b, count: 1 << 16))] }) { client, _ in
            #expect(await failure(client)?.kind == .invalidAnswer)
        }
    }

    @Test("A caller that goes away ends the call at the provider and frees its slot")
    func cancellation() async throws {
        try await withProvider({ _ in [.stall] }) { client, server in
            let task = Task { await failure(client) }
            try await Deadline.until("the request has come") { !server.requests.isEmpty }
            task.cancel()
            #expect(await task.value?.kind == .cancelled)
            try await Deadline.until("its slot is free") { client.callsInFlight == 0 }
            try await Deadline.until("its connection is closed") { server.openConnections == 0 }
        }
    }

    @Test("Twenty questions one after another use one connection")
    func reuse() async throws {
        try await withProvider({ _ in [.answer(completionBody())] }) { client, server in
            for _ in 0..<20 { _ = try await client.complete(ChatQuestion(userText: "x")) }
            #expect(server.connections == 1)
            #expect(observer.heard.calls.count == 20)
        }
    }

    @Test("An idle connection that is closed as the next question is written is replaced once, and counted")
    func idleClosed() async throws {
        let script: ScriptedServer.Script = { $0.number == 1 ? [.reset] : [.answer(completionBody())] }
        try await withProvider(script) { client, server in
            for _ in 0..<2 { _ = try await client.complete(ChatQuestion(userText: "x")) }
            #expect(observer.heard.retries == [.network])
            #expect(server.connections == 2)
        }
    }

    @Test("A provider that is not there is tried twice and then a network failure")
    func refused() async throws {
        let http = try CurlClient()
        let port = try await FreePort.find()
        let client = ProviderClient(
            configuration: .init(baseURL: "http://127.0.0.1:\(port)/v1", model: "m"), http: http, time: SystemTimeSource(),
            observer: observer)
        let error = await failure(client)
        #expect(error?.errorType == "network")
        #expect(observer.heard.retries == [.network])
        await http.shutdown()
    }
}
