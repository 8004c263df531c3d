import Configuration

/// Every setting there is: the one source for resolution, validation, `hearth config show`, the documents and the example file.
package enum SettingCatalogue {
    package static let all: [SettingDescription] =
        GeneralSettings.all + ListenerSettings.all + StoreSettings.all + ProviderSettings.all + GatewaySettings.all + WhatsAppSettings.all
        + CacheSettings.all + TenantSettings.all + LimitSettings.all + BudgetSettings.all + OverloadSettings.all
        + StatisticsSettings.all
        + ShadowSettings.all + LogSettings.all + CredentialSettings.all + AuditSettings.all + AlertmanagerSettings.all + MetricsSettings.all
        + TracingSettings.all
        + JobSettings.known.flatMap(\.descriptions)

    /// Variables with our prefix that are not settings of the service.
    static let otherVariables = ["HEARTH_URL", "HEARTH_KEY_FILE", "HEARTH_CA_FILE"]

    /// Every variable that means something.
    package static let variables: [String] =
        all.flatMap { [$0.variable, $0.fileVariable].compactMap(\.self) } + otherVariables

    static func configKey(_ key: String) -> AbsoluteConfigKey {
        AbsoluteConfigKey(key.split(separator: ".").map(String.init))
    }

    /// Variables that begin like ours and are none of ours, each with the nearest known one.
    static func unknownVariables(in environment: [String: String]) -> [ConfigurationFault] {
        let known = Set(variables)
        return environment.keys.filter { $0.hasPrefix("HEARTH_") && !known.contains($0) && !isServiceLink($0) }.map { name in
            ConfigurationFault(
                origin: .variable(name), subject: name, problem: "is not a known variable",
                suggestion: NearestWord.find(name, among: variables))
        }
    }

    /// Kubernetes sets `HEARTH_SERVICE_…` and `HEARTH_PORT_<number>_…` in every container when a service is named hearth.
    private static func isServiceLink(_ name: String) -> Bool {
        if name.hasPrefix("HEARTH_SERVICE_") { return true }
        guard name.hasPrefix("HEARTH_PORT_") else { return false }
        return name.dropFirst("HEARTH_PORT_".count).first.map { $0.isASCII && $0.isNumber } ?? false
    }

    /// The values that nobody wrote: the plain defaults, or those that a profile changes.
    static func defaults(of profile: Profile?) -> InMemoryProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for setting in all {
            guard let text = profile.map({ setting.profileDefaults[$0] }) ?? setting.defaultText else { continue }
            values[configKey(setting.key)] = ConfigValue(.string(text), isSecret: setting.isSecret)
        }
        return InMemoryProvider(name: profile?.rawValue ?? "defaults", values: values)
    }
}
