import HearthTestKit
import Testing

@testable import HearthServer

@Suite("The servers that the configuration names")
struct ConfiguredServersTests {
    @Test("A Redis whose certificate comes from the configured authority answers the check at the start; from an unknown one it does not")
    func certificateAuthority() async throws {
        let files = try await TestCertificate(name: "127.0.0.1")
        let port = try await FreePort.find()
        let server = try await RedisServer.start(arguments: [
            "--tls-port", "\(port)", "--tls-cert-file", files.certificate, "--tls-key-file", files.key, "--tls-ca-cert-file",
            files.certificate, "--tls-auth-clients", "no",
        ])
        let environment = ["REDIS_URL": "rediss://127.0.0.1:\(port)", "REDIS_CA_FILE": files.certificate]
        var configuration = try load(environment: environment).configuration
        #expect(await ConfiguredServers(configuration).unreachable().isEmpty)
        configuration.redis.certificateAuthority = nil
        #expect(await ConfiguredServers(configuration).unreachable().map(\.name) == ["Redis"])
        await server.stop()
    }
}
