import Foundation
package import NIOSSL

/// A self-signed certificate for one name, and its key, in files that last as long as this object.
package final class TestCertificate: Sendable {
    package let key: String
    package let certificate: String
    private let folder: TemporaryFolder

    /// - Parameters:
    ///   - name: a host's name, or `127.0.0.1`.
    ///   - hasExpired: whether it was good until yesterday only.
    package init(name: String, hasExpired: Bool = false) async throws {
        folder = try TemporaryFolder(named: "hearth-tls")
        (key, certificate) = (folder.path + "/key.pem", folder.path + "/certificate.pem")
        let make = try ServerProcess(
            "openssl req", program: "/usr/bin/openssl",
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
                "-addext", "subjectAltName=\(name == "127.0.0.1" ? "IP" : "DNS"):\(name)", "-keyout", key, "-out", certificate,
            ], folder: folder.path)
        guard await make.waitForEnd() == 0 else { throw ServerProcess.Failure(description: make.printed) }
        guard hasExpired else { return }
        let age = try ServerProcess(
            "openssl x509", program: "/usr/bin/openssl",
            arguments: ["x509", "-in", certificate, "-signkey", key, "-days", "-1", "-out", certificate], folder: folder.path)
        guard await age.waitForEnd() == 0 else { throw ServerProcess.Failure(description: age.printed) }
    }

    /// How a client encrypts that trusts this certificate and no other.
    ///
    /// - Parameter own: what the client shows itself.
    package func clientConfiguration(showing own: TestCertificate? = nil) throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificate)
        if let own {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(own.certificate).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: own.key, format: .pem))
        }
        return configuration
    }

    /// In DER.
    package func bytes() throws -> [UInt8] { try NIOSSLCertificate.fromPEMFile(certificate).first?.toDERBytes() ?? [] }

    /// When it ends, in Unix seconds, as `openssl` reads it.
    package func end() async throws -> Double {
        let show = try RunningProgram(
            "/usr/bin/openssl", ["x509", "-in", certificate, "-noout", "-enddate", "-dateopt", "iso_8601"], folder: "/")
        try await show.waitForEnd()
        // notAfter=2026-11-28 03:00:00Z
        let text = show.output.drop { $0 != "=" }.dropFirst().trimmingCharacters(in: .whitespacesAndNewlines)
        guard let end = try? Date(text.replacing(" ", with: "T"), strategy: .iso8601) else {
            throw ServerProcess.Failure(description: "openssl said \(show.output)\(show.errors)")
        }
        return end.timeIntervalSince1970
    }
}
