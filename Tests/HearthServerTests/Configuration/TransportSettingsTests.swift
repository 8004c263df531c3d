import Foundation
import HearthServer
import HearthTestKit
import Testing

@Suite("Configuration: certificates")
struct TransportSettingsTests {
    private func environment(_ more: [String: String]) -> [String: String] {
        ["HEARTH_PROFILE": "production", "HEARTH_HOST": "0.0.0.0", "HEARTH_API_KEYS": "0123456789abcdef0123", "OPENAI_API_KEY": "k"]
            .merging(more) { $1 }
    }

    @Test("Production may be reached from other machines with a certificate, and has a job for it")
    func certificate() async throws {
        let certificate = try await TestCertificate(name: "hearth.example")
        let files = ["HEARTH_TLS_CERTIFICATE_FILE": certificate.certificate, "HEARTH_TLS_KEY_FILE": certificate.key]
        #expect(try faultLines(environment: environment(files), for: .serve) == [])
        let configuration = try load(environment: environment(files)).configuration
        #expect(configuration.listener.tls?.keyFile == certificate.key)
        #expect(configuration.job(named: "reload-certificates") != nil)
        #expect(try load().configuration.job(named: "reload-certificates") == nil)
    }

    @Test("A key that every user can read is refused in production")
    func readableKey() async throws {
        let certificate = try await TestCertificate(name: "hearth.example")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: certificate.key)
        let lines = try faultLines(
            environment: environment(["HEARTH_TLS_CERTIFICATE_FILE": certificate.certificate, "HEARTH_TLS_KEY_FILE": certificate.key]))
        #expect(lines.count == 1)
        #expect(lines.first?.hasSuffix("can be read by every user of this machine: chmod o-r it") == true)
    }

    @Test("Half of the pair, files that are not what they should be, and clients' authorities without a port are named")
    func faults() async throws {
        let (one, other) = (try await TestCertificate(name: "one"), try await TestCertificate(name: "other"))
        let cases: [(certificate: String?, key: String?, authority: String?, problem: String)] = [
            (one.certificate, nil, nil, "needs its key: set HEARTH_TLS_KEY_FILE"),
            (nil, one.key, nil, "needs its certificate: set HEARTH_TLS_CERTIFICATE_FILE"),
            (nil, nil, one.certificate, "needs a certificate of Hearth's own"),
            (one.certificate, other.key, nil, "it is not the key of the certificate in \(one.certificate)"),
            (one.key, one.key, nil, "it holds no certificate in PEM, or only part of one"),
            (one.certificate, one.certificate, nil, "it holds no private key in PEM without a passphrase"),
            ("/nowhere/certificate.pem", one.key, nil, "there is no such file"),
            (one.certificate, one.key, one.certificate, "there is none: set HEARTH_ADMIN_PORT"),
            (one.certificate, one.key, one.key, "it holds no certificate in PEM, or only part of one"),
        ]
        for (certificate, key, authority, problem) in cases {
            var variables: [String: String] = [:]
            variables["HEARTH_TLS_CERTIFICATE_FILE"] = certificate
            variables["HEARTH_TLS_KEY_FILE"] = key
            variables["HEARTH_TLS_CLIENT_CA_FILE"] = authority
            let lines = try faultLines(environment: variables)
            #expect(lines.contains { $0.contains(problem) }, "\(problem): \(lines)")
        }
    }
}
