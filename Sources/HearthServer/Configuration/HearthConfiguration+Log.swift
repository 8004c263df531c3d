package import HearthDrivers
package import Logging

extension HearthConfiguration {
    /// What is logged and how it looks.
    package struct Log: Sendable {
        package var level: Logger.Level
        package var format: Format
        /// Whether log lines may contain the text of questions.
        package var includesQueries: Bool

        package enum Format: String, CaseIterable, Sendable {
            case json
            case text
            /// Text on a terminal, JSON elsewhere.
            case auto
        }

        init(reading reader: inout SettingReader) {
            level = reader.value(LogSettings.level)
            format = reader.value(LogSettings.format)
            includesQueries = reader.value(LogSettings.queries)
        }
    }

    /// Who may call.
    package struct Credentials: Sendable {
        /// One for each caller; empty means that everybody may, which only development and staging allow.
        package var apiKeys: [NamedKey]

        package struct NamedKey: Sendable {
            package var name: String
            package var key: Secret
        }

        init(reading reader: inout SettingReader) {
            apiKeys = reader.value(LogSettings.apiKeys).map { CredentialList.parse($0.reveal()) ?? [] } ?? []
        }
    }
}

enum LogSettings {
    static let level = Setting<Logger.Level>.choice(
        SettingPlace("log.level", variable: "HEARTH_LOG_LEVEL"), .info, "The least important level that is logged")
    static let format = Setting<HearthConfiguration.Log.Format>.choice(
        SettingPlace("log.format", variable: "HEARTH_LOG_FORMAT"), .auto,
        "How log lines look; auto is text on a terminal and json elsewhere")
    static let queries = Setting<Bool>.boolean(
        SettingPlace("log.queries", variable: "HEARTH_LOG_QUERIES"), false, "Whether log lines may contain the text of questions")
    static let apiKeys = Setting<Secret?>.secret(
        SettingPlace("credentials.apiKeys", variable: "HEARTH_API_KEYS"),
        allowed: "keys of 16 to 256 visible characters, one a line or separated by commas, each with or without `name=` in front",
        accepts: { CredentialList.parse($0) != nil },
        "Keys of the callers; required in production")

    static let all = [level.description, format.description, queries.description, apiKeys.description]
}

/// The text form of the callers' keys: one a line or separated by commas, `name=key` or `key`; `#` starts a comment line.
enum CredentialList {
    /// Nil if any key is too short, too long or has characters that no header may carry, if a name occurs twice, or if there is none.
    static func parse(_ text: String) -> [HearthConfiguration.Credentials.NamedKey]? {
        var keys: [HearthConfiguration.Credentials.NamedKey] = []
        var names: Set<String> = []
        for line in text.split(whereSeparator: { $0 == "," || $0.isNewline }) {
            let item = SettingText.trimmed(line)
            if item.isEmpty || item.hasPrefix("#") { continue }
            let (name, key) = split(item, position: keys.count + 1)
            guard (16...256).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
                (1...64).contains(name.count), names.insert(name).inserted, keys.count < 1000
            else { return nil }
            keys.append(.init(name: name, key: Secret(key)))
        }
        return keys.isEmpty ? nil : keys
    }

    private static func split(_ item: String, position: Int) -> (name: String, key: String) {
        // Base64 keys may end in `=`, so only a `=` with something behind it that is not padding parts name and key.
        guard let separator = item.firstIndex(of: "="), item[separator...].contains(where: { $0 != "=" }) else {
            return ("key-\(position)", item)
        }
        return (SettingText.trimmed(item[..<separator]), SettingText.trimmed(item[item.index(after: separator)...]))
    }
}
