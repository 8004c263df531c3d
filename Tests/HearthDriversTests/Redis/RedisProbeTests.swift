import HearthDrivers
import HearthTestKit
import Testing

func probeFailure(_ work: () async throws(StoreProbeError) -> StoreProbeResult) async -> StoreProbeError? {
    do throws(StoreProbeError) {
        _ = try await work()
        return nil
    } catch {
        return error
    }
}

@Suite("Redis probe", .timeLimit(.minutes(1)))
struct RedisProbeTests {
    @Test("A running server with the right password and database is found, with its latency")
    func reachable() async throws {
        let server = try await RedisServer.start(password: "p@ss word")
        let address = try RedisAddress(url: "redis://:p%40ss%20word@127.0.0.1:\(server.port)/5")
        let result = try await RedisProbe(address: address).check()
        #expect(result.latency > .zero && result.latency < .seconds(2))
        #expect(result.limitation == nil)
        await server.stop()
    }

    @Test(
        "A wrong, a missing password and a database that does not exist are refusals that do not name the password",
        arguments: [
            ":hunter2secret@127.0.0.1:PORT/0", "127.0.0.1:PORT/0", ":right@127.0.0.1:PORT/9999",
        ])
    func refused(rest: String) async throws {
        let server = try await RedisServer.start(password: "right")
        let address = try RedisAddress(url: "redis://" + rest.replacing("PORT", with: "\(server.port)"))
        let error = await probeFailure { () throws(StoreProbeError) in try await RedisProbe(address: address).check() }
        #expect(error?.kind == .refused)
        #expect(error.map { "\($0)".contains("127.0.0.1:\(server.port)") } == true)
        #expect(error.map { "\($0)".contains("hunter2secret") } == false)
        await server.stop()
    }

    @Test("A frozen server costs the deadline and no more, and is found again when it goes on")
    func frozen() async throws {
        let server = try await RedisServer.start()
        let address = try RedisAddress(url: server.url)
        server.process.freeze()
        let error = await probeFailure { () throws(StoreProbeError) in
            try await RedisProbe(address: address, deadline: .milliseconds(150)).check()
        }
        #expect(error?.kind == .timeout)
        server.process.thaw()
        #expect(try await RedisProbe(address: address).check().latency > .zero)
        await server.stop()
    }

    @Test("A port that nobody listens on is unreachable")
    func unreachable() async throws {
        let address = try RedisAddress(url: "redis://127.0.0.1:\(try await FreePort.find())")
        let error = await probeFailure { () throws(StoreProbeError) in try await RedisProbe(address: address).check() }
        #expect(error?.kind == .unreachable)
    }

    @Test(
        "A server that closes or speaks otherwise is not taken for Redis",
        arguments: [
            ScriptedServer.Step.close, .text("HTTP/1.1 400 Bad Request\r\n\r\n"),
        ])
    func notRedis(step: ScriptedServer.Step) async throws {
        let server = try await ScriptedServer.start(greeting: [step, .stall]) { _ in [] }
        let address = try RedisAddress(url: "redis://127.0.0.1:\(server.port)")
        let error = await probeFailure { () throws(StoreProbeError) in
            try await RedisProbe(address: address, deadline: .seconds(5)).check()
        }
        #expect(error?.kind == .unreachable)
        await server.stop()
    }

    @Test("With TLS the probe checks the port and says that it checked no more")
    func tls() async throws {
        let server = try await RedisServer.start()
        let result = try await RedisProbe(address: RedisAddress(url: "rediss://127.0.0.1:\(server.port)")).check()
        #expect(result.limitation?.contains("TCP port") == true)
        await server.stop()
    }

    @Test("A hundred probes one after another leave no connection behind")
    func noLeak() async throws {
        let server = try await RedisServer.start(arguments: ["--maxclients", "20"])
        let probe = RedisProbe(address: try RedisAddress(url: server.url))
        for _ in 0..<100 { _ = try await probe.check() }
        await server.stop()
    }
}
