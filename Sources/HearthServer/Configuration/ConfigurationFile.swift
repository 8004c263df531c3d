import Yams

/// The keys of a configuration file with their lines, and what is wrong with them.
///
/// Values are read by swift-configuration; this looks at what that cannot tell: unknown keys, misplaced sections, and lines.
struct ConfigurationFile {
    /// A file with more values than this is refused, which also ends files that are large only through aliases.
    static let maximumNodes = 5000
    static let maximumBytes = 1 << 20

    let name: String
    private(set) var lines: [String: Int] = [:]
    private(set) var faults: [ConfigurationFault] = []
    /// Whether there is anything for a provider to read.
    private(set) var hasValues = false

    init(name: String, text: String, known: [SettingDescription]) {
        self.name = name
        let names = KnownKeys(known)
        do {
            guard let root = try Yams.compose(yaml: text), root != Node("") else { return }
            guard let mapping = root.mapping else {
                report(line: root.mark?.line, "(whole file)", problem: "must consist of `key: value` lines")
                return
            }
            var budget = Self.maximumNodes
            Self.count(root, budget: &budget)
            guard budget >= 0 else {
                report(line: nil, "(whole file)", problem: "has more than \(Self.maximumNodes) values")
                return
            }
            hasValues = true
            scan(mapping, prefix: "", names: names)
        } catch let error as YamlError {
            report(error)
        } catch {
            report(line: nil, "(whole file)", problem: "is not YAML: \(error)")
        }
    }

    /// Takes one from the budget for each node, those behind aliases each time again, and ends when it is used up.
    private static func count(_ node: Node, budget: inout Int) {
        budget -= 1
        if let mapping = node.mapping {
            for (_, value) in mapping where budget >= 0 { count(value, budget: &budget) }
        } else if let sequence = node.sequence {
            for value in sequence where budget >= 0 { count(value, budget: &budget) }
        }
    }

    private mutating func scan(_ mapping: Node.Mapping, prefix: String, names: KnownKeys) {
        for (keyNode, value) in mapping {
            let line = keyNode.mark?.line
            guard let part = keyNode.string else {
                report(line: line, prefix.isEmpty ? "(key)" : prefix, problem: "has a key that is not a text")
                continue
            }
            let key = prefix.isEmpty ? part : prefix + "." + part
            lines[key] = line
            if names.sections.contains(key) {
                scanSection(value, key: key, line: line, names: names)
            } else if let setting = names.settings[key] {
                check(value, of: setting, key: key, line: line)
            } else {
                report(line: line, key, problem: "is not a known key", suggestion: NearestWord.findKey(key, among: names.all))
            }
        }
    }

    private mutating func scanSection(_ value: Node, key: String, line: Int?, names: KnownKeys) {
        if let mapping = value.mapping {
            scan(mapping, prefix: key, names: names)
        } else if value.string != "" || value.sequence != nil {
            report(line: line, key, problem: "is a section; its keys stand below it, such as \(names.firstKey(in: key) ?? key)")
        }
    }

    private mutating func check(_ value: Node, of setting: SettingDescription, key: String, line: Int?) {
        if value.scalar != nil { return }
        if setting.isList, let items = value.sequence, items.allSatisfy({ $0.scalar != nil }), items.count <= 10 { return }
        let found = value.mapping != nil ? "is one value, not a section" : "is one value, not a list"
        report(line: line, key, problem: "\(found); allowed: \(setting.allowed)")
    }

    private mutating func report(line: Int?, _ subject: String, problem: String, suggestion: String? = nil) {
        faults.append(
            ConfigurationFault(origin: .file(name: name, line: line), subject: subject, problem: problem, suggestion: suggestion))
    }

    private mutating func report(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            report(line: mark.line, "(syntax)", problem: "is not YAML here: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            report(line: context.mark.line, keys.joined(separator: ", "), problem: "is given twice")
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            report(line: nil, "(whole file)", problem: "is not YAML: \(error)")
        @unknown default:
            report(line: nil, "(whole file)", problem: "is not YAML: \(error)")
        }
    }
}

/// The keys that a file may have.
private struct KnownKeys {
    var settings: [String: SettingDescription] = [:]
    var sections: Set<String> = []
    var all: [String] = []

    init(_ descriptions: [SettingDescription]) {
        for setting in descriptions {
            for key in [setting.key, setting.fileKey].compactMap(\.self) {
                settings[key] = setting
                all.append(key)
                var section = key[...]
                while let dot = section.lastIndex(of: ".") {
                    section = section[..<dot]
                    if sections.insert(String(section)).inserted { all.append(String(section)) }
                }
            }
        }
    }

    func firstKey(in section: String) -> String? { all.first { $0.hasPrefix(section + ".") && settings[$0] != nil } }
}
