import Foundation
import HearthDrivers
import HearthTestKit
import Testing

extension PostgresFaultTests {
    @Test("A certificate that has expired or changed is told as such, tried ever more rarely, and taken as soon as it is right again")
    func certificates() async throws {
        let server = try await PostgresServer.start()
        let folder = try TemporaryFolder(named: "hearth-trust")
        let trusted = folder.path + "/trusted.pem"
        func trust(_ certificates: TestCertificate...) throws {
            let all = try certificates.map { try String(contentsOfFile: $0.certificate, encoding: .utf8) }.joined(separator: "\n")
            try all.write(toFile: trusted, atomically: true, encoding: .utf8)
        }
        let first = try await TestCertificate(name: "127.0.0.1")
        let expired = try await TestCertificate(name: "127.0.0.1", hasExpired: true)
        let second = try await TestCertificate(name: "127.0.0.1")
        try trust(first, expired)
        try await server.use(first)
        let client = try PostgresTrial.client(server.url + "?sslmode=verify-full&sslrootcert=\(trusted)", pool: 2)
        let ask: @Sendable () async throws -> Void = { _ = try await client.query("SELECT 1") }
        try await Deadline.until("the server has its certificate") { await PostgresTrial.failure(ask) == nil }

        try await server.use(expired)
        #expect(await PostgresTrial.failure(ask) == nil, "the open connection is good")
        try await Self.endOthers(server)
        let failure = try await Deadline.value("the certificate is refused") { await PostgresTrial.failure(ask) }
        #expect(failure.kind == .untrusted && "\(failure)".contains("certificate"), "\(failure)")
        #expect(!"\(failure)".contains(server.password) && !"\(failure)".contains("\n"))
        let before = Self.refusals(server)
        let end = ContinuousClock.now + .seconds(5)
        var asked = 0
        while ContinuousClock.now < end {
            #expect(await PostgresTrial.failure(ask)?.kind == .untrusted)
            asked += 1
            // A caller that asks fifty times a second.
            try await Task.sleep(for: .milliseconds(20))
        }
        // After one, two and four seconds, each a little more.
        let attempts = Self.refusals(server) - before
        #expect((1...4).contains(attempts), "\(attempts) attempts")

        // Rotated, and the client's file does not know the new one yet.
        try await server.use(second)
        #expect(await PostgresTrial.failure(ask)?.kind == .untrusted)
        try trust(first, second)
        let right = ContinuousClock.now
        try await Deadline.until("it is taken") { await PostgresTrial.failure(ask) == nil }
        print(
            "PostgreSQL: \(attempts) attempts for \(asked) calls in 5 s with an expired certificate; used \(right.duration(to: .now)) after"
        )
        await client.shutdown()
        await server.stop()
    }

    private static func endOthers(_ server: PostgresServer) async throws {
        try await server.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    }

    /// What the server's log has of connections that were given up over its certificate.
    private static func refusals(_ server: PostgresServer) -> Int {
        server.process.printed.split(separator: "\n").count { $0.contains("could not accept SSL connection") }
    }
}
