import Configuration

/// One source of values with the way it names them.
struct ConfigurationLayer: Sendable {
    enum Kind: Sendable {
        case commandLine
        case environment
        case file(ConfigurationFileLines)
        case profile(Profile)
        case defaults
    }

    /// What a layer says about a setting.
    struct Finding {
        var text: String
        var origin: SettingOrigin
        /// Whether `text` is the path of a file that holds the value.
        var isPath = false
    }

    let kind: Kind
    let values: any ConfigSnapshot

    /// What this layer says about a setting; for secrets both the value and the path of a file with it, where both are given.
    func findings(for setting: SettingDescription) -> [Finding] {
        var findings: [Finding] = []
        if let name = name(key: setting.key, variable: setting.variable), let text = text(name, isList: setting.isList) {
            findings.append(Finding(text: text, origin: origin(key: setting.key, variable: setting.variable, flag: setting.flag)))
        }
        if let fileKey = setting.fileKey, let name = name(key: fileKey, variable: setting.fileVariable),
            let text = text(name, isList: false)
        {
            findings.append(Finding(text: text, origin: origin(key: fileKey, variable: setting.fileVariable, flag: nil), isPath: true))
        }
        return findings
    }

    private func name(key: String, variable: String?) -> AbsoluteConfigKey? {
        switch kind {
        case .environment: variable.map { AbsoluteConfigKey([$0]) }
        case .commandLine, .file, .profile, .defaults: SettingCatalogue.configKey(key)
        }
    }

    private func origin(key: String, variable: String?, flag: String?) -> SettingOrigin {
        switch kind {
        case .commandLine: .flag(flag ?? key)
        case .environment: .variable(variable ?? key)
        case .file(let lines): .file(name: lines.name, line: lines.lines[key])
        case .profile(let profile): .profile(profile)
        case .defaults: .defaults
        }
    }

    /// Nothing and an empty text both mean "not said", so that `VARIABLE= hearth serve` and `key:` unset a weaker habit, not the value.
    private func text(_ name: AbsoluteConfigKey, isList: Bool) -> String? {
        if let content = (try? values.value(forKey: name, type: .string))?.value?.content, case .string(let text) = content {
            return text.isEmpty ? nil : text
        }
        guard isList, let content = (try? values.value(forKey: name, type: .stringArray))?.value?.content,
            case .stringArray(let items) = content
        else { return nil }
        return items.isEmpty ? nil : items.joined(separator: "; ")
    }
}

/// The name of a configuration file and the lines of its keys.
struct ConfigurationFileLines: Sendable {
    var name: String
    var lines: [String: Int]
}
