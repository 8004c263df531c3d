import HearthDrivers
import HearthTestKit
import Testing

@Suite("PostgreSQL address")
struct PostgresAddressTests {
    @Test(
        "Addresses are read, and shown without user and password",
        arguments: [
            ("postgres://u:hunter2@db.example:5433/hearth?sslmode=require", "postgres://db.example:5433/hearth"),
            ("postgresql://u:hunter2@[::1]/x", "postgres://[::1]:5432/x"), ("postgres://localhost", "postgres://localhost:5432/"),
            ("postgres:///x?host=/run/postgresql", "postgres:///run/postgresql:5432/x"),
        ])
    func reads(url: String, shown: String) throws {
        let address = try PostgresAddress(url: url)
        #expect("\(address)" == shown)
        #expect(!"\(address)".contains("hunter2"))
    }

    @Test(
        "Malformed addresses are refused without repeating them",
        arguments: [
            "", "mysql://u:hunter2@host/x", "postgres://u:hunter2@host:port:9/x%zz", "postgres://host/x?hunter2=1",
        ])
    func refuses(url: String) {
        do throws(StoreProbeError) {
            _ = try PostgresAddress(url: url)
            Issue.record("\(url) was read")
        } catch {
            #expect(error.kind == .address)
            #expect(!"\(error)".contains("hunter2"))
        }
    }
}

@Suite("PostgreSQL probe", .timeLimit(.minutes(10)))
struct PostgresProbeTests {
    /// One server for the whole story: making a database cluster takes longer than everything else.
    @Test("Reachable, wrong password, no such database, frozen, and gone are told apart")
    func story() async throws {
        let server = try await PostgresServer.start(password: "kept-warm")
        func check(_ url: String, deadline: Duration = .seconds(5)) async throws -> StoreProbeError? {
            let probe = PostgresProbe(address: try PostgresAddress(url: url), deadline: deadline)
            return await probeFailure { () throws(StoreProbeError) in try await probe.check() }
        }

        let result = try await PostgresProbe(address: PostgresAddress(url: server.url), deadline: .seconds(5)).check()
        #expect(result.latency > .zero && result.limitation == nil)

        let wrongPassword = try await check(server.url(password: "hunter2secret"))
        #expect(wrongPassword?.kind == .refused)
        #expect(wrongPassword.map { "\($0)".contains("127.0.0.1:\(server.port)") } == true)
        #expect(wrongPassword.map { "\($0)".contains("hunter2secret") } == false)

        let noDatabase = try await check(server.url(password: server.password, database: "missing"))
        #expect(noDatabase?.cause.contains("missing") == true)
        #expect(noDatabase?.kind == .refused || noDatabase?.kind == .notReady)

        server.process.freeze()
        let frozen = try await check(server.url, deadline: .milliseconds(200))
        #expect(frozen?.kind == .timeout)
        server.process.thaw()
        #expect(try await check(server.url) == nil)

        await server.stop()
        let gone = try await check(server.url)
        #expect(gone?.kind == .unreachable)
        #expect(gone.map { "\($0)".contains("\n") } == false)
    }

    @Test("A server that speaks otherwise is not taken for PostgreSQL")
    func notPostgres() async throws {
        let redis = try await RedisServer.start()
        let probe = PostgresProbe(
            address: try PostgresAddress(url: "postgres://u:p@127.0.0.1:\(redis.port)/x?sslmode=disable"), deadline: .milliseconds(500))
        let error = await probeFailure { () throws(StoreProbeError) in try await probe.check() }
        #expect(error != nil)
        await redis.stop()
    }
}

/// The failure of a probe, or nil for a success.
private func probeFailure(_ probe: () async throws(StoreProbeError) -> StoreProbeResult) async -> StoreProbeError? {
    do throws(StoreProbeError) {
        _ = try await probe()
        return nil
    } catch {
        return error
    }
}
