import Foundation
import Testing

@Suite("What Hearth is made of")
struct SupplyChainTests {
    private static let root = SourceFile.packageRoot()

    private static func text(_ file: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(file), encoding: .utf8)
    }

    /// The dependencies of the manifest, with the comment above each; two in a row share theirs.
    private static func dependencies() throws -> [(url: String, minimum: String, reason: String)] {
        var found: [(url: String, minimum: String, reason: String)] = []
        var (reason, isUsed) = ("", false)
        for line in try text("Package.swift").split(separator: "\n") {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("//") {
                reason = (isUsed ? "" : reason) + line.dropFirst(2)
                isUsed = false
            } else if let match = line.firstMatch(of: /^\.package\(url: "([^"]+)", from: "([^"]+)"/) {
                found.append((String(match.1), String(match.2), reason.trimmingCharacters(in: .whitespaces)))
                isUsed = true
            } else if line.hasPrefix(".package(") {
                found.append((line, "", reason))
            } else {
                reason = ""
            }
        }
        return found
    }

    @Test("Every dependency has a pinned minimum version and its reason, and comes from where others can fetch it")
    func reasons() throws {
        let dependencies = try Self.dependencies()
        #expect(dependencies.count >= 16)
        for (url, minimum, reason) in dependencies {
            #expect(minimum.firstMatch(of: /^\d+\.\d+\.\d+$/) != nil, "\(url) has no minimum version of three numbers")
            #expect(reason.count >= 20, "\(url) has no reason above it")
            #expect(url.hasPrefix("https://"), "\(url)")
        }
    }

    @Test("Every dependency is in the list of licences, with its minimum version and reason: run make licenses")
    func licences() throws {
        let rows = try Self.text("docs/licenses.md").split(separator: "\n")
        for (url, minimum, reason) in try Self.dependencies() {
            let address = url.hasSuffix(".git") ? String(url.dropLast(4)) : url
            let row = rows.first { $0.contains("](\(address))") }
            let cells = try #require(row, "\(url) is not in docs/licenses.md").split(separator: "|")
                .map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(cells.count == 6, "\(url) is not in the executable: is it needed?")
            #expect(cells[1].compare(minimum, options: .numeric) != .orderedAscending, "\(url) is older than its minimum")
            #expect(cells[2].firstMatch(of: /^`[0-9a-f]{12}`$/) != nil, "\(url)")
            #expect(!cells[3].isEmpty, "\(url) has no licence")
            #expect(cells[4] == minimum, "\(url)")
            #expect(cells[5] == reason, "\(url)")
        }
    }

    @Test("Every C library of the manifest is in the list of licences")
    func systemLibraries() throws {
        let list = try Self.text("docs/licenses.md")
        let names = ["libhiredis-dev": "libhiredis0.14", "libpq-dev": "libpq5", "libcurl4-openssl-dev": "libcurl4", "zlib1g-dev": "zlib1g"]
        for match in try Self.text("Package.swift").matches(of: /\.apt\(\["([^"]+)"\]\)/) {
            let name = try #require(names[String(match.1)], "\(match.1): which package has the library itself?")
            #expect(list.contains("| \(name) |"), "\(name) is not in docs/licenses.md")
        }
    }

    @Test("Nothing that others may use is under a licence that asks for more than its text", arguments: ["GPL", "AGPL", "SSPL", "BUSL"])
    func terms(word: String) throws {
        let packages = try Self.text("docs/licenses.md").split(separator: "## Libraries of the system")[0]
        #expect(!packages.contains(word))
    }
}
