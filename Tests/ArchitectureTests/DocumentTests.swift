import Foundation
import Testing

@Suite("The documents")
struct DocumentTests {
    private static let root = SourceFile.packageRoot()
    static let documents =
        ["README.md", "deploy/README.md", "alerts/README.md", "grafana/README.md"]
        + ((try? FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent("docs").path)) ?? [])
        .filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }

    private func text(_ document: String) throws -> String {
        try String(contentsOf: Self.root.appendingPathComponent(document), encoding: .utf8)
    }

    @Test("There are documents to check")
    func documentsExist() {
        #expect(Self.documents.count >= 5)
    }

    @Test("Every link to a file leads to one", arguments: documents)
    func linksLeadSomewhere(document: String) throws {
        let folder = Self.root.appendingPathComponent(document).deletingLastPathComponent()
        for match in try text(document).matches(of: /\]\(([^)#\s]+)(?:#[^)]*)?\)/) where !match.1.contains("://") {
            #expect(
                FileManager.default.fileExists(atPath: folder.appendingPathComponent(String(match.1)).path),
                "\(document) links to \(match.1)")
        }
    }

    @Test("Every heading that a document links to exists", arguments: documents)
    func headingsExist(document: String) throws {
        let folder = Self.root.appendingPathComponent(document).deletingLastPathComponent()
        for match in try text(document).matches(of: /\]\(([^)#\s]*)#([^)]+)\)/) where !match.1.contains("://") {
            let target = match.1.isEmpty ? Self.root.appendingPathComponent(document) : folder.appendingPathComponent(String(match.1))
            guard target.pathExtension == "md", let text = try? String(contentsOf: target, encoding: .utf8) else { continue }
            let headings = text.matches(of: /(?m)^#+ (.+)$/).map { Self.anchor(of: String($0.1)) }
            #expect(headings.contains(String(match.2)), "\(document) links to \(match.1)#\(match.2)")
        }
    }

    @Test("Every document of docs/ can be found from its index")
    func indexIsComplete() throws {
        let index = try text("docs/README.md")
        for document in Self.documents where document.hasPrefix("docs/") && document != "docs/README.md" {
            #expect(index.contains("](\(document.dropFirst("docs/".count)))"), "docs/README.md does not lead to \(document)")
        }
    }

    @Test("Every attack that is listed has a suite that sends it, and every suite of the list is there")
    func attacksAreTested() throws {
        let suites = Set(
            try FileManager.default.subpathsOfDirectory(atPath: Self.root.appendingPathComponent("Tests").path)
                .compactMap { $0.split(separator: "/").last.map { $0.prefix { $0 != "." && $0 != "+" } } })
        let cases = try text("docs/reference/attacks.md").matches(of: /(?m)^\| (S\d\d) \|.*\| ([^|]+) \|$/)
        #expect(cases.count >= 57 && cases.map(\.1) == cases.map(\.1).sorted())
        for attack in cases {
            let named = attack.2.matches(of: /`(\w+)`/).map(\.1)
            // There is no tier by meaning to attack.
            #expect(!named.isEmpty || attack.1 == "S46", "\(attack.1) has no test")
            for suite in named { #expect(suites.contains(suite), "\(attack.1) names \(suite)") }
        }
    }

    @Test("The README can be read in one go: at most 150 lines")
    func readmeIsShort() throws {
        #expect(try text("README.md").split(separator: "\n", omittingEmptySubsequences: false).count <= 151)
    }

    /// The anchor that GitHub gives a heading.
    private static func anchor(of heading: String) -> String {
        String(heading.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }).replacing(" ", with: "-")
    }
}
