import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

/// A TLS server of OpenSSL with a certificate of its own.
private struct TLSServer {
    let port: Int
    let process: ServerProcess
    let files: TestCertificate

    static func start(name: String, hasExpired: Bool = false, options: [String] = []) async throws -> TLSServer {
        let files = try await TestCertificate(name: name, hasExpired: hasExpired)
        let port = try await FreePort.find()
        let process = try ServerProcess(
            "openssl s_server", program: "/usr/bin/openssl",
            arguments: ["s_server", "-accept", "127.0.0.1:\(port)", "-cert", files.certificate, "-key", files.key, "-www"] + options,
            folder: "/")
        try await process.waitUntilPrinted("ACCEPT")
        return TLSServer(port: port, process: process, files: files)
    }

    func failure(trusted: Bool) async throws -> HTTPClientError.Kind? {
        var limits = CurlClient.Limits()
        if trusted { limits.trustedCertificatesFile = files.certificate }
        let client = try CurlClient(limits: limits)
        let url = "https://127.0.0.1:\(port)/"
        let failure = await kind { () throws(HTTPClientError) in try await client.send(HTTPClientRequest(url: url)) }
        await client.shutdown()
        await process.stop()
        return failure
    }
}

@Suite("TLS", .timeLimit(.minutes(10)))
struct TLSTests {
    @Test("A certificate that nobody vouches for is refused")
    func selfSigned() async throws {
        #expect(try await TLSServer.start(name: "127.0.0.1").failure(trusted: false) == .tls)
    }

    @Test("A trusted certificate with another name is refused")
    func wrongName() async throws {
        #expect(try await TLSServer.start(name: "other.example").failure(trusted: true) == .tls)
    }

    @Test("A trusted certificate that has expired is refused")
    func expired() async throws {
        #expect(try await TLSServer.start(name: "127.0.0.1", hasExpired: true).failure(trusted: true) == .tls)
    }

    @Test("A server that speaks TLS 1.1 at best is refused")
    func oldVersion() async throws {
        // OpenSSL itself offers so old a version only where it is told to be careless.
        let options = ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"]
        #expect(try await TLSServer.start(name: "127.0.0.1", options: options).failure(trusted: true) == .tls)
    }

    @Test("A trusted certificate with the right name is accepted")
    func trusted() async throws {
        #expect(try await TLSServer.start(name: "127.0.0.1").failure(trusted: true) == nil)
    }

    @Test("The answer tells when the server's certificate ends, and nothing where there is no TLS")
    func certificateEnd() async throws {
        let server = try await TLSServer.start(name: "127.0.0.1")
        let end = try await server.files.end()
        var limits = CurlClient.Limits()
        limits.trustedCertificatesFile = server.files.certificate
        let client = try CurlClient(limits: limits)
        let answer = try await client.send(HTTPClientRequest(url: "https://127.0.0.1:\(server.port)/"))
        #expect(answer.certificateEnd.map { Double($0.milliseconds) / 1000 } == end)
        let another = try CurlClient(limits: limits)
        #expect(try await another.open(HTTPClientRequest(url: "https://127.0.0.1:\(server.port)/")).certificateEnd == answer.certificateEnd)
        await another.shutdown()
        await server.process.stop()
        let plain = try await ScriptedServer.start { _ in [.answer("{}")] }
        #expect(try await client.send(HTTPClientRequest(url: "http://127.0.0.1:\(plain.port)/")).certificateEnd == nil)
        await client.shutdown()
        await plain.stop()
    }

    @Test("A server that accepts and stays silent in the handshake ends with the connect limit")
    func silentHandshake() async throws {
        let server = try await ScriptedServer.start { _ in [.stall] }
        let client = try CurlClient()
        let request = HTTPClientRequest(
            url: "https://127.0.0.1:\(server.port)/", connectTimeout: .milliseconds(150), totalTimeout: .seconds(20))
        let failure = await kind { () throws(HTTPClientError) in try await client.send(request) }
        #expect(failure == .connectTimeout)
        await client.shutdown()
        await server.stop()
    }
}
