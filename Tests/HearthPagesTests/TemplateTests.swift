import HearthTelemetry
import Testing

@testable import HearthPages

@Suite("Templates")
struct TemplateTests {
    /// Places whose text a chart has escaped itself.
    static let charts: Set<String> = ["svg", "trend", "bar", "strip", "axis"]

    @Test("Only charts are put in unescaped")
    func escaping() throws {
        for file in try Sources.all {
            for match in file.text.matches(of: /\{\{\{\s*(\w+)|\{\{&\s*(\w+)/) {
                let name = String(match.1 ?? match.2 ?? "")
                #expect(Self.charts.contains(name) || file.path.hasSuffix("PanelTemplate.swift"), "\(file.path): \(name)")
            }
        }
    }

    @Test("There is no inline code, no inline style and no address that holds data")
    func inline() throws {
        for file in try Sources.all where !file.path.contains("/OpenAPI/") {
            #expect(
                file.text.matches(of: /<script>|<script [^>]*>[^<]|\sstyle="|<style|\son[a-z]+="|"data:|javascript:/).isEmpty,
                "\(file.path)")
        }
    }

    @Test("Charts write presentation by attributes and classes, and escape what they are given")
    func charts() {
        let hostile = "<b>\"'&\u{202E}"
        let svg = RunStrip(outcomes: [.success, .failure], label: hostile).svg()
        #expect(svg.contains("&lt;b&gt;&quot;&#39;&amp;\u{FFFD}") && !svg.contains("<b>") && !svg.contains("style="))
    }

    @Test("Every class of the sources is plain, so that the stylesheet finds it")
    func classes() throws {
        for file in try Sources.all {
            #expect(file.text.matches(of: /class="[^"{]*[A-Z_]/).isEmpty, "\(file.path)")
        }
    }
}

@Suite("Escaping")
struct EscapingTests {
    @Test("Foreign words in a sentence are kept apart, and only where that is balanced")
    func isolates() {
        let hebrew = PageText.of(.he)
        #expect(HTMLText().escapeText(hebrew(.readerSignedIn, ["name": "ops"])).contains("\u{2068}ops\u{2069}"))
        #expect(!HTMLText().escapeText(hebrew(.wasFigure, ["figure": "91.8%"])).contains("\u{2068}"))
        #expect(HTMLText().escapeText(PageText.of(.en)(.readerSignedIn, ["name": "שלום"])).contains("\u{2068}שלום\u{2069}"))
        let unbalanced = String(Character(HTMLText.isolateStart)) + "x"
        #expect(HTMLText().escapeText(unbalanced) == "\u{FFFD}x")
        #expect(HTMLText().escapeText("\u{2068}x\u{2069}") == "\u{FFFD}x\u{FFFD}")
    }
}
