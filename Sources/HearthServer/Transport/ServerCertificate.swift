import Crypto
import HearthTelemetry
import NIOSSL

/// The certificate that the listeners show, its key, and the authorities of the clients that administration lets in, as they are in files
/// now.
struct ServerCertificate {
    /// What keeps the files from being used.
    struct Problem: Error, Equatable, CustomStringConvertible {
        /// The setting that names the file.
        var setting: String
        var path: String
        /// The end of a sentence about the file.
        var reason: String

        var description: String { "\(setting): \(path) cannot be used: \(reason)" }
    }

    /// What connections are made with.
    struct Contexts: Sendable {
        let questions: NIOSSLContext
        let administration: NIOSSLContext
    }

    let contexts: Contexts
    let validFrom: Timestamp
    let validUntil: Timestamp
    /// Tells one content of the files from another.
    let digest: SHA256Digest

    private static let maximumBytes = 256 << 10
    /// With forward secrecy and authenticated encryption only; those of TLS 1.3 are not chosen here.
    private static let cipherSuites: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

    /// Reads the files and makes sure that they belong together; half-written ones do not.
    static func read(_ files: HearthConfiguration.TLS) throws(Problem) -> ServerCertificate {
        let certificate = TLSFile(setting: ListenerSettings.certificateFile, path: files.certificateFile)
        let key = TLSFile(setting: ListenerSettings.keyFile, path: files.keyFile)
        let (chainText, keyText) = (try certificate.text(limit: maximumBytes), try key.text(limit: maximumBytes))
        let chain = try certificate.certificates(in: chainText)
        let privateKey = try key.check("it holds no private key in PEM without a passphrase") {
            try NIOSSLPrivateKey(bytes: Array(keyText.utf8), format: .pem)
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuiteValues = cipherSuites
        configuration.applicationProtocols = ["http/1.1"]
        let questions = try key.check("it is not the key of the certificate in \(files.certificateFile)") {
            try NIOSSLContext(configuration: configuration)
        }
        var administration = questions
        var authorityText = ""
        if let path = files.clientAuthorityFile {
            let authority = TLSFile(setting: ListenerSettings.clientAuthorityFile, path: path)
            authorityText = try authority.text(limit: maximumBytes)
            configuration.trustRoots = .certificates(try authority.certificates(in: authorityText))
            // A client's certificate names nobody whose host could be looked up; that an authority of ours has signed it is enough.
            configuration.certificateVerification = .noHostnameVerification
            configuration.sendCANameList = true
            administration = try authority.check("its certificates are no authorities") {
                try NIOSSLContext(configuration: configuration)
            }
        }
        return ServerCertificate(
            contexts: Contexts(questions: questions, administration: administration),
            validFrom: Timestamp(seconds: Int64(chain[0].notValidBefore)), validUntil: Timestamp(seconds: Int64(chain[0].notValidAfter)),
            digest: SHA256.hash(data: Array("\(chainText)\u{0}\(keyText)\u{0}\(authorityText)".utf8)))
    }
}

/// One of the files, with the setting that names it.
private struct TLSFile {
    let setting: Setting<String?>
    let path: String

    func text(limit: Int) throws(ServerCertificate.Problem) -> String {
        do {
            return try BoundedFile.text(at: path, limit: limit)
        } catch {
            throw problem(error.reason)
        }
    }

    /// At least one.
    func certificates(in text: String) throws(ServerCertificate.Problem) -> [NIOSSLCertificate] {
        let reason = "it holds no certificate in PEM, or only part of one"
        // The library takes the certificates before a broken one and says nothing.
        let (begun, ended) = (text.ranges(of: "-----BEGIN ").count, text.ranges(of: "-----END ").count)
        let certificates = try check(reason) { try NIOSSLCertificate.fromPEMBytes(Array(text.utf8)) }
        guard !certificates.isEmpty, begun == ended else { throw problem(reason) }
        return certificates
    }

    func check<Value>(_ reason: String, _ body: () throws -> Value) throws(ServerCertificate.Problem) -> Value {
        do {
            return try body()
        } catch {
            throw problem(reason)
        }
    }

    private func problem(_ reason: String) -> ServerCertificate.Problem {
        ServerCertificate.Problem(setting: setting.description.key, path: path, reason: reason)
    }
}
