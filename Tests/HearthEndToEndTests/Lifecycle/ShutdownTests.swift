import HearthTestKit
import Testing

@Suite("The end of the service", .serialized, .timeLimit(.minutes(10)))
struct ShutdownTests {
    @Test("SIGTERM and SIGINT: requests in flight are answered, nothing new is taken, exit 0, farewell", arguments: [15, 2] as [Int32])
    func drain(signal: Int32) async throws {
        // Long enough for the signal to arrive while all calls are under way, also on a busy machine.
        let stage = try await Stage(latencyMilliseconds: 5000)
        let hearth = try await stage.start()
        let clock = ContinuousClock()
        try await withThrowingTaskGroup(of: WebClient.Reply.self) { group in
            for number in 0..<5 { group.addTask { try await hearth.ask("Do you repair \(number + 2) umbrellas?") } }
            try await Deadline.until("the calls are under way") { try await stage.provider.callsInFlight == 5 }
            hearth.program.send(signal: signal)
            for try await answer in group {
                #expect(answer.status == 200)
                #expect(answer.json["response"].text?.contains("umbrellas") == true)
            }
        }
        let begin = clock.now
        let ending = try await hearth.program.waitForEnd()
        #expect(ending == .init(status: 0))
        #expect(clock.now - begin < .seconds(15), "long before the 25 s that a drain may take")
        let events = hearth.program.outputLines.compactMap { JSONNode($0) }
        #expect(events.map { $0["event"].text } == ["ready", "draining", "stopped"])
        #expect(events.count > 1 && events[1]["requests"].integer == 5)
        #expect(events.last?["answers"].integer == 5)
        await #expect(throws: (any Error).self) { try await hearth.client.get("/healthz") }

        let again = try await stage.start()
        #expect(try await again.ask("Do you repair 3 umbrellas?").json["cached"].bool == true)
        #expect(try await again.statistics()["metrics"]["totalRequests"].integer == 6)
    }

    @Test("A hit that is on its way from the shared store when the end comes is answered, and counted once")
    func hitFromStore() async throws {
        let redis = try await RedisServer.start()
        let proxy = try await FaultProxy.start(to: redis.port)
        let stage = try await Stage()
        // A store that has been slow for long would be left alone, and the answer would come from the provider.
        // No job asks what a question asks.
        let settings = """
            cache: {lookupDeadline: 10s}
            redis: {breakerFailures: 1000}
            jobs:
              warm-cache: {schedule: "@manual"}
              refresh-popular: {schedule: "@manual"}
              prune-cache: {schedule: "@manual"}

            """
        func start(_ name: String, _ port: Int) async throws -> RunningHearth {
            try await stage.start(
                settings: settings,
                environment: [
                    "REDIS_URL": "redis://127.0.0.1:\(port)", "HEARTH_DATA_DIR": stage.folder.path + "/" + name,
                    "HEARTH_CACHE_MEMORY_BYTES": "0",
                ])
        }
        let (writer, reader) = (try await start("writer", redis.port), try await start("reader", proxy.port))
        for hearth in [writer, reader] {
            try await Deadline.until("Redis is used") { try await hearth.metrics().value("hearth_cache_coherence_live") == 1 }
        }
        #expect(try await writer.ask("Do you repair umbrellas?", language: "en").status == 200)
        try await Deadline.until("the answer is shared") {
            let body = RunningHearth.body("Do you repair umbrellas?", language: "en")
            return try await reader.client.post("/api/v1/cache/explain", body).json["verdict"].text == "hit"
        }
        let connection = try await RawConnection.open(port: reader.port)
        let before = try await Self.lookups(redis)
        // Below the time after which a connection on which nothing comes is given up.
        proxy.set(.init(latency: .milliseconds(900) ... .milliseconds(900)), [.toClient])
        try await connection.send(RawRequest.post(RunningHearth.body("Do you repair umbrellas?", language: "en")))
        try await Deadline.until("Redis is asked") { try await Self.lookups(redis) > before }
        reader.program.send(signal: 15)
        let answer = try await connection.answer()
        #expect(
            answer.status == 200 && answer.json["source"].text == "store",
            "\(answer.head)\n\(answer.json)\n\(reader.program.errors.suffix(4000))")
        #expect(try await reader.program.waitForEnd() == .init(status: 0))
        #expect(reader.program.outputLines.last.flatMap { JSONNode($0) }?["answers"].integer == 1, "\(reader.program.output)")
        #expect(try await writer.terminate() == .init(status: 0))
        await proxy.stop()
        await redis.stop()
    }

    /// Look-ups that the server has carried out.
    private static func lookups(_ redis: RedisServer) async throws -> Int {
        let client = try RunningProgram("/usr/bin/redis-cli", ["-p", "\(redis.port)", "INFO", "commandstats"], folder: "/")
        try await client.waitForEnd()
        let line = client.output.split(whereSeparator: \.isNewline).first { $0.hasPrefix("cmdstat_hmget:") }
        return line?.split(separator: ":").last?.split(separator: ",").first.flatMap { Int($0.dropFirst("calls=".count)) } ?? 0
    }

    @Test("A second signal ends the service at once with 130")
    func secondSignal() async throws {
        let stage = try await Stage(latencyMilliseconds: 20_000)
        let hearth = try await stage.start()
        let request = Task { try? await hearth.ask("Do you repair umbrellas?") }
        try await Deadline.until("the call is under way") { try await stage.provider.callsInFlight == 1 }
        hearth.program.send(signal: 15)
        try await Deadline.until("the service drains") { hearth.program.output.contains("draining") }
        #expect(hearth.program.ending == nil)
        hearth.program.send(signal: 2)
        #expect(try await hearth.program.waitForEnd(within: .seconds(10)) == .init(status: 130))
        _ = await request.value
        _ = try await stage.start()
    }

    @Test("Requests that outlast the drain do not keep the service alive")
    func drainLimit() async throws {
        let stage = try await Stage(latencyMilliseconds: 60_000)
        let hearth = try await stage.start(environment: ["HEARTH_SHUTDOWN_DRAIN": "1s"])
        let request = Task { try? await hearth.ask("Do you repair umbrellas?") }
        try await Deadline.until("the call is under way") { try await stage.provider.callsInFlight == 1 }
        hearth.program.send(signal: 15)
        // The drain, five seconds for writing what is left, and what a busy machine takes; the request itself takes a minute.
        _ = try await hearth.program.waitForEnd(within: .seconds(25))
        _ = await request.value
    }

    @Test("Idle and half-open connections do not delay the end")
    func idleConnections() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let silent = try await RawConnection.open(port: hearth.port)
        let used = try await RawConnection.open(port: hearth.port)
        try await used.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(try await used.answer().status == 200)
        hearth.program.send(signal: 15)
        #expect(try await hearth.program.waitForEnd(within: .seconds(15)) == .init(status: 0))
        #expect(silent.received.isEmpty)
    }

    @Test("While it drains no new connection is taken, what is under way is finished, and a page says how much that is")
    func closedWhileDraining() async throws {
        // Longer than all that is looked at meanwhile, and shorter than the drain.
        let stage = try await Stage(latencyMilliseconds: 20_000)
        let hearth = try await stage.start()
        let slow = try await RawConnection.open(port: hearth.port)
        try await slow.send(RawRequest.query("Do you repair umbrellas?"))
        try await Deadline.until("the call is under way") { try await stage.provider.callsInFlight == 1 }
        // A form of which a part is still on its way: its page is made when the rest has come.
        let form = "question=Do+you+repair+umbrellas%3F"
        let reader = try await RawConnection.open(port: hearth.port)
        try await reader.send(
            "POST /admin/cache-analytics/questions HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nAccept: text/html\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(form.utf8.count)\r\n\r\n\(form.prefix(9))")
        try await Deadline.until("both are under way") {
            try await hearth.metrics().value("http_server_active_requests", ["http_request_method": "POST"]) == 2
        }
        hearth.program.send(signal: 15)
        try await Deadline.until("new connections are refused") {
            guard let late = try? await RawConnection.open(port: hearth.port) else { return true }
            return late.isClosed
        }
        try await reader.send(String(form.dropFirst(9)))
        let page = try await reader.answer()
        let text = String(decoding: page.body, as: UTF8.self)
        #expect(page.status == 200 && text.contains("</span> Shutting down, 1 request left</span>"), "\(page.head)\n\(text.prefix(2000))")
        #expect(text.contains("<title>Shutting down: Questions · Hearth</title>"))
        #expect(page.header("Cache-Control") == "no-store")
        #expect(page.header("Content-Security-Policy")?.hasPrefix("default-src 'none'; ") == true)
        #expect(slow.received.isEmpty)
        #expect(try await slow.answer().status == 200)
        #expect(try await hearth.program.waitForEnd() == .init(status: 0))
    }
}
