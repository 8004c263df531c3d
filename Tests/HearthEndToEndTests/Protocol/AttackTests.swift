import HearthDrivers
import HearthTestKit
import Synchronization
import Testing

@Suite("Clients that attack, and the others", .serialized, .timeLimit(.minutes(10)))
struct AttackTests {
    /// Somebody else who asks while an attack goes on, for a kept answer and for the state of the service.
    private final class Bystander: Sendable {
        private let answers = Mutex((right: 0, wrong: [String](), slowest: Duration.zero))
        private let isOver = Atomic(false)

        /// Asks without a pause until the body has ended, and a few times more often than never in any case.
        func asks(_ hearth: RunningHearth, while body: () async throws -> Void) async throws {
            _ = try await hearth.ask("Do you sell gift cards?")
            async let asking: Void = ask(hearth)
            let outcome: Result<Void, any Error>
            do {
                outcome = .success(try await body())
            } catch {
                outcome = .failure(error)
            }
            isOver.store(true, ordering: .relaxed)
            try await asking
            try outcome.get()
            let result = answers.withLock { $0 }
            #expect(result.wrong.isEmpty, "\(result.wrong.prefix(3))")
            #expect(result.right >= 10)
            // A debug build on a machine that attacks itself with the other half of its processors.
            #expect(result.slowest < .seconds(5))
        }

        private func ask(_ hearth: RunningHearth) async throws {
            let clock = ContinuousClock()
            var rounds = 0
            while !isOver.load(ordering: .relaxed) || rounds < 10 {
                rounds += 1
                let begin = clock.now
                let reply = try await hearth.ask("Do you sell gift cards?")
                let health = try await hearth.client.get("/healthz")
                let elapsed = clock.now - begin
                answers.withLock { answers in
                    answers.slowest = max(answers.slowest, elapsed)
                    if reply.status == 200, reply.json["cached"].bool == true, health.status == 200 {
                        answers.right += 1
                    } else {
                        answers.wrong.append("\(reply.status) \(reply.text.prefix(200)), \(health.status)")
                    }
                }
            }
        }
    }

    /// What several tasks of an attack add to.
    private final class Tally: Sendable {
        let bytes = Mutex(0)
        let connections = Mutex<[RawConnection]>([])
    }

    /// Memory that the service may take for an attack.
    private func expectGrowth(of hearth: RunningHearth, below limit: Int, _ body: () async throws -> Void) async throws {
        _ = try await hearth.metrics()
        let before = try #require(hearth.program.residentBytes)
        try await Bystander().asks(hearth, while: body)
        let after = try #require(hearth.program.residentBytes)
        #expect(after - before < limit, "grew by \((after - before) >> 20) MiB")
    }

    @Test("Slowloris: 360 headers and bodies that drip from two addresses end with a 408 each")
    func slowloris() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: "cache:\n  lookupDeadline: 5s\nlistener:\n  limits:\n    headerTimeout: 2s\n    bodyGracePeriod: 2s\n")
        try await expectGrowth(of: hearth, below: 48 << 20) {
            var connections: [RawConnection] = []
            for number in 0..<360 {
                let connection = try await RawConnection.open(port: hearth.port, from: number < 180 ? "127.0.0.2" : "127.0.0.3")
                let isBody = number.isMultiple(of: 2)
                try await connection.send(
                    "POST /api/v1/cache/query HTTP/1.1\r\nHost: localhost\r\n" + (isBody ? "Content-Length: 200000\r\n\r\n{" : "X-Slow: "))
                connections.append(connection)
            }
            try await Deadline.until("all are refused") {
                for connection in connections where !connection.isClosed { connection.startSending([UInt8(ascii: "a")]) }
                return connections.allSatisfy(\.isClosed)
            }
            #expect(connections.allSatisfy { $0.received.hasPrefix("HTTP/1.1 408 ") })
        }
        let samples = try await hearth.metrics()
        #expect(samples.value("hearth_http_rejections_total", ["reason": "header_timeout"]) == 180)
        #expect(samples.value("hearth_http_rejections_total", ["reason": "body_timeout"]) == 180)
    }

    @Test("1 GB of headers, in fields that are large, many or endless")
    func headers() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let megabyte = 1 << 20
        let kinds = [
            "X-Large: " + String(repeating: "y", count: megabyte), String(repeating: "a:b\r\n", count: megabyte / 5),
            String(repeating: "X-Endless: \(String(repeating: "z", count: 1000))\r\n", count: megabyte / 1013),
        ].map { Array("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\($0)".utf8) }
        let offered = Tally()
        try await expectGrowth(of: hearth, below: 64 << 20) {
            try await withThrowingTaskGroup { group in
                for worker in 0..<8 {
                    group.addTask {
                        for number in 0..<128 {
                            let bytes = kinds[(worker + number) % kinds.count]
                            let connection = try await RawConnection.open(port: hearth.port, from: "127.0.0.\(2 + worker)")
                            connection.startSending(bytes)
                            offered.bytes.withLock { $0 += bytes.count }
                            try await connection.waitUntilClosed()
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(offered.bytes.withLock { $0 } > 1_000_000_000)
        #expect(try await hearth.metrics().value("hearth_http_rejections_total", ["reason": "headers_too_large"]) == 1024)
    }

    @Test("Compressed bodies are not unpacked, whatever the coding is called")
    func bombs() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        // A megabyte that would become a gigabyte.
        let packing = try RunningProgram(
            "/bin/sh", ["-c", "head -c 1073741824 /dev/zero | gzip -9 | head -c 200000 > bomb"], folder: stage.folder.path,
            environment: ["PATH": "/usr/bin:/bin"])
        try await packing.waitForEnd()
        let bomb = try Stage.bytes(at: stage.folder.path + "/bomb")
        #expect(bomb.count == 200_000)
        try await expectGrowth(of: hearth, below: 48 << 20) {
            for coding in ["gzip", "deflate", "br", "zstd", "gzip, gzip, gzip", "x-unknown"] {
                for path in ["/api/v1/cache/query", "/api/v1/cache/warm", "/v1/chat/completions", "/v1/embeddings"] {
                    let answer = try await hearth.client.send(.post, path, body: bomb, headers: ["Content-Encoding": coding])
                    #expect(answer.status == 400, "\(coding) \(path)")
                    #expect(answer.text.contains("Content-Encoding"), "\(coding) \(path): \(answer.text)")
                }
            }
        }
        let plain = try await hearth.client.post(
            "/api/v1/cache/query", RunningHearth.body("Do you sell gift cards?"), headers: ["Content-Encoding": "identity"])
        #expect(plain.status == 200)
    }

    @Test("Floods of pipelined requests: who takes the answers gets all of them, who does not is given up")
    func floods() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: "cache:\n  lookupDeadline: 5s\nlistener:\n  limits:\n    writeTimeout: 3s\n")
        let count = 3000
        let flood = Array(String(repeating: RawRequest.query("Do you sell gift cards?"), count: count).utf8)
        try await expectGrowth(of: hearth, below: 64 << 20) {
            var takers: [RawConnection] = []
            var others: [RawConnection] = []
            for number in 0..<4 {
                takers.append(try await RawConnection.open(port: hearth.port, from: "127.0.0.2"))
                others.append(try await RawConnection.open(port: hearth.port, reads: false, from: "127.0.0.3"))
                takers[number].startSending(flood)
                for _ in 0..<4 { others[number].startSending(flood) }
            }
            for taker in takers {
                try await Deadline.until("all answers have come", within: .seconds(120)) {
                    taker.received.utf8.count > count * 200 && taker.received.ranges(of: "HTTP/1.1 200 OK").count == count
                }
            }
            try await Deadline.until("those who take nothing are given up", within: .seconds(120)) {
                try await hearth.metrics().value("hearth_http_rejections_total", ["reason": "write_timeout"]) == 4
            }
        }
    }

    @Test("10,000 idle connections are held at little cost; one more is told to come again, and a hit is still a hit")
    func idleConnections() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: "cache:\n  lookupDeadline: 5s\nlistener:\n  limits:\n    idleTimeout: 10m\n")
        let (addresses, each) = (50, 199)
        let held = Tally()
        try await expectGrowth(of: hearth, below: 600 << 20) {
            try await withThrowingTaskGroup { group in
                for number in 0..<addresses {
                    group.addTask {
                        for _ in 0..<each {
                            let connection = try await RawConnection.open(port: hearth.port, from: "127.0.1.\(1 + number)")
                            held.connections.withLock { $0.append(connection) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await Deadline.until("all are counted") {
                try await hearth.metrics().value("hearth_http_connections") ?? 0 >= Double(addresses * each)
            }
            #expect(held.connections.withLock { $0.allSatisfy { !$0.isClosed } })
            var more: [RawConnection] = []
            for _ in 0..<60 { more.append(try await RawConnection.open(port: hearth.port, from: "127.0.2.1")) }
            try await Deadline.until("those over the limit are turned away") {
                more.count { $0.received.hasPrefix("HTTP/1.1 503 ") && $0.isClosed } >= 10
            }
        }
        held.connections.withLock { $0 = [] }
        try await Deadline.until("they are gone") { try await hearth.metrics().value("hearth_http_connections") ?? 0 < 100 }
        #expect(try await hearth.metrics().value("hearth_http_rejections_total", ["reason": "connections"]).map { $0 >= 10 } == true)
    }
}
