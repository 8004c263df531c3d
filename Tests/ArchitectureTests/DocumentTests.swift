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

    /// The cases of a list of tests, in its order, with the suites that its last column names.
    private func cases(of document: String) throws -> [(number: String, suites: [String])] {
        try text(document).matches(of: /(?m)^\| ([A-Z]\d\db?) \|.*\| ([^|]+) \|$/).map { row in
            (String(row.1), row.2.matches(of: /`(\w+)`/).map { String($0.1) })
        }
    }

    /// - Parameter untested: those that say themselves that no suite does them.
    private func expectSuites(of document: String, untested: Set<String>) throws {
        let suites = Set(
            try FileManager.default.subpathsOfDirectory(atPath: Self.root.appendingPathComponent("Tests").path)
                .compactMap { $0.split(separator: "/").last.map { String($0.prefix { $0 != "." && $0 != "+" }) } })
        for (number, named) in try cases(of: document) {
            #expect(named.isEmpty == untested.contains(number), "\(number) has \(named.isEmpty ? "no test" : "a test")")
            for suite in named { #expect(suites.contains(suite), "\(number) names \(suite)") }
        }
    }

    @Test("Every attack that is listed has a suite that sends it, and every suite of the list is there")
    func attacksAreTested() throws {
        let numbers = try cases(of: "docs/reference/attacks.md").map(\.number)
        #expect(numbers.count >= 57 && numbers == numbers.sorted())
        // There is no tier by meaning to attack.
        try expectSuites(of: "docs/reference/attacks.md", untested: ["S46"])
    }

    @Test("Every fault of the design is listed with the suites that make it, and every suite of the list is there")
    func faultsAreTested() throws {
        let numbers = """
            R01 R02 R03 R05 R06 R07 R09 R10 R11 R13 R14 R15 R17 R18 R19 R21 R22 R23 R25 R26 R27
            P01 P02 P03 P05 P06 P07 P09 P10 P11 P13 P14 P15 P17 D01 D02 D04 D05 D06 D08 D09 D10 D12 D13
            U01 U03 U04 U05 U07 U08 U09 U11 U12 U13 U15 U16 U17 U19 U20 L01 L02b L03 L04 L05 L07 L08 L09 L11 L12
            X01 X03 X04 X05 X07 X08 X09 X11 X12 C01 C03 C04 C05 J02 J03 J04 J06 J07 J08 O02 O03
            """.split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(try cases(of: "docs/reference/faults.md").map(\.number) == numbers)
        try expectSuites(of: "docs/reference/faults.md", untested: ["L07"])
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
