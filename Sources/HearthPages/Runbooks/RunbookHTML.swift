/// A runbook as HTML; every text of it is escaped here.
struct RunbookHTML {
    /// The first heading, which is the page's.
    private(set) var title: String
    private(set) var html = ""

    private let context: PageContext
    private var anchors: [String: Int] = [:]
    private var section = ""
    private var tables = 0

    init(_ runbook: Runbook, _ context: PageContext) {
        self.context = context
        title = runbook.name
        var blocks = MarkdownBlock.blocks(of: runbook.markdown)
        if case .heading(level: 1, let text)? = blocks.first {
            title = text
            blocks.removeFirst()
        }
        html += #"<div class="runbook" lang="en" dir="ltr">"# + "\n"
        for block in blocks { add(block) }
        html += "</div>\n"
    }

    private mutating func add(_ block: MarkdownBlock) {
        switch block {
        case .heading(let level, let text): addHeading(level, text)
        case .paragraph(let text): html += "<p>\(inline(text))</p>\n"
        case .code(let code): html += "<pre><code>\(Self.escaped(code))</code></pre>\n"
        case .list(let isOrdered, let items): addList(isOrdered, items)
        case .table(let header, let rows): addTable(header, rows)
        }
    }

    private mutating func addHeading(_ level: Int, _ text: String) {
        let words = Self.plain(MarkdownText.parts(of: text))
        section = anchor(words)
        tables = 0
        let name = "h\(min(max(level, 2), 6))"
        html += "<\(name) id=\"\(Self.escaped(section))\">\(inline(text))</\(name)>\n"
    }

    private mutating func addList(_ isOrdered: Bool, _ items: [[MarkdownBlock]]) {
        let name = isOrdered ? "ol" : "ul"
        html += "<\(name)>\n"
        for item in items {
            html += "<li>"
            // One sentence is no paragraph of its own.
            if item.count == 1, case .paragraph(let text) = item[0] { html += inline(text) } else { for block in item { add(block) } }
            html += "</li>\n"
        }
        html += "</\(name)>\n"
    }

    /// Named by the section that it is in, for those who hear it.
    private mutating func addTable(_ header: [String], _ rows: [[String]]) {
        tables += 1
        let name =
            tables == 1 && !section.isEmpty
            ? "aria-labelledby=\"\(Self.escaped(section))\"" : "aria-label=\"\(Self.escaped(title)) \(tables)\""
        html += "<div class=\"scroll\" role=\"region\" \(name) tabindex=\"0\"><table>\n<thead><tr>"
        html += header.map { "<th scope=\"col\">\(inline($0))</th>" }.joined(separator: " ")
        html += "</tr></thead>\n<tbody>\n"
        for row in rows { html += "<tr>" + row.map { "<td>\(inline($0))</td>" }.joined(separator: " ") + "</tr>\n" }
        html += "</tbody></table></div>\n"
    }

    // MARK: Text

    private func inline(_ text: String) -> String { inline(MarkdownText.parts(of: text)) }

    private func inline(_ parts: [MarkdownText]) -> String {
        parts.map { part in
            switch part {
            case .words(let words): Self.escaped(words)
            case .code(let code): "<code>\(Self.escaped(code))</code>"
            case .strong(let parts): "<b>\(inline(parts))</b>"
            case .link(let name, let target): link(inline(name), to: target)
            }
        }.joined()
    }

    /// Other runbooks are pages of ours; the rest of the repository is not here, so that its path is named.
    private func link(_ name: String, to target: String) -> String {
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let (file, fragment) = (parts.first.map(String.init) ?? "", parts.count > 1 ? "#" + parts[1] : "")
        if file.isEmpty || file.hasPrefix("https://") || file.hasPrefix("http://") {
            return "<a href=\"\(Self.escaped(target))\">\(name)</a>"
        }
        if let runbook = Runbook.named(byPath: "runbooks/" + file) {
            return "<a href=\"\(Self.escaped(context.link(runbook.view) + fragment))\">\(name)</a>"
        }
        return "\(name) (<code>\(Self.escaped(target.replacing("../", with: "")))</code>)"
    }

    private static func plain(_ parts: [MarkdownText]) -> String {
        parts.map { part in
            switch part {
            case .words(let words), .code(let words): words
            case .strong(let parts), .link(let parts, _): plain(parts)
            }
        }.joined()
    }

    /// As GitHub makes them, so that links hold in both places.
    private mutating func anchor(_ words: String) -> String {
        let kept = words.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
        let name = kept.replacing(" ", with: "-")
        let seen = anchors[name, default: 0]
        anchors[name] = seen + 1
        return seen == 0 ? name : "\(name)-\(seen)"
    }

    private static func escaped(_ text: String) -> String { HTMLText().escapeText(text) }
}
