/// What is told about the certificates of the servers that Hearth talks to by TLS.
package struct CertificateInstruments: Sendable {
    package enum Peer: Int, MetricLabel {
        case provider
        case redis
        case postgres

        package static let labelValues = ["provider", "redis", "postgres"]
    }

    private let expiries: [Gauge]

    package init(registry: MetricRegistry) {
        expiries = registry.perLabel(Peer.self) { registry.gauge(MetricCatalogue.certificateExpiry, labels: [$0]) }
    }

    /// The server's certificate, as it came with a handshake that succeeded, is good until then.
    package func note(_ peer: Peer, expiresAt end: Timestamp) { expiries[peer.index].set(end) }
}
