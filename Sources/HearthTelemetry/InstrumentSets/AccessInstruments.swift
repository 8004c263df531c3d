/// What is counted about credentials.
package struct AccessInstruments: Sendable {
    package enum Result: Int, MetricLabel {
        /// Let in by an API key.
        case key
        /// Let in by a JSON Web Token.
        case token
        /// There was no credential.
        case missing
        /// Nothing that could be one.
        case malformed
        case unknown
        case expired
        case revoked
        /// A JSON Web Token that is not accepted.
        case tokenRefused
        /// The address had presented too many that are not valid.
        case limited

        package static let labelValues = [
            "key", "token", "missing", "malformed", "unknown", "expired", "revoked", "token_refused", "limited",
        ]
    }

    package enum KeyState: Int, MetricLabel {
        case valid
        case expired
        case revoked

        package static let labelValues = ["valid", "expired", "revoked"]
    }

    package let keysReadAt: Gauge
    package let tokenKeys: Gauge
    package let knownTokens: Gauge
    package let failingAddresses: Gauge
    private let decisionCounters: [Counter]
    private let keyGauges: [Gauge]

    package init(registry: MetricRegistry) {
        keysReadAt = registry.gauge(MetricCatalogue.accessKeysRead)
        tokenKeys = registry.gauge(MetricCatalogue.accessTokenKeys)
        knownTokens = registry.gauge(MetricCatalogue.accessKnownTokens)
        failingAddresses = registry.gauge(MetricCatalogue.accessFailingAddresses)
        decisionCounters = registry.perLabel(Result.self) { registry.counter(MetricCatalogue.accessDecisions, labels: [$0]) }
        keyGauges = registry.perLabel(KeyState.self) { registry.gauge(MetricCatalogue.accessKeys, labels: [$0]) }
    }

    package func decisions(_ result: Result) -> Counter { decisionCounters[result.index] }

    package func keys(_ state: KeyState) -> Gauge { keyGauges[state.index] }
}
