import HearthDrivers
import HearthTelemetry
import HearthTestKit
import HearthUpstream
import Testing

/// Streamed answers on real sockets, from a server that says exactly what the test wrote down.
@Suite("Streamed answers of a provider", .timeLimit(.minutes(10)))
struct ProviderStreamTests {
    private static let call = ForwardedCall(path: "/chat/completions", model: "gpt-4o-mini")
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func chunk(_ text: String) -> String { String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n" }

    private let time = ManualTimeSource(now: Timestamp(milliseconds: 1_795_369_200_000))
    private let observer = RecordingObserver()

    /// Pauses are real ones; how long the provider is left alone goes by `time`.
    private func withProvider(
        _ script: @escaping ScriptedServer.Script,
        _ change: (inout ProviderClient.Configuration) -> Void = { _ in },
        _ body: (ProviderClient, ScriptedServer, CurlClient) async throws -> Void
    ) async throws {
        try await ScriptedProvider.with(script, change, time: time, observer: observer, body)
    }

    private func failure(_ client: ProviderClient) async -> UpstreamError? {
        do throws(UpstreamError) {
            try await client.open(Self.call).end()
            return nil
        } catch {
            return error
        }
    }

    /// Reads a stream as far as it goes, and lets go of it without ending it.
    private func readingFailure(_ client: ProviderClient) async -> UpstreamError? {
        do throws(UpstreamError) {
            let stream = try await client.open(Self.call)
            while try await stream.next() != nil { client.noteFirstChunk(model: "gpt-4o-mini", after: .zero) }
            return nil
        } catch {
            return error
        }
    }

    @Test("A probe that is a stream ends with its header: while the stream goes on, other calls are let through")
    func probe() async throws {
        let script: ScriptedServer.Script = { request in
            switch request.number {
            case 0: [.answer(status: 500, "{}")]
            case 1: [.text(Self.head + Self.chunk("data: {}\n\n")), .stall]
            default: [.answer(completionBody())]
            }
        }
        let onFirstFailure = CircuitBreaker.Policy(failuresToOpen: 1, openTime: .seconds(60), jitter: 0)
        try await withProvider(script, { $0.breakerPolicy = onFirstFailure }) { client, server, _ in
            #expect(await failure(client)?.kind == .serverError(status: 500))
            #expect(await failure(client)?.kind == .breakerOpen)
            time.advance(by: .seconds(60))
            let stream = try await client.open(Self.call)
            #expect(client.breakerState == .closed)
            #expect(try await client.complete(ChatQuestion(userText: "x")).text == "Yes, we sell gift cards.")
            #expect(client.callsInFlight == 1, "the stream goes on")
            #expect(observer.heard.breaker == [.closed, .open, .halfOpen, .closed])
            stream.end()
            #expect(client.breakerState == .closed && client.callsInFlight == 0)
            #expect(server.requests.count == 3)
        }
    }

    @Test("A refusal whose words never come to their end is one by its status, in about the time for a connection", arguments: [400, 500])
    func stalledRefusal(status: Int) async throws {
        let beginning = "HTTP/1.1 \(status) Refused\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"error\":"
        let shortConnect: (inout ProviderClient.Configuration) -> Void = {
            $0.connectTimeout = .seconds(1)
            // Who waits for more than the status waits for this long.
            $0.streamTimeout = .seconds(60)
        }
        try await withProvider({ _ in [.text(beginning), .stall] }, shortConnect) { client, server, _ in
            let start = ContinuousClock.now
            let error = await failure(client)
            #expect(ContinuousClock.now - start < .seconds(30))
            let expected: UpstreamError.Kind = status == 400 ? .clientError(status: 400) : .serverError(status: 500)
            #expect(error?.kind == expected)
            #expect(error?.refusal == nil, "words that were cut short are none")
            #expect(client.callsInFlight == 0)
            #expect(observer.heard.calls.map(\.errorType) == [expected == .serverError(status: 500) ? "5xx" : "4xx"])
            try await Deadline.until("its connection is closed") { server.openConnections == 0 }
        }
    }

    @Test("Who goes away before the header or in the middle is not counted as a call, and says nothing of the provider")
    func leaving() async throws {
        let script: ScriptedServer.Script = { request in
            request.number == 0 ? [.stall] : [.text(Self.head + Self.chunk("data: {}\n\n")), .stall]
        }
        try await withProvider(script, { $0.breakerPolicy.failuresToOpen = 1 }) { client, server, _ in
            let early = Task { await failure(client) }
            try await Deadline.until("the request has come") { server.requests.count == 1 }
            early.cancel()
            #expect(await early.value?.kind == .cancelled)
            let late = Task { await readingFailure(client) }
            try await Deadline.until("the first piece has come") { observer.heard.firstChunks.count == 1 }
            late.cancel()
            #expect(await late.value?.kind == .cancelled)
            #expect(client.callsInFlight == 0)
            #expect(observer.heard.calls.isEmpty)
            #expect(client.breakerState == .closed)
        }
    }

    /// Reads up to the end mark and ends the stream, as whoever passes it on does.
    private func readToEndMark(_ client: ProviderClient) async throws(UpstreamError) {
        let stream = try await client.open(Self.call)
        var received = ""
        while !received.contains("[DONE]"), let more = try await stream.next() { received += String(decoding: more, as: UTF8.self) }
        #expect(received.contains("[DONE]"))
        stream.end()
    }

    private static let wholeText = "data: {}\n\ndata: [DONE]\n\n"

    @Test("A stream whose last chunk comes a moment after its end mark leaves its connection to the next one")
    func reuse() async throws {
        let script: ScriptedServer.Script = { _ in
            [.text(Self.head + Self.chunk(Self.wholeText)), .wait(.milliseconds(100)), .text("0\r\n\r\n")]
        }
        try await withProvider(script) { client, server, http in
            for _ in 0..<2 {
                try await readToEndMark(client)
                try await Deadline.until("the answer is over") { http.openRequests == 0 }
            }
            #expect(server.requests.map(\.connection) == [0, 0])
            #expect(server.connections == 1)
        }
    }

    @Test("A stream whose last chunk never comes does not keep its connection")
    func missingLastChunk() async throws {
        try await withProvider({ _ in [.text(Self.head + Self.chunk(Self.wholeText)), .stall] }) { client, server, http in
            try await readToEndMark(client)
            #expect(client.callsInFlight == 0, "the slot is free for the next call at once")
            try await Deadline.until("its connection is closed") { server.openConnections == 0 && http.openRequests == 0 }
            #expect(observer.heard.calls.map(\.errorType) == [nil])
        }
    }

    @Test("A stream may last for minutes, but is not asked for again after the whole time of a call", arguments: [true, false])
    func retry(isInTime: Bool) async throws {
        let time = self.time
        let script: ScriptedServer.Script = { _ in
            time.advance(by: isInTime ? .seconds(1) : .seconds(31))
            return [.answer(status: 503, "{}")]
        }
        try await withProvider(
            script,
            {
                $0.retryPolicy.maximumRetries = 1
                $0.totalTimeout = .seconds(30)
                $0.streamTimeout = .seconds(600)
            },
            { client, server, _ in
                #expect(await failure(client)?.kind == .serverError(status: 503))
                #expect(server.requests.count == (isInTime ? 2 : 1))
            })
    }
}
