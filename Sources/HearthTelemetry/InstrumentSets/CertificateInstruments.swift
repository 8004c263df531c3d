/// What is told about certificates: of the servers that Hearth talks to by TLS, and its own.
package struct CertificateInstruments: Sendable {
    /// Who shows the certificate.
    package enum Peer: Int, MetricLabel {
        case provider
        case redis
        case postgres
        /// Hearth itself.
        case listener

        package static let labelValues = ["provider", "redis", "postgres", "listener"]
    }

    /// What became of Hearth's own certificate when its files were read again.
    package enum Reload: Int, MetricLabel {
        /// New connections get it.
        case taken
        /// It cannot be used; new connections get the former one.
        case refused

        package static let labelValues = ["taken", "refused"]
    }

    private let expiries: [Gauge]
    private let reloads: [Counter]

    package init(registry: MetricRegistry) {
        expiries = registry.perLabel(Peer.self) { registry.gauge(MetricCatalogue.certificateExpiry, labels: [$0]) }
        reloads = registry.perLabel(Reload.self) { registry.counter(MetricCatalogue.certificateReloads, labels: [$0]) }
    }

    /// The certificate, as it came with a handshake that succeeded or is shown to clients, is good until then.
    package func note(_ peer: Peer, expiresAt end: Timestamp) { expiries[peer.index].set(end) }

    /// Files that have not changed do not count, those that cannot be used do every time.
    package func countReload(_ outcome: Reload) { reloads[outcome.index].increment() }
}
