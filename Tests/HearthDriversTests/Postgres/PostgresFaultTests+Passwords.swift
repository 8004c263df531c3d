import Foundation
import HearthDrivers
import HearthTestKit
import Testing

extension PostgresFaultTests {
    @Test("A password kept in another way than it is asked for is a refused login, tried ever more rarely, and taken once both agree")
    func passwordMethods() async throws {
        let server = try await PostgresServer.start()
        // The server asks for SCRAM; a password that was set under md5 has no SCRAM secret to compare with.
        try await server.execute("SET password_encryption = 'md5'; CREATE ROLE app LOGIN PASSWORD 'same-word'")
        let client = try PostgresTrial.client("postgres://app:same-word@127.0.0.1:\(server.port)/\(PostgresServer.database)", pool: 2)
        let ask: @Sendable () async throws -> Void = { _ = try await client.query("SELECT 1") }
        let failure = try #require(await PostgresTrial.failure(ask))
        #expect(failure.kind == .login, "\(failure)")
        #expect(!"\(failure)".contains("same-word") && !"\(failure)".contains("\n"))
        let end = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < end {
            #expect(await PostgresTrial.failure(ask)?.kind == .login)
            // A caller that asks fifty times a second.
            try await Task.sleep(for: .milliseconds(20))
        }
        let refusal = #"password authentication failed for user "app""#
        let attempts = server.process.printed.split(separator: "\n").count { $0.contains(refusal) }
        // At once, then after about one, two and four seconds, on a pool of two connections.
        #expect((1...8).contains(attempts), "\(attempts) attempts")

        try await server.authenticate(by: "md5")
        try await Deadline.until("md5 is taken", within: .seconds(20)) { await PostgresTrial.failure(ask) == nil }
        // Back to SCRAM with a new secret of the same password: connections that are open stay, new ones log in by it.
        try await server.execute("ALTER ROLE app PASSWORD 'same-word'")
        try await server.authenticate(by: "scram-sha-256")
        try await server.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'app'")
        try await Deadline.until("SCRAM is taken", within: .seconds(20)) { await PostgresTrial.failure(ask) == nil }
        await client.shutdown()
        await server.stop()
    }
}
