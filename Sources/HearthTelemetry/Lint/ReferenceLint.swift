/// Finds metrics and labels that dashboards, rules and runbooks ask for and Hearth's catalogue does not have.
///
/// Whatever looks like the name of one of Hearth's families counts, wherever it stands. What the shell lines of runbooks call like that is a
/// function, where one of them defines it.
package struct ReferenceLint {
    /// Names of files that are looked at end so.
    package static let endings = [".json", ".md", ".yml", ".yaml"]

    private let catalogue: [String: MetricDescriptor]

    package init(_ families: [MetricDescriptor] = MetricCatalogue.all) {
        var catalogue: [String: MetricDescriptor] = [:]
        for family in families {
            catalogue[family.name] = family
            guard family.kind == .histogram else { continue }
            for suffix in ["_bucket", "_sum", "_count"] { catalogue[family.name + suffix] = family }
        }
        self.catalogue = catalogue
    }

    /// The functions of the shell that a text defines.
    package static func functions(in text: String) -> Set<String> {
        Set(text.matches(of: /(hearth_[a-z0-9_]+)\(\)/).map { String($0.1) })
    }

    /// - Parameter functions: those of the shell that the texts beside this one define
    package func check(_ text: String, functions: Set<String> = []) -> [LintFinding] {
        let functions = functions.union(Self.functions(in: text))
        var findings: [LintFinding] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for (name, selector) in Self.references(in: line) where !functions.contains(name) {
                findings += faults(of: name, selector).map { LintFinding(.catalogue, line: index + 1, $0) }
            }
        }
        return findings
    }

    private func faults(of name: String, _ selector: Substring) -> [String] {
        guard let family = catalogue[name] else {
            let nearest = catalogue.keys.map { (EditDistance.between(Array($0.utf8), Array(name.utf8)), $0) }.min { $0 < $1 }
            let hint = nearest.map { $0.0 <= 4 ? "; it has \($0.1)" : "" } ?? ""
            return ["\(name) is not in the catalogue\(hint)"]
        }
        let known = Set(family.labels.map(\.name)).union(Self.targetLabels)
        // The quotes may be escaped, as JSON has them.
        return selector.matches(of: /(\w+)\s*(?:=~|!~|!=|=)\s*\\?["']/).map { String($0.1) }.filter { !known.contains($0) }
            .map { "\(name) has no label \($0)" }
    }

    /// Added by Prometheus, or by what it scrapes through.
    private static let targetLabels: Set<String> = ["job", "instance", "le", "__name__"]
    private static let prefixes = ["hearth_", "http_server_", "gen_ai_client_"]

    /// The names of families in a line, each with what stands behind it in braces; parts of paths and longer words are none.
    private static func references(in line: Substring) -> [(name: String, selector: Substring)] {
        var found: [(name: String, selector: Substring)] = []
        var rest = line
        var before: Character = " "
        while let first = rest.first {
            let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
            guard !word.isEmpty else {
                before = first
                rest.removeFirst()
                continue
            }
            rest = rest[word.endIndex...]
            if !"/.-".contains(before), prefixes.contains(where: word.hasPrefix),
                !word.hasSuffix("_"),
                word.allSatisfy({ $0.isLowercase || $0.isNumber || $0 == "_" })
            {
                let end = rest.first == "{" ? rest.firstIndex(of: "}") : nil
                found.append((String(word), end.map { rest[..<$0] } ?? ""))
            }
            before = "_"
        }
        return found
    }
}
