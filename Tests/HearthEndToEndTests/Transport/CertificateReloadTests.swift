import Foundation
import HearthTestKit
import NIOSSL
import Testing

@Suite("A certificate that is replaced while the service runs", .serialized, .timeLimit(.minutes(10)))
struct CertificateReloadTests {
    /// Where the service finds its files, and what may be put there.
    private struct Setting {
        let stage: Stage
        let first: TestCertificate
        var certificateFile: String { stage.folder.path + "/certificate.pem" }
        var keyFile: String { stage.folder.path + "/key.pem" }

        init() async throws {
            stage = try await Stage()
            first = try await TestCertificate(name: "127.0.0.1")
            try put(certificate: first.certificate, key: first.key)
        }

        func start() async throws -> RunningHearth {
            // The job would be a minute late.
            try await stage.start(
                settings: "jobs:\n  reload-certificates: {schedule: \"@manual\"}\n",
                environment: ["HEARTH_TLS_CERTIFICATE_FILE": certificateFile, "HEARTH_TLS_KEY_FILE": keyFile])
        }

        func put(certificate: String? = nil, key: String? = nil) throws {
            if let certificate { try text(of: certificate).write(toFile: certificateFile, atomically: false, encoding: .utf8) }
            if let key { try text(of: key).write(toFile: keyFile, atomically: false, encoding: .utf8) }
        }

        func text(of file: String) throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

        /// What a new connection is shown; whether it is trusted does not matter here.
        func shown(by hearth: RunningHearth) async throws -> [UInt8] {
            var configuration = try first.clientConfiguration()
            configuration.certificateVerification = .none
            return try await RawConnection.open(port: hearth.port, tls: configuration).peerCertificate()
        }

        /// Runs the job and tells how it ended.
        func reload(_ connection: RawConnection, answers: inout Int) async throws -> JSONNode {
            try await connection.send(
                "POST /api/v1/jobs/reload-certificates/run HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
            answers += 1
            let started = try await connection.answers(answers)[answers - 1]
            #expect(started.status == 202)
            let id = try #require(started.json["runId"].text)
            return try await Deadline.value("the run has ended") {
                try await connection.send("GET /api/v1/jobs/runs/\(id) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                answers += 1
                let run = try await connection.answers(answers)[answers - 1].json
                return run["finishedAt"].text == nil ? nil : run
            }
        }
    }

    @Test("The job takes a new one over: new connections get it, open ones go on")
    func replaced() async throws {
        let setting = try await Setting()
        let hearth = try await setting.start()
        let open = try await RawConnection.open(port: hearth.port, tls: try setting.first.clientConfiguration())
        #expect(try await open.peerCertificate() == setting.first.bytes())
        let second = try await TestCertificate(name: "127.0.0.1")
        try setting.put(certificate: second.certificate, key: second.key)
        var answers = 0
        #expect(try await setting.reload(open, answers: &answers)["outcome"].text == "success")
        #expect(try await setting.shown(by: hearth) == second.bytes())
        // The connection from before has carried all of that.
        #expect(!open.isClosed)
        let client = try WebClient(baseURL: hearth.url, trusting: second.certificate)
        let samples = MetricSamples(try await client.get("/metrics").text)
        #expect(samples.value("hearth_certificate_reloads_total", ["outcome": "taken"]) == 1)
        #expect(samples.value("hearth_certificate_expiry_timestamp_seconds", ["peer": "listener"]) == (try await second.end()))
    }

    @Test("Half written, with another's key, or expired: the former one stays in use, said once in the log and counted")
    func broken() async throws {
        let setting = try await Setting()
        let hearth = try await setting.start()
        let open = try await RawConnection.open(port: hearth.port, tls: try setting.first.clientConfiguration())
        var answers = 0
        let (other, expired) = (
            try await TestCertificate(name: "127.0.0.1"), try await TestCertificate(name: "127.0.0.1", hasExpired: true)
        )
        let half = setting.stage.folder.path + "/half.pem"
        try String(setting.text(of: other.certificate).prefix(300)).write(toFile: half, atomically: true, encoding: .utf8)
        let states = [
            (half, setting.first.key, "part of one"), (other.certificate, setting.first.key, "not the key"),
            (expired.certificate, expired.key, "expired at"),
        ]
        for (certificate, key, problem) in states {
            try setting.put(certificate: certificate, key: key)
            for _ in 0..<2 {
                let run = try await setting.reload(open, answers: &answers)
                #expect(run["outcome"].text == "failure")
                let message = try #require(run["error"]["message"].text)
                #expect(message.contains(problem), "\(message)")
            }
            #expect(try await setting.shown(by: hearth) == setting.first.bytes())
        }
        let samples = try await hearth.metrics(trusting: setting.first.certificate)
        #expect(samples.value("hearth_certificate_reloads_total", ["outcome": "refused"]) == 6)
        let lines = hearth.program.errorLines.filter { $0.contains("new connections get the former certificate") }
        #expect(lines.count == 3, "\(lines)")
    }

    @Test("SIGHUP reads it at once")
    func signal() async throws {
        let setting = try await Setting()
        let hearth = try await setting.start()
        let second = try await TestCertificate(name: "127.0.0.1")
        try setting.put(certificate: second.certificate, key: second.key)
        hearth.program.send(signal: SIGHUP)
        let bytes = try second.bytes()
        try await Deadline.until("new connections get the new one") { try await setting.shown(by: hearth) == bytes }
    }
}

extension RunningHearth {
    fileprivate func metrics(trusting authority: String) async throws -> MetricSamples {
        MetricSamples(try await WebClient(baseURL: url, trusting: authority).get("/metrics").text)
    }
}
