import Foundation
import HearthTestKit
import NIOSSL
import Testing

@Suite("Encrypted listeners", .serialized, .timeLimit(.minutes(10)))
struct EncryptionTests {
    @Test("Questions are answered as without TLS: misses, hits from memory, and several at once in order")
    func answers() async throws {
        let stage = try await Stage()
        let certificate = try await TestCertificate(name: "127.0.0.1")
        let hearth = try await stage.start(environment: certificate.environment)
        #expect(hearth.url == "https://127.0.0.1:\(hearth.port)")
        #expect(try await hearth.ask("Do you sell gift cards?").json["source"].text == "upstream")
        #expect(try await hearth.ask("Do you sell gift cards?").json["source"].text == "memory")

        let connection = try await RawConnection.open(port: hearth.port, tls: try certificate.clientConfiguration())
        let questions = ["Do you sell gift cards?", "Is there parking?", "", "Do you sell gift cards?"]
        let requests = questions.enumerated().map { RawRequest.query($1, headers: "X-Request-Id: number-\($0)\r\n") }
        try await connection.send(requests.joined())
        let answers = try await connection.answers(questions.count)
        #expect(answers.map { $0.header("X-Request-Id") } == questions.indices.map { "number-\($0)" })
        #expect(answers.map(\.status) == [200, 200, 400, 200])

        let end = try await certificate.end()
        let samples = try await hearth.metrics()
        #expect(samples.value("hearth_certificate_expiry_timestamp_seconds", ["peer": "listener"]) == end)
        #expect(try await hearth.terminate() == .init(status: 0))
    }

    @Test("Commands reach an encrypted service where they trust its certificate, and say what to do where they do not")
    func commands() async throws {
        let stage = try await Stage()
        let certificate = try await TestCertificate(name: "127.0.0.1")
        let hearth = try await stage.start(environment: certificate.environment)
        let trusting = ["HEARTH_URL": hearth.url, "HEARTH_CA_FILE": certificate.certificate]
        #expect(try await stage.run(["healthcheck"], environment: trusting).status == 0)
        #expect(try await stage.run(["ask", "Do you sell gift cards?"], environment: trusting).status == 0)
        let foreign = try await stage.run(["healthcheck"], environment: ["HEARTH_URL": hearth.url])
        #expect(foreign.status == 1)
        #expect(foreign.errors.contains("certificate"), "\(foreign.errors)")
        let missing = try await stage.run(["healthcheck", "--ca-file", "/nowhere.pem"], environment: trusting)
        #expect(missing.status == 2)
    }

    @Test("Old versions of TLS are refused; HTTP/1.1 is what is agreed upon, also with who would rather have HTTP/2")
    func versions() async throws {
        let stage = try await Stage()
        let certificate = try await TestCertificate(name: "127.0.0.1")
        let hearth = try await stage.start(environment: certificate.environment)
        var old = try certificate.clientConfiguration()
        old.minimumTLSVersion = .tlsv1
        old.maximumTLSVersion = .tlsv11
        let refused = try await RawConnection.open(port: hearth.port, tls: old)
        try await refused.waitUntilClosed()
        for version in [TLSVersion.tlsv12, .tlsv13] {
            var configuration = try certificate.clientConfiguration()
            (configuration.minimumTLSVersion, configuration.maximumTLSVersion) = (version, version)
            configuration.applicationProtocols = ["h2", "http/1.1"]
            let connection = try await RawConnection.open(port: hearth.port, tls: configuration)
            try await connection.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await connection.answer().status == 200)
        }
        let agreed = try RunningProgram(
            "/usr/bin/openssl", ["s_client", "-connect", "127.0.0.1:\(hearth.port)", "-alpn", "h2,http/1.1"], folder: "/", input: "")
        try await agreed.waitForEnd()
        #expect(agreed.output.contains("ALPN protocol: http/1.1"))
        #expect(try await hearth.metrics().value("hearth_http_rejections_total", ["reason": "handshake_failed"]) == 1)
    }

    @Test(
        "testssl finds nothing wrong with what is offered",
        .enabled(if: ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] != nil, "HEARTH_TEST_LONG=1"))
    func testssl() async throws {
        let stage = try await Stage()
        let certificate = try await TestCertificate(name: "127.0.0.1")
        let hearth = try await stage.start(environment: certificate.environment)
        let report = stage.folder.path + "/testssl.json"
        let run = try RunningProgram(
            "/usr/bin/testssl",
            ["--quiet", "--color", "0", "--warnings", "off", "--jsonfile", report, "--add-ca", certificate.certificate, hearth.url],
            folder: stage.folder.path, environment: ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": stage.folder.path, "TERM": "dumb"])
        try await run.waitForEnd(within: .seconds(500))
        struct Finding: Decodable {
            var id: String
            var severity: String
            var finding: String
        }
        let findings = try JSONDecoder().decode([Finding].self, from: Data(contentsOf: URL(filePath: report)))
        #expect(findings.count > 60, "\(run.output.suffix(2000))")
        let expected: Set = [
            // The certificate is the test's own.
            "cert_chain_of_trust", "cert_expirationStatus", "cert_notAfter", "cert_revocation", "DNS_CAArecord",
            // All suites on offer are as good as each other, and a client knows better which it calculates fast.
            "cipher_order",
            // It would hold for every other service under the same name, too; a proxy that has the name to itself sends it.
            "HSTS",
        ]
        let faults = findings.filter {
            ["LOW", "MEDIUM", "HIGH", "CRITICAL", "FATAL"].contains($0.severity) && !expected.contains($0.id)
        }
        #expect(faults.isEmpty, "\(faults)")
        // It has been there through all of it, for everybody else too.
        #expect(try await hearth.ask("Do you sell gift cards?").status == 200)
        #expect(try await hearth.terminate() == .init(status: 0))
    }

    @Test("Plain HTTP is told what to do; silence and noise are ended in time, and others are answered meanwhile")
    func clientsThatDoNotEncrypt() async throws {
        let stage = try await Stage()
        let certificate = try await TestCertificate(name: "127.0.0.1")
        let hearth = try await stage.start(
            settings: "listener:\n  limits:\n    handshakeTimeout: 5s\n", environment: certificate.environment)
        let plain = try await RawConnection.open(port: hearth.port)
        try await plain.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let answer = try await plain.answer()
        #expect(answer.status == 400)
        #expect(answer.json["error"].text == "tls_required")
        try await plain.waitUntilClosed()

        var silent: [RawConnection] = []
        for _ in 0..<100 { silent.append(try await RawConnection.open(port: hearth.port)) }
        // The head of a record of 512 bytes that never come.
        let halfway = try await RawConnection.open(port: hearth.port)
        try await halfway.send([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3])
        let noise = try await RawConnection.open(port: hearth.port)
        try await noise.send([0, 1, 2, 3, 255, 254, 253] + Array(repeating: 9, count: 4096))
        #expect(try await hearth.ask("Do you sell gift cards?").status == 200)
        for connection in silent + [halfway, noise] { try await connection.waitUntilClosed(within: .seconds(60)) }
        try await Deadline.until("none of them is left") { try await hearth.metrics().value("hearth_http_connections") ?? 99 < 20 }
        let samples = try await hearth.metrics()
        #expect(samples.value("hearth_http_rejections_total", ["reason": "handshake_timeout"]) == 101)
        #expect(samples.value("hearth_http_rejections_total", ["reason": "handshake_failed"]) == 2)
    }

    @Test("Administration on a port of its own wants a client's certificate, questions do not")
    func clientCertificates() async throws {
        let stage = try await Stage()
        let certificate = try await TestCertificate(name: "127.0.0.1")
        let (operatorsOwn, strangers) = (try await TestCertificate(name: "operator"), try await TestCertificate(name: "operator"))
        let port = try await FreePort.find()
        let hearth = try await stage.start(
            environment: certificate.environment.merging(
                ["HEARTH_ADMIN_PORT": "\(port)", "HEARTH_TLS_CLIENT_CA_FILE": operatorsOwn.certificate]) { $1 })
        #expect(try await hearth.ask("Do you sell gift cards?").status == 200)
        #expect(try await hearth.client.get("/metrics").status == 404)

        let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for shown in [nil, strangers] {
            let connection = try await RawConnection.open(port: port, tls: try certificate.clientConfiguration(showing: shown))
            connection.startSending(Array(request.utf8))
            try await connection.waitUntilClosed()
            #expect(connection.received.isEmpty)
        }
        let admitted = try await RawConnection.open(port: port, tls: try certificate.clientConfiguration(showing: operatorsOwn))
        try await admitted.send(request)
        let answer = try await admitted.answer()
        #expect(answer.status == 200)
        let samples = MetricSamples(String(decoding: answer.body, as: UTF8.self))
        #expect(samples.value("hearth_http_rejections_total", ["reason": "handshake_failed"]) == 2)
    }
}

extension TestCertificate {
    /// The variables that make the service show it.
    var environment: [String: String] { ["HEARTH_TLS_CERTIFICATE_FILE": certificate, "HEARTH_TLS_KEY_FILE": key] }
}
