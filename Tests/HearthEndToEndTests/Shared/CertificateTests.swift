import Foundation
import HearthTelemetry
import HearthTestKit
import Testing

extension SharedEngineTests {
    @Suite("The ends of certificates", .serialized, .timeLimit(.minutes(2)))
    struct CertificateTests {
        @Test("The metrics tell when the certificates of Redis and PostgreSQL end, and 0 where there is no TLS")
        func ends() async throws {
            let certificate = try await TestCertificate(name: "127.0.0.1")
            let port = try await FreePort.find()
            let redis = try await RedisServer.start(arguments: [
                "--tls-port", "\(port)", "--tls-cert-file", certificate.certificate, "--tls-key-file", certificate.key,
                "--tls-ca-cert-file", certificate.certificate, "--tls-auth-clients", "no",
            ])
            let postgres = try await PostgresServer.start()
            try await postgres.use(certificate)
            let hearth = try await Stage().start(environment: [
                "REDIS_URL": "rediss://127.0.0.1:\(port)", "REDIS_CA_FILE": certificate.certificate,
                "DATABASE_URL": postgres.url + "?sslmode=verify-full&sslrootcert=\(certificate.certificate)",
            ])
            let end = try await certificate.end()
            try await Deadline.until("both are known") {
                let samples = try await hearth.metrics()
                return ["redis", "postgres"].allSatisfy {
                    samples.value("hearth_certificate_expiry_timestamp_seconds", ["peer": $0]) == end
                }
            }
            #expect(try await hearth.metrics().value("hearth_certificate_expiry_timestamp_seconds", ["peer": "provider"]) == 0)
            #expect(try await hearth.terminate() == .init(status: 0))
            await redis.stop()
            await postgres.stop()
        }
    }
}
