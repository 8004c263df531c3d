import Foundation

/// A file of `runbooks/`, taken apart.
struct Runbook: Sendable {
    /// A fenced block of code.
    struct Block: Sendable {
        var language: String
        var text: String
        /// The heading below which it stands.
        var section: String
    }

    /// The headings of the template, in their order.
    static let headings = [
        "What it means", "Who feels it", "First five minutes", "How to tell the causes apart", "Fix or mitigate",
        "When it is a false alarm", "How it is computed", "Escalate", "After", "Links",
    ]

    /// Files that belong to no alert.
    static let withoutAlert: Set = ["index", "cold-start", "cardinality", "monitoring-of-monitoring"]

    /// The name of the file without its ending, which is the alert's.
    let name: String
    let text: String
    let title: String
    let headings: [String]
    let blocks: [Block]

    init(name: String, text: String) {
        self.name = name
        self.text = text
        var title = ""
        var headings: [String] = []
        var blocks: [Block] = []
        var open: (language: String, lines: [Substring])?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let content = line.drop { $0 == " " }
            if content.hasPrefix("```") {
                if let block = open {
                    blocks.append(
                        Block(language: block.language, text: block.lines.joined(separator: "\n"), section: headings.last ?? ""))
                    open = nil
                } else {
                    open = (String(content.dropFirst(3)), [])
                }
            } else if open != nil {
                open?.lines.append(content)
            } else if line.hasPrefix("# ") {
                title = String(line.dropFirst(2))
            } else if line.hasPrefix("## ") {
                headings.append(String(line.dropFirst(3)))
            }
        }
        self.title = title
        self.headings = headings
        self.blocks = blocks
    }

    static func named(_ name: String) throws -> Runbook {
        Runbook(name: name, text: try Repository.text("runbooks/\(name).md"))
    }

    static func all() throws -> [Runbook] {
        try Repository.files(in: "runbooks", endingWith: ".md").map { try named(String($0.dropLast(3))) }
    }
}

extension Runbook {
    var isForAlert: Bool { !Self.withoutAlert.contains(name) }

    /// The severity and the condition in words, from the line below the title.
    var summary: (severity: String, condition: String)? {
        text.firstMatch(of: /(?m)^Severity: (.+?)\. Fires when: (.+)$/).map { (String($0.1), String($0.2)) }
    }

    func blocks(_ language: String) -> [Block] { blocks.filter { $0.language == language } }

    /// The text outside fenced blocks.
    var prose: String { text.replacing(/(?s)```.*?```/, with: "") }

    /// What stands between single backticks in the text.
    var inlineCode: [String] { prose.matches(of: /`([^`\n]+)`/).map { String($0.1) } }

    /// Commands of the `sh` blocks, one a line, those that go on in the next line joined.
    var commandLines: [String] {
        blocks("sh").flatMap { $0.text.replacing("\\\n", with: " ").split(separator: "\n").map(String.init) }
    }
}
