import Crypto
import HearthTelemetry
import Logging
import Synchronization

/// Keeps the certificate that new connections are made with, and takes another one over when its files change.
///
/// Open connections go on with the one that they were made with. Files that cannot be used change nothing.
final class CertificateKeeper: Sendable {
    /// Why the files as they are now were not taken over.
    struct Refusal: Error, Equatable, CustomStringConvertible {
        var description: String
    }

    private struct State {
        var certificate: ServerCertificate
        /// What was refused last, so that it is told once.
        var refused: Refusal?
    }

    private let files: HearthConfiguration.TLS
    private let state: Mutex<State>
    private let instruments: CertificateInstruments
    private let timeSource: any TimeSource
    private let logger: Logger

    init(
        _ files: HearthConfiguration.TLS, instruments: CertificateInstruments, timeSource: any TimeSource, logger: Logger
    ) throws(ServerCertificate.Problem) {
        self.files = files
        let certificate = try ServerCertificate.read(files)
        state = Mutex(State(certificate: certificate))
        self.instruments = instruments
        self.timeSource = timeSource
        self.logger = logger
        instruments.note(.listener, expiresAt: certificate.validUntil)
        // Who starts with an expired one has no better one; a client that does not care for it is answered.
        if let fault = Self.fault(of: certificate, at: timeSource.now()) {
            logger.warning("the certificate will be refused by clients", metadata: ["problem": "\(fault)"])
        }
    }

    /// What new connections are made with.
    var contexts: ServerCertificate.Contexts { state.withLock { $0.certificate.contexts } }

    /// Reads the files again.
    ///
    /// - Returns: whether they had changed and were taken over.
    @discardableResult
    func refresh() throws(Refusal) -> Bool {
        let found: ServerCertificate
        do throws(ServerCertificate.Problem) {
            found = try ServerCertificate.read(files)
        } catch {
            throw refuse(Refusal(description: "\(error)"))
        }
        let now = timeSource.now()
        if found.digest != state.withLock({ $0.certificate.digest }), let fault = Self.fault(of: found, at: now) {
            throw refuse(Refusal(description: fault))
        }
        let isNew = state.withLock { state in
            state.refused = nil
            guard state.certificate.digest != found.digest else { return false }
            state.certificate = found
            return true
        }
        guard isNew else { return false }
        instruments.countReload(.taken)
        instruments.note(.listener, expiresAt: found.validUntil)
        logger.notice("new connections get the new certificate", metadata: ["validUntil": "\(found.validUntil)"])
        return true
    }

    private func refuse(_ refusal: Refusal) -> Refusal {
        let isNew = state.withLock { state in
            defer { state.refused = refusal }
            return state.refused != refusal
        }
        instruments.countReload(.refused)
        if isNew {
            logger.error(
                "the certificate's files cannot be used; new connections get the former certificate", metadata: ["error": "\(refusal)"])
        }
        return refusal
    }

    private static func fault(of certificate: ServerCertificate, at now: Timestamp) -> String? {
        if certificate.validUntil <= now { return "the certificate expired at \(certificate.validUntil); renew it" }
        if certificate.validFrom > now {
            return "the certificate is good from \(certificate.validFrom) on; wait, or set this machine's clock"
        }
        return nil
    }
}
