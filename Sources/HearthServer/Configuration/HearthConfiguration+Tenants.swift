package import HearthTelemetry

extension HearthConfiguration {
    /// What tenants share, and who acts for all of them.
    package struct Tenants: Sendable {
        /// Tenants that use each other's answers.
        package struct SharedNamespace: Sendable, Equatable {
            /// Of the same form as a tenant's.
            package var name: Tenant
            package var tenants: [Tenant]
        }

        /// Administrators of this tenant act for all; nil: nobody does.
        package var operatorTenant: Tenant?
        package var sharedNamespaces: [SharedNamespace]
        /// Answers in shared namespaces leave no earlier than this after the request.
        package var minimumLatency: Duration
        /// And up to so much later, at random.
        package var jitter: Duration
        /// Whether answers in shared namespaces say nothing of where they come from.
        package var hidesCacheHeaders: Bool

        init(reading reader: inout SettingReader) {
            operatorTenant = reader.value(TenantSettings.operatorTenant)
            sharedNamespaces = reader.value(TenantSettings.sharedNamespaces)
            minimumLatency = reader.value(TenantSettings.minimumLatency)
            jitter = reader.value(TenantSettings.jitter)
            hidesCacheHeaders = reader.value(TenantSettings.hidesCacheHeaders)
        }
    }
}

enum TenantSettings {
    /// Namespaces, and tenants in each.
    private static let maximumNamespaces = 100
    private static let maximumTenants = 1000
    private static let nobody = "none"

    static let operatorTenant = Setting<Tenant?>(
        SettingPlace("tenants.operator", variable: "HEARTH_OPERATOR_TENANT"), default: .standard,
        allowed: "the name of a tenant, or none", choices: [nobody],
        meaning: "Tenant whose administrators see and change what belongs to the others; what runs for all is for its keys only",
        read: { $0 == nobody ? .some(nil) : Tenant($0).map { .some($0) } }, write: { $0?.name ?? nobody })
    static let sharedNamespaces = Setting<[HearthConfiguration.Tenants.SharedNamespace]>(
        SettingPlace("cache.sharedNamespaces"), default: [],
        allowed: "names with the tenants that share their answers, such as salons=acme globex; a tenant in one of them only",
        isList: true, meaning: "Tenants that are given each other's answers; without it each has its own", read: namespaces,
        write: {
            $0.isEmpty ? nil : $0.map { "\($0.name)=" + $0.tenants.map(\.name).joined(separator: " ") }.joined(separator: "; ")
        })
    static let minimumLatency = Setting<Duration>.duration(
        "cache.sharedMinimumLatency", .zero, in: .zero ... .seconds(60),
        "Answers in shared namespaces leave no earlier than this after the request, so that a hit takes as long as a miss; longer than the provider usually takes"
    )
    static let jitter = Setting<Duration>.duration(
        "cache.sharedJitter", .milliseconds(20), in: .zero ... .seconds(60),
        "And up to so much later, at random, where cache.sharedMinimumLatency is set")
    static let hidesCacheHeaders = Setting<Bool>.boolean(
        SettingPlace("cache.hideCacheHeaders"), false,
        "Whether answers in shared namespaces leave out what tells a hit from a miss: Age, Cache-Status, Server-Timing, cacheKey, cached, source, responseTime, cost"
    )

    static let all = [
        // Those of the section `cache` go on where the other settings of it end.
        sharedNamespaces.description, minimumLatency.description, jitter.description, hidesCacheHeaders.description,
        operatorTenant.description,
    ]

    private static func namespaces(_ text: String) -> [HearthConfiguration.Tenants.SharedNamespace]? {
        var namespaces: [HearthConfiguration.Tenants.SharedNamespace] = []
        var seen: Set<Tenant> = []
        for part in text.split(separator: ";").map({ SettingText.trimmed($0) }) where !part.isEmpty {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, let name = Tenant(SettingText.trimmed(sides[0])), !namespaces.contains(where: { $0.name == name })
            else { return nil }
            var tenants: [Tenant] = []
            for word in sides[1].split(separator: " ") {
                guard let tenant = Tenant(String(word)), seen.insert(tenant).inserted else { return nil }
                tenants.append(tenant)
            }
            guard !tenants.isEmpty, tenants.count <= maximumTenants, namespaces.count < maximumNamespaces else { return nil }
            namespaces.append(.init(name: name, tenants: tenants))
        }
        return namespaces
    }
}
