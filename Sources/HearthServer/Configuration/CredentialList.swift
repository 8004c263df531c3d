import HearthDrivers
import HearthTelemetry

/// The text form of the callers' keys: one a line or separated by commas; `#` starts a comment line.
///
/// Each is `key`, `name=key`, or `name@tenant:scope+scope=key`, of which tenant and scopes may be left out.
enum CredentialList {
    typealias NamedKey = HearthConfiguration.Credentials.NamedKey

    static let limit = 1000

    /// Nil if any key is too short, too long or has characters that no header may carry, if a name occurs twice, if a tenant or a scope is
    /// none, or if there is no key.
    static func parse(_ text: String) -> [NamedKey]? {
        var keys: [NamedKey] = []
        var names: Set<String> = []
        for line in text.split(whereSeparator: { $0 == "," || $0.isNewline }) {
            let item = SettingText.trimmed(line)
            if item.isEmpty || item.hasPrefix("#") { continue }
            guard let key = key(item, position: keys.count + 1), names.insert(key.name).inserted, keys.count < limit else { return nil }
            keys.append(key)
        }
        return keys.isEmpty ? nil : keys
    }

    private static func key(_ item: String, position: Int) -> NamedKey? {
        let (label, key) = split(item)
        guard (16...256).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        guard let label else { return NamedKey(name: "key-\(position)", tenant: .standard, scopes: Set(Scope.allCases), key: Secret(key)) }
        let parts = label.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let owner = parts[0].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map { SettingText.trimmed($0) }
        guard (1...64).contains(owner[0].count), let tenant = owner.count == 2 ? Tenant(owner[1]) : .standard,
            let scopes = parts.count == 2 ? scopes(parts[1], separator: "+") : Set(Scope.allCases)
        else { return nil }
        return NamedKey(name: owner[0], tenant: tenant, scopes: scopes, key: Secret(key))
    }

    /// Nil for an empty list and for words that are no scopes.
    static func scopes(_ text: some StringProtocol, separator: Character) -> Set<Scope>? {
        let words = text.split(separator: separator, omittingEmptySubsequences: false).map { SettingText.trimmed($0) }
        let scopes = words.compactMap(Scope.init(rawValue:))
        return scopes.count == words.count && !scopes.isEmpty ? Set(scopes) : nil
    }

    private static func split(_ item: String) -> (label: String?, key: String) {
        // Base64 keys may end in `=`, so only a `=` with something behind it that is not padding parts name and key.
        guard let separator = item.firstIndex(of: "="), item[separator...].contains(where: { $0 != "=" }) else { return (nil, item) }
        return (SettingText.trimmed(item[..<separator]), SettingText.trimmed(item[item.index(after: separator)...]))
    }
}
