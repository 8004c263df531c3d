extension SettingCatalogue {
    /// The table of settings for the documents, as Markdown; the settings of one job stand for those of all.
    package static func markdown() -> String {
        var lines = ["| Key | Variable | Default | Meaning | Allowed |", "| --- | --- | --- | --- | --- |"]
        for setting in all where !isRepeated(setting) {
            let key = generalKey(setting.key)
            let cells = [
                "`\(key)`", setting.variable.map { "`\($0)`" + (setting.fileVariable.map { ", `\($0)`" } ?? "") } ?? "",
                key == setting.key ? shownDefault(setting) : "see below", meaning(of: setting, generalKey: key), setting.allowed,
            ]
            lines.append("| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |")
        }
        lines += [
            "", "| Job | Schedule | Catch-up | Start deadline | Jitter | Timeout | Retries |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        for job in JobSettings.known {
            let settings = [
                job.schedule.description, job.catchUp.description, job.startDeadline.description, job.jitter.description,
                job.timeout.description, job.retries.description,
            ]
            lines.append("| `\(job.name)` | " + settings.map { "`\($0.defaultText ?? "")`" }.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A configuration file with every key, each commented out with its default.
    package static func exampleFile() -> String {
        var lines = [
            "# Every setting of Hearth with its default. Copy this file to hearth.yaml and remove the # before what you change.",
            "# Weaker than environment and command line. Durations: 200ms, 30s, 15m, 2h, 7d. Sizes: 64MiB, 100MB. Printed by:",
            "# hearth config list --format yaml",
        ]
        var open: [String] = []
        for setting in all {
            let parts = setting.key.split(separator: ".").map(String.init)
            let sections = parts.dropLast()
            while open.count > sections.count || !sections.starts(with: open) { open.removeLast() }
            if sections.isEmpty || open.isEmpty { lines.append("") }
            for section in sections.dropFirst(open.count) {
                lines.append(indent(open.count) + section + ":")
                open.append(section)
            }
            let margin = indent(sections.count)
            lines.append(margin + "# " + setting.meaning + ".")
            lines.append(margin + "# Allowed: " + setting.allowed + "." + (setting.variable.map { " Variable: " + $0 } ?? ""))
            for (profile, text) in setting.profileDefaults.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                lines.append(margin + "# In \(profile.rawValue): \(text)")
            }
            lines.append(margin + "#" + (parts.last ?? "") + ":" + exampleValue(setting))
            if let fileKey = setting.fileKey?.split(separator: ".").last { lines.append(margin + "#\(fileKey): /run/secrets/\(fileKey)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

    /// Categories and jobs have equal settings; the first of each stands for all.
    private static func isRepeated(_ setting: SettingDescription) -> Bool {
        let key = generalKey(setting.key)
        guard key != setting.key else { return false }
        return all.first { generalKey($0.key) == key }?.key != setting.key
    }

    private static func generalKey(_ key: String) -> String {
        var parts = key.split(separator: ".").map(String.init)
        if parts.count == 3, parts[0] == "jobs" { parts[1] = "<job>" }
        if parts.count == 3, parts[0] == "cache" { parts[2] = "<category>" }
        return parts.joined(separator: ".")
    }

    private static func meaning(of setting: SettingDescription, generalKey: String) -> String {
        guard generalKey != setting.key else { return setting.meaning }
        let parts = setting.key.split(separator: ".").map(String.init)
        let special = parts[0] == "jobs" ? parts[1] : parts[2]
        return setting.meaning.replacing(special, with: generalKey.contains("<job>") ? "the job" : "the category")
    }

    private static func shownDefault(_ setting: SettingDescription) -> String {
        var text = setting.defaultText.map { "`\($0)`" } ?? "unset"
        for (profile, value) in setting.profileDefaults.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            text += ", \(profile.rawValue) `\(value)`"
        }
        return text
    }

    private static func exampleValue(_ setting: SettingDescription) -> String {
        guard let text = setting.defaultText else { return "" }
        return " " + yaml(text, isList: setting.isList)
    }

    private static func yaml(_ text: String, isList: Bool) -> String {
        if isList {
            let items = text.split(separator: ";").map { "\"" + SettingText.trimmed($0) + "\"" }
            return items.count == 1 ? items[0] : "[" + items.joined(separator: ", ") + "]"
        }
        // YAML reads an unquoted @, * or # as something of its own.
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || "./:-_".unicodeScalars.contains($0)
        }
        return isPlain ? text : "\"\(text)\""
    }
}
