import HearthTelemetry

extension Composition {
    /// What the listeners show; nil where they do not encrypt.
    ///
    /// - Throws: ``StartupError`` where the files have become unusable since the configuration was checked.
    static func certificateKeeper(_ foundation: Foundation) throws -> CertificateKeeper? {
        let listener = foundation.configuration.listener
        guard let files = listener.tls else { return nil }
        do throws(ServerCertificate.Problem) {
            return try CertificateKeeper(
                files, instruments: CertificateInstruments(registry: foundation.registry), timeSource: foundation.timeSource,
                logger: foundation.logs.logger("hearth.tls"))
        } catch {
            throw StartupError.listenFailed(host: listener.host, port: listener.port, cause: "\(error)")
        }
    }
}
