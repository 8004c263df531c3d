/// A setting with the value that won and the place where it was written.
package struct ResolvedSetting: Sendable {
    package let setting: SettingDescription
    /// The value as text; nil when it is unset.
    package let text: String?
    package let origin: SettingOrigin

    /// The value as it may be shown: secrets masked, `(unset)` for nothing.
    package var shown: String { text.map(setting.show) ?? "(unset)" }
}

/// Takes each setting from the strongest layer that has it, and gathers what is wrong on the way.
struct SettingReader {
    static let maximumSecretBytes = 64 << 10

    /// The strongest first.
    let layers: [ConfigurationLayer]
    /// Relative paths start here.
    let directory: String
    private(set) var faults: [ConfigurationFault] = []
    private(set) var resolved: [ResolvedSetting] = []
    /// Files that secrets were read from, with the place that named them.
    private(set) var secretFiles: [(path: String, origin: SettingOrigin, key: String)] = []

    init(layers: [ConfigurationLayer], directory: String) {
        self.layers = layers
        self.directory = directory
    }

    /// The value of a setting; its default, and a fault noted, where what is written is not allowed.
    mutating func value<Value>(_ setting: Setting<Value>) -> Value {
        let description = setting.description
        guard let finding = strongest(description) else {
            resolved.append(ResolvedSetting(setting: description, text: nil, origin: .defaults))
            return setting.fallback
        }
        guard let text = finding.isPath ? secret(finding, of: description) : finding.text else { return setting.fallback }
        resolved.append(ResolvedSetting(setting: description, text: text, origin: finding.origin))
        guard let value = setting.read(text) else {
            faults.append(fault(finding, text: text, of: description))
            return setting.fallback
        }
        return value
    }

    /// The path that a setting gives, from the root on; nil when the setting is unset.
    mutating func path(_ setting: Setting<String?>) -> String? { value(setting).map(absolute) }

    /// The text of the file that a setting names; nil when the setting is unset.
    mutating func contents(of setting: Setting<String?>, limit: Int) -> String? {
        guard let path = value(setting) else { return nil }
        do {
            return try BoundedFile.text(at: absolute(path), limit: limit)
        } catch {
            let origin = resolved.last?.origin
            faults.append(ConfigurationFault(origin: origin, subject: setting.description.key, value: path, problem: error.reason))
            return nil
        }
    }

    mutating func report(_ fault: ConfigurationFault) {
        faults.append(fault)
    }

    /// A fault about a setting at the place where its value was written.
    mutating func report(_ key: String, value: String? = nil, _ problem: String) {
        let found = resolved.last { $0.setting.key == key }
        let origin: SettingOrigin? = found?.origin == .defaults ? nil : found?.origin
        faults.append(ConfigurationFault(origin: origin, subject: key, value: value, problem: problem))
    }

    private mutating func strongest(_ setting: SettingDescription) -> ConfigurationLayer.Finding? {
        for layer in layers {
            let findings = layer.findings(for: setting)
            guard let first = findings.first else { continue }
            if findings.count > 1 {
                faults.append(
                    ConfigurationFault(
                        origin: findings[1].origin, subject: setting.fileKey ?? setting.key,
                        problem: "is given beside \(first.origin); keep one of them"))
            }
            return first
        }
        return nil
    }

    private mutating func secret(_ finding: ConfigurationLayer.Finding, of setting: SettingDescription) -> String? {
        let path = absolute(finding.text)
        var reason = "it is empty"
        do {
            let text = SettingText.trimmed(try BoundedFile.text(at: path, limit: Self.maximumSecretBytes))
            secretFiles.append((path, finding.origin, setting.key))
            if !text.isEmpty { return text }
        } catch {
            reason = error.reason
        }
        faults.append(
            ConfigurationFault(
                origin: finding.origin, subject: setting.fileKey ?? setting.key, value: finding.text, problem: "cannot be used: \(reason)"))
        return nil
    }

    private func fault(_ finding: ConfigurationLayer.Finding, text: String, of setting: SettingDescription) -> ConfigurationFault {
        var problem = "is not allowed; allowed: \(setting.allowed)"
        if case .variable = finding.origin, text.hasPrefix("tcp://") {
            problem += " (Kubernetes sets this for a service named hearth: set enableServiceLinks: false)"
        }
        return ConfigurationFault(
            origin: finding.origin, subject: setting.key, value: setting.show(text), problem: problem,
            suggestion: setting.choices.isEmpty ? nil : NearestWord.find(text, among: setting.choices))
    }

    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : directory + "/" + path
    }
}
