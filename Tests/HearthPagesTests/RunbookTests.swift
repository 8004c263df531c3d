import Foundation
import HearthTelemetry
import PageSamples
import Testing

@testable import HearthPages

@Suite("Runbooks")
struct RunbookTests {
    private static let folder = Sources.root.appendingPathComponent("runbooks")
    static let names = Runbook.all.keys.sorted()

    @Test("Every file of the folder is embedded as it is, and nothing else")
    func embedded() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter { $0.hasSuffix(".md") }
        #expect(Set(files) == Set(Self.names.map { $0 + ".md" }), "Sources/CRunbooks/runbooks.c lists them")
        for name in Self.names {
            let file = try String(contentsOf: Self.folder.appendingPathComponent(name + ".md"), encoding: .utf8)
            #expect(Runbook.all[name]?.markdown == file, "\(name)")
        }
    }

    @Test("Every alert of the rules has one")
    func alerts() throws {
        let rules = Sources.root.appendingPathComponent("alerts")
        let files = try FileManager.default.contentsOfDirectory(atPath: rules.path).filter { $0.hasSuffix(".rules.yml") }
        let alerts = try files.flatMap { file in
            try String(contentsOf: rules.appendingPathComponent(file), encoding: .utf8).matches(of: /- alert: "?(\w+)/).map { String($0.1) }
        }
        #expect(alerts.count > 30 && Set(alerts).subtracting(Self.names) == [])
        for condition in Condition.ID.allCases { #expect(Runbook.named(byPath: "runbooks/" + condition.runbookName) != nil) }
    }

    @Test("Its page is sound, in English from left to right, and nothing of it is left as Markdown", arguments: names)
    func page(name: String) throws {
        let runbook = try #require(Runbook.all[name])
        let html = Pages.runbook(runbook, in: Sample.frame(runbook.view, language: .he)).page
        let page = ParsedPage(html)
        #expect(page.problem == nil && Set(page.ids).count == page.ids.count)
        #expect(try Compressed.count(html) <= 12 * 1024)
        let text = try #require(page.elements.first { $0.attributes["class"] == "runbook" })
        #expect(text.attributes["lang"] == "en" && text.attributes["dir"] == "ltr")
        for element in page.elements where text.inside.contains(element.index) && !["code", "pre"].contains(element.name) {
            #expect(!element.own.contains("**") && !element.own.contains("](") && !element.own.contains("`"), "\(element.own)")
            #expect(!["p", "li"].contains(element.name) || element.own.firstMatch(of: /^\s*(?:#|\||- |\d+\. )/) == nil, "\(element.own)")
        }
        // Everything that is written is there in its order; kinds of code, numbers of lists and addresses of links within the pages are no text.
        let words = { (text: String) in text.split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        let title = try #require(runbook.markdown.split(separator: "\n").first)
        var (written, shown) = (words(runbook.markdown.replacing(title, with: "", maxReplacements: 1))[...], words(text.text)[...])
        let unseen = runbook.markdown.matches(of: #/(?m)\]\((?!\.\./)[^)]*\)|```[a-z]+$|^\d+\. /#)
        let hidden = unseen.reduce(0) { $0 + words(String($1.0)).count }
        #expect(written.count - shown.count == hidden)
        while let word = shown.popFirst() {
            while let next = written.popFirst(), next != word {}
            guard !written.isEmpty || shown.isEmpty else {
                Issue.record("\(word) is not where the file has it")
                break
            }
        }
    }

    @Test("Links between runbooks lead to a page and to a heading that is there", arguments: names)
    func links(name: String) throws {
        let runbook = try #require(Runbook.all[name])
        let page = ParsedPage(Pages.runbook(runbook, in: Sample.frame(runbook.view, language: .en)).page)
        let text = try #require(page.elements.first { $0.attributes["class"] == "runbook" })
        let root = runbook.view.rootPrefix + ServicePath.pages
        for link in page.elements where link.name == "a" && text.inside.contains(link.index) {
            let href = try #require(link.attributes["href"])
            let parts = href.split(separator: "#", maxSplits: 1).map(String.init)
            guard !href.hasPrefix("http"), !href.hasPrefix("#") else { continue }
            let view = try #require(PageView(path: String(parts[0].dropFirst(root.count))), "\(href)")
            let target = try #require(Runbook.of(view), "\(href)")
            guard parts.count > 1 else { continue }
            #expect(ParsedPage(Pages.runbook(target, in: Sample.frame(view, language: .en)).page).ids.contains(parts[1]), "\(href)")
        }
    }

    @Test("Tables have as many cells in every row as in their head", arguments: names)
    func tables(name: String) throws {
        func check(_ blocks: [MarkdownBlock]) {
            for block in blocks {
                switch block {
                case .table(let header, let rows): #expect(rows.allSatisfy { $0.count == header.count } && !rows.isEmpty, "\(header)")
                case .list(_, let items): items.forEach(check)
                case .heading, .paragraph, .code: break
                }
            }
        }
        check(MarkdownBlock.blocks(of: try #require(Runbook.all[name]).markdown))
    }

    @Test("Conditions, alerts and absent panels lead to the page; the address that a rule has stays as it is")
    func whereFrom() {
        let context = PageContext(Sample.frame(.health, language: .en))
        #expect(
            ConditionsPanel.runbook("runbooks/HearthStoreDown.md", context)["href"] as? String
                == "../../admin/cache-analytics/runbooks/HearthStoreDown")
        #expect(
            ConditionsPanel.runbook("https://example.org/runbooks/HearthStoreDown.md", context)["href"] as? String
                == "https://example.org/runbooks/HearthStoreDown.md")
        #expect(ConditionsPanel.runbook("runbooks/Nothing.md", context)["isLink"] as? Bool == false)
        #expect(Runbook.of(.runbook("index")) == nil && Runbook.of(.runbook("../index")) == nil && Runbook.of(.help) == nil)
    }
}

@Suite("The Markdown of runbooks")
struct MarkdownTests {
    @Test("Blocks: headings, paragraphs, lists with parts of their own, code, tables")
    func blocks() {
        #expect(
            MarkdownBlock.blocks(of: "# Title\n\nTwo lines\nof one.\n## More\n") == [
                .heading(level: 1, text: "Title"), .paragraph("Two lines of one."), .heading(level: 2, text: "More"),
            ])
        let list =
            "1. **First\n   step.**\n\n   ```sh\n   echo one\n\n   echo \"  two\"\n   ```\n\n   Then.\n\n2. Second\n- other\n- more\n  of it"
        #expect(
            MarkdownBlock.blocks(of: list) == [
                .list(
                    isOrdered: true,
                    items: [
                        [.paragraph("**First step.**"), .code("echo one\n\necho \"  two\""), .paragraph("Then.")], [.paragraph("Second")],
                    ]),
                .list(isOrdered: false, items: [[.paragraph("other")], [.paragraph("more of it")]]),
            ])
        #expect(
            MarkdownBlock.blocks(of: "| a | `b | c` |\n| --- | --- |\n| 1 | |\n\ntext") == [
                .table(header: ["a", "`b | c`"], rows: [["1", ""]]), .paragraph("text"),
            ])
        #expect(MarkdownBlock.blocks(of: "```\n# no heading") == [.code("# no heading")])
        #expect(MarkdownBlock.blocks(of: "| no table\n#no heading") == [.paragraph("| no table #no heading")])
    }

    @Test("Text: code, what is stressed, links; marks without their counterpart are words")
    func text() {
        #expect(
            MarkdownText.parts(of: "a **b `c**` d** [e `]` f](g.md#h) i") == [
                .words("a "), .strong([.words("b "), .code("c**"), .words(" d")]), .words(" "),
                .link([.words("e "), .code("]"), .words(" f")], to: "g.md#h"), .words(" i"),
            ])
        for words in ["2 * 3 ** 4", "`open", "[a] (b)", "[a](b", "****", "``", "[](x)"] {
            #expect(MarkdownText.parts(of: words) == [.words(words)], "\(words)")
        }
    }

    @Test("Whatever it holds is inert")
    func hostile() {
        let bad = "<script>alert(1)</script>\u{202E}\"'&"
        let markdown =
            "# \(bad)\n\n## \(bad)\n\n\(bad) **\(bad)** `\(bad)` [\(bad)](javascript:alert(1)) [\(bad)](https://x/\"onload=)\n\n| \(bad) |\n| --- |\n| \(bad) |\n\n- \(bad)\n\n```\n\(bad)\n```"
        let html = Pages.runbook(Runbook(name: "x", markdown: markdown), in: Sample.frame(.runbook("x"), language: .en)).page
        let page = ParsedPage(html)
        #expect(page.problem == nil)
        let text = String(decoding: html, as: UTF8.self)
        #expect(!text.contains("<script>alert") && !text.contains("\u{202E}"))
        #expect(page.elements.allSatisfy { $0.attributes["onload"] == nil && $0.attributes["href"]?.hasPrefix("javascript") != true })
    }
}
