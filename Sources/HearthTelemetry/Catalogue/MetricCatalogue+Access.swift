extension MetricCatalogue {
    static let access: [MetricDescriptor] = [
        accessDecisions, accessKeys, accessKeysRead, accessTokenKeys, accessKnownTokens, accessFailingAddresses,
    ]

    /// 9 lines.
    package static let accessDecisions = MetricDescriptor(
        "hearth_access_decisions_total", .counter, labels: [LabelDescriptor("result", AccessInstruments.Result.self)],
        help: "Requests for what needs a credential: by what they were let in, or why they were not."
    )
    /// 3 lines.
    package static let accessKeys = MetricDescriptor(
        "hearth_access_keys", .gauge, labels: [LabelDescriptor("state", AccessInstruments.KeyState.self)],
        help: "API keys that this replica knows, those of the configuration included."
    )
    /// 1 line.
    package static let accessKeysRead = MetricDescriptor(
        "hearth_access_keys_read_timestamp_seconds", .gauge, unit: .seconds,
        help: "When the API keys of the database were last known to be as the database has them; revocations since then wait."
    )
    /// 1 line.
    package static let accessTokenKeys = MetricDescriptor(
        "hearth_access_token_keys", .gauge, help: "Keys that JSON Web Tokens are verified by; 0 where none are accepted."
    )
    /// 1 line.
    package static let accessKnownTokens = MetricDescriptor(
        "hearth_access_known_tokens", .gauge, help: "JSON Web Tokens that were verified and are remembered."
    )
    /// 1 line.
    package static let accessFailingAddresses = MetricDescriptor(
        "hearth_access_failing_addresses", .gauge, help: "Addresses that presented credentials which are not valid, in the last minutes."
    )
}
