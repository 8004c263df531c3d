import HearthPages
import HearthTelemetry
import PageSamples
import Testing

/// A page in a language.
struct PageCase: Sendable, CustomTestStringConvertible {
    var page: SamplePage
    var language: Language

    var testDescription: String { "\(page) \(language.rawValue)" }

    static let all = SamplePage.allCases.flatMap { page in Language.allCases.map { PageCase(page: page, language: $0) } }

    var rendered: RenderedPage {
        let notices = page == .fresh ? [AddressNotice(name: "range", value: "25h")] : []
        return Sample.page(page, in: Sample.frame(page.view, language: language, notices: notices))
    }

    var parsed: ParsedPage { Self.kept[page.rawValue + language.rawValue] ?? ParsedPage(rendered.page) }

    /// Taken apart once, since that takes longer than making them.
    private static let kept = Dictionary(
        uniqueKeysWithValues: all.map { ($0.page.rawValue + $0.language.rawValue, ParsedPage($0.rendered.page)) })
}

@Suite("Every page is sound HTML for everybody")
struct PageTests {
    @Test("Its elements are closed and its attributes quoted", arguments: PageCase.all)
    func wellFormed(page: PageCase) {
        let html = page.rendered.page
        #expect(page.parsed.problem == nil)
        #expect(String(decoding: html.prefix(15), as: UTF8.self) == "<!doctype html>")
    }

    @Test("It has its language and direction, a title, one main part, one first heading", arguments: PageCase.all)
    func landmarks(page: PageCase) {
        let parsed = page.parsed
        let root = parsed.all("html").first?.attributes
        #expect(root?["lang"] == page.language.rawValue && root?["dir"] == (page.language == .he ? "rtl" : "ltr"))
        #expect(parsed.all("title").first?.text.hasSuffix("· Hearth") == true)
        for name in ["main", "h1", "head"] { #expect(parsed.all(name).count == 1, "\(name)") }
        #expect(parsed.all("nav").allSatisfy { $0.attributes["aria-label"] != nil })
        guard page.page != .busy else { return }
        #expect(parsed.all("a").first?.attributes["href"] == "#main")
        #expect(parsed.all("header").count == 1 && parsed.all("footer").count == 1)
        #expect(parsed.all("nav").first?.text.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }.count == 6)
    }

    @Test("Identifiers are unique and everything that points to one finds it", arguments: PageCase.all)
    func references(page: PageCase) {
        let parsed = page.parsed
        #expect(parsed.ids.count == Set(parsed.ids).count)
        for element in parsed.elements {
            for name in ["aria-labelledby", "aria-describedby", "for"] {
                for target in (element.attributes[name] ?? "").split(separator: " ") {
                    #expect(parsed.ids.contains(String(target)), "\(name)=\(target)")
                }
            }
            if let link = element.attributes["href"], link.hasPrefix("#") { #expect(parsed.ids.contains(String(link.dropFirst()))) }
            if let fill = element.attributes["fill"], fill.hasPrefix("url(#") {
                #expect(parsed.ids.contains(String(fill.dropFirst(5).dropLast())))
            }
        }
    }

    @Test("It has no inline script or style and loads nothing from elsewhere", arguments: PageCase.all)
    func strictPolicy(page: PageCase) {
        let parsed = page.parsed
        for name in ["style", "iframe", "img", "object", "embed", "base"] { #expect(parsed.all(name).isEmpty) }
        for script in parsed.all("script") { #expect(script.text.isEmpty && script.attributes["src"] != nil) }
        for element in parsed.elements {
            for (name, value) in element.attributes {
                #expect(!name.hasPrefix("on") && name != "style")
                if name == "src" || name == "action" || (name == "href" && element.name == "link") {
                    #expect(!value.contains(":") && !value.hasPrefix("/"), "\(value) is not relative")
                }
                if name == "href" { #expect(!value.lowercased().hasPrefix("javascript:")) }
            }
        }
    }

    @Test("Headings go down one level at a time", arguments: PageCase.all)
    func headings(page: PageCase) {
        let levels = page.parsed.elements.compactMap { element in
            element.name.count == 2 && element.name.hasPrefix("h") ? Int(element.name.dropFirst()) : nil
        }
        #expect(levels.first == 1)
        for (level, next) in zip(levels, levels.dropFirst()) { #expect(next <= level + 1) }
    }

    @Test("Tables have heads, and what scrolls can be reached by the keyboard and has a name", arguments: PageCase.all)
    func tables(page: PageCase) {
        let parsed = page.parsed
        #expect(parsed.all("table").count == parsed.all("thead").count)
        #expect(parsed.all("th").allSatisfy { $0.attributes["scope"] != nil && !$0.text.isEmpty })
        // The commands of runbooks are wrapped and never scroll.
        let wrapped = parsed.elements.filter { $0.attributes["class"] == "runbook" }
        for element in parsed.elements where element.attributes["class"] == "scroll" || element.name == "pre" {
            guard element.name != "pre" || !wrapped.contains(where: { $0.inside.contains(element.index) }) else { continue }
            #expect(element.attributes["tabindex"] == "0" && element.attributes["role"] == "region")
            #expect(element.attributes["aria-labelledby"] != nil || element.attributes["aria-label"] != nil)
        }
    }

    @Test("Every field has a label, every picture a name, every link and button a text", arguments: PageCase.all)
    func names(page: PageCase) {
        let parsed = page.parsed
        let labels = parsed.all("label")
        for field in parsed.all("input") where field.attributes["type"] != "hidden" && field.attributes["hidden"] == nil {
            let isWrapped = labels.contains { $0.inside.contains(field.index) }
            #expect(isWrapped || labels.contains { $0.attributes["for"] == field.attributes["id"] })
        }
        for field in parsed.all("select") { #expect(labels.contains { $0.inside.contains(field.index) }) }
        for picture in parsed.elements where picture.attributes["role"] == "img" {
            #expect(picture.attributes["aria-label"] != nil || picture.attributes["aria-labelledby"] != nil)
        }
        for name in ["a", "button"] {
            #expect(parsed.all(name).allSatisfy { !$0.text.allSatisfy(\.isWhitespace) })
        }
        for link in parsed.all("a") {
            guard let label = link.attributes["aria-label"] else { continue }
            #expect(label.hasPrefix(link.text), "\(label) does not begin with \(link.text)")
        }
    }

    @Test("Its stylesheet, script and icon are among the assets, below a proxy's prefix too", arguments: SamplePage.allCases)
    func assets(page: SamplePage) {
        let parsed = PageCase(page: page, language: .en).parsed
        let links = parsed.all("link").compactMap { $0.attributes["href"] } + parsed.all("script").compactMap { $0.attributes["src"] }
        #expect(links.count == (page == .busy ? 1 : 3))
        for link in links { #expect(PageAsset.all.contains { page.view.rootPrefix + $0.path.dropFirst() == link }) }
    }

    @Test("No words of another language are left in it", arguments: [Language.ru, .es, .pt, .he], SamplePage.allCases)
    func translated(language: Language, page: SamplePage) {
        let parsed = PageCase(page: page, language: language).parsed
        let own = Set(PageCase(page: page, language: .en).parsed.all("h2").map(\.text))
        let same: Set<String> = ["Alertmanager", "aggregate-statistics"]
        // Runbooks are in English only, and say so.
        let english = parsed.elements.filter { $0.attributes["lang"] == "en" }
        for heading in parsed.all("h2") where !english.contains(where: { $0.inside.contains(heading.index) }) {
            #expect(!own.subtracting(same).contains(heading.text), "\(heading.text)")
        }
    }

    @Test("A page and its fragment have the same panels, and the tag changes only with them")
    func fragments() throws {
        let frame = Sample.frame(.overview)
        let page = Sample.page(.overview, in: frame)
        var later = frame
        later.generatedAt = frame.generatedAt + .milliseconds(10)
        let fragment = String(decoding: page.fragment, as: UTF8.self)
        #expect(fragment.hasPrefix("<!--hearth-->"))
        let hashes = { (html: [UInt8]) in
            String(decoding: html, as: UTF8.self).matches(of: /data-hash="([0-9a-f]{16})"/).map { String($0.1) }
        }
        #expect(hashes(page.page) == hashes(page.fragment) && hashes(page.page).count == 7)
        #expect(Sample.page(.overview, in: later).entityTag == page.entityTag)
        #expect(Sample.page(.slow, in: frame).entityTag != page.entityTag)
    }

    @Test("The same values make the same bytes", arguments: SamplePage.allCases)
    func deterministic(page: SamplePage) {
        let test = PageCase(page: page, language: .ru)
        #expect(test.rendered.page == test.rendered.page)
    }

    @Test("Who may only read sees no button that changes something", arguments: SamplePage.allCases)
    func readOnly(page: SamplePage) {
        let frame = Sample.frame(page.view, reader: .signedIn(name: "reader", canAct: false))
        let parsed = ParsedPage(Sample.page(page, in: frame).page)
        let links = parsed.all("a").compactMap { $0.attributes["href"] } + parsed.all("form").compactMap { $0.attributes["action"] }
        guard page != .confirm else { return }
        #expect(!links.contains { $0.contains("/confirm") || $0.contains("/actions/") })
    }
}
