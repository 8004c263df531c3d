package import HearthDrivers
package import HearthTelemetry

extension HearthConfiguration {
    /// Who may call.
    package struct Credentials: Sendable {
        /// Those that the configuration itself names; more may be in the database.
        package var apiKeys: [NamedKey]
        /// Whether the metrics need no credential.
        package var opensMetrics: Bool
        /// Credentials that are not valid, from one address.
        package var failuresPerMinute: Int
        package var tokens: Tokens

        package struct NamedKey: Sendable {
            package var name: String
            package var tenant: Tenant
            package var scopes: Set<Scope>
            package var key: Secret
        }

        init(reading reader: inout SettingReader) {
            apiKeys = reader.value(CredentialSettings.apiKeys).map { CredentialList.parse($0.reveal()) ?? [] } ?? []
            opensMetrics = reader.value(CredentialSettings.opensMetrics)
            failuresPerMinute = reader.value(CredentialSettings.failuresPerMinute)
            tokens = Tokens(reading: &reader)
        }
    }
}

enum CredentialSettings {
    static let apiKeys = Setting<Secret?>.secret(
        SettingPlace("credentials.apiKeys", variable: "HEARTH_API_KEYS"),
        allowed: "keys of 16 to 256 visible characters, one a line or separated by commas, each with or without `name=` or "
            + "`name@tenant:scope+scope=` in front; without a tenant it is `default`, without scopes all of them",
        accepts: { CredentialList.parse($0) != nil },
        "Keys of the callers, beside those that `hearth keys` makes")
    static let opensMetrics = Setting<Bool>.boolean(
        SettingPlace("credentials.openMetrics", variable: "HEARTH_OPEN_METRICS"), false,
        "Whether /metrics answers without a credential")

    static let failuresPerMinute = Setting<Int>.integer(
        "credentials.failuresPerMinute", 30, in: 1...10_000,
        "Credentials that are not valid which one address may present in a minute before it has to wait")

    static let all = [apiKeys.description, opensMetrics.description, failuresPerMinute.description] + TokenSettings.all
}
