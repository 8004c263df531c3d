import HearthPages
import HearthTelemetry
import Testing

@Suite("Every page is sound HTML for everybody")
struct PageTests {
    enum Page: String, CaseIterable, Sendable {
        case busy, fresh, degraded, starting, reference

        var html: [UInt8] {
            switch self {
            case .busy: OverviewPage.render(.busy())
            case .fresh: OverviewPage.render(.fresh)
            case .degraded: OverviewPage.render(.busy(status: .degraded(["Redis does not answer: connection refused."])))
            case .starting: OverviewPage.render(.busy(status: .starting))
            case .reference: ReferencePage.render()
            }
        }
    }

    @Test("Its elements are closed and its attributes quoted", arguments: Page.allCases)
    func wellFormed(page: Page) {
        let parsed = ParsedPage(page.html)
        #expect(parsed.problem == nil)
        #expect(String(decoding: page.html.prefix(15), as: UTF8.self) == "<!doctype html>")
        #expect(parsed.elements.count > 20)
    }

    @Test("It has a language, a title, one main part, one first heading and a way past the navigation", arguments: Page.allCases)
    func landmarks(page: Page) {
        let parsed = ParsedPage(page.html)
        #expect(parsed.all("html").first?.attributes["lang"] == "en")
        #expect(parsed.all("title").first?.text.hasSuffix("· Hearth") == true)
        for name in ["main", "h1", "header", "footer", "title"] { #expect(parsed.all(name).count == 1, "\(name)") }
        #expect(parsed.all("a").first?.attributes["href"] == "#main")
        #expect(parsed.all("nav").allSatisfy { $0.attributes["aria-label"] != nil || $0.attributes["aria-labelledby"] != nil })
    }

    @Test("Identifiers are unique and everything that points to one finds it", arguments: Page.allCases)
    func references(page: Page) {
        let parsed = ParsedPage(page.html)
        #expect(parsed.ids.count == Set(parsed.ids).count)
        for element in parsed.elements {
            if let target = element.attributes["aria-labelledby"] { #expect(parsed.ids.contains(target)) }
            if let link = element.attributes["href"], link.hasPrefix("#") { #expect(parsed.ids.contains(String(link.dropFirst()))) }
        }
    }

    @Test("It needs no script, no inline style and nothing from elsewhere", arguments: Page.allCases)
    func strictPolicy(page: Page) {
        let parsed = ParsedPage(page.html)
        for name in ["script", "style", "iframe", "img", "form"] { #expect(parsed.all(name).isEmpty) }
        for element in parsed.elements {
            for (name, value) in element.attributes {
                #expect(!name.hasPrefix("on") && name != "style")
                if name == "href" || name == "src" { #expect(!value.contains(":"), "\(value) is not below the service") }
            }
        }
    }

    @Test("Headings go down one level at a time", arguments: Page.allCases)
    func headings(page: Page) {
        let levels = ParsedPage(page.html).elements.compactMap { element in
            element.name.count == 2 && element.name.hasPrefix("h") ? Int(element.name.dropFirst()) : nil
        }
        #expect(levels.first == 1)
        for (level, next) in zip(levels, levels.dropFirst()) { #expect(next <= level + 1) }
    }

    @Test("Tables have heads, and what scrolls can be reached by the keyboard and has a name", arguments: Page.allCases)
    func tables(page: Page) {
        let parsed = ParsedPage(page.html)
        #expect(parsed.all("table").count == parsed.all("thead").count)
        #expect(parsed.all("th").allSatisfy { $0.attributes["scope"] != nil && !$0.text.isEmpty })
        for element in parsed.elements where element.attributes["class"] == "scroll" || element.name == "pre" {
            #expect(element.attributes["tabindex"] == "0" && element.attributes["role"] == "region")
            #expect(element.attributes["aria-labelledby"] != nil || element.attributes["aria-label"] != nil)
        }
    }

    @Test("Its stylesheet and icon are among the assets, below a proxy's prefix too", arguments: Page.allCases)
    func assets(page: Page) {
        let base = page == .reference ? "" : "../"
        let links = ParsedPage(page.html).all("link").compactMap { $0.attributes["href"] }
        #expect(links.count == 2)
        for link in links { #expect(PageAsset.all.contains { base + $0.path.dropFirst() == link }) }
    }
}

@Suite("The overview says what it was given")
struct OverviewPageTests {
    private func text(_ model: OverviewModel) -> String {
        ParsedPage(OverviewPage.render(model)).text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test(
        "The figures are there as they were given",
        arguments: ["92.4 %", "was 91.8 %", "USD 18.02", "was USD 17.10", "9,871", "9,120 from the cache", "0.6 ms", "the last 24 hours"])
    func figures(figure: String) {
        #expect(text(.busy()).contains(figure))
    }

    @Test("A net saving below what was avoided is explained")
    func upkeep() {
        var model = OverviewModel.busy()
        model.figures.savedDollars = -0.418
        model.figures.avoidedDollars = 0.008
        #expect(text(model).contains("USD -0.418") && text(model).contains("USD 0.008 avoided, less USD 0.426 for warming and refreshing"))
        model.figures.avoidedDollars = -0.418
        #expect(!text(model).contains("avoided"))
    }

    @Test("The status line says working, simulated, profile, version and how complete it is")
    func status() {
        let text = text(.busy())
        #expect(text.contains("Working SIMULATED · profile development · version 0.1.0 · complete to 2026-11-22 12:00:00 UTC"))
        #expect(!self.text(.fresh).contains("SIMULATED"))
    }

    @Test("What it does without is named, in the title too")
    func degraded() {
        let model = OverviewModel.busy(status: .degraded(["Redis does not answer: refused.", "PostgreSQL does not answer: timeout."]))
        let page = ParsedPage(OverviewPage.render(model))
        #expect(page.all("title").first?.text == "Degraded: Overview · Hearth")
        #expect(page.text.contains("Redis does not answer: refused.") && page.text.contains("PostgreSQL does not answer: timeout."))
    }

    @Test("Before the first question there is a command and no invented nought")
    func fresh() {
        let text = text(.fresh)
        #expect(text.contains("No questions yet. Ask one:"))
        #expect(text.contains("curl -s http://127.0.0.1:4327/api/v1/cache/query"))
        #expect(text.contains("Hit rate–"))
        #expect(!text.contains("0.0 %") && !text.contains("By language") && text.contains("No job is configured."))
        #expect(!self.text(.busy()).contains("No questions yet"))
    }

    @Test("A job has its schedule, its last outcome in words and its next run")
    func jobs() {
        let rows = ParsedPage(OverviewPage.render(.busy())).all("tr").map {
            $0.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        #expect(
            rows.contains {
                $0.contains("prune-cache") && $0.contains("0 3 * * *") && $0.contains("success") && $0.contains("took 31 ms")
                    && $0.contains("in 8 min 56 s")
            })
        #expect(rows.contains { $0.contains("warm-cache") && $0.contains("failure") && $0.contains("nothing planned") })
        #expect(
            rows.contains {
                $0.contains("refresh-popular") && $0.contains("No run yet") && $0.contains("paused") && !$0.contains("due now")
            })
    }

    @Test("Languages and categories without a question are left out")
    func breakdowns() {
        let text = text(.busy())
        #expect(text.contains("Hebrew he") && text.contains("Opening hours") && !text.contains("Russian"))
    }

    static let hostile = [
        "<script>alert(1)</script>", "\" onmouseover=\"x", "\"\u{301} onmouseover=\"\u{301}x", "<\u{338}b>", "</title></main>",
        "{{version}}",
        "a\u{202E}b\u{2066}c", "\u{0}\u{1B}[31m", "' & <!-- -->",
    ]

    @Test("Hostile words stay words, wherever they come in", arguments: hostile)
    func hostileWords(word: String) {
        var model = OverviewModel.busy(status: .degraded([word]))
        model.profile = word
        model.version = word
        model.range = word
        model.serviceURL = word
        model.jobs = [OverviewModel.Job(name: word, schedule: word, timezone: word, last: .init(outcome: word, at: .noon), next: nil)]
        let expected = ParsedPage(
            OverviewPage.render(
                {
                    var calm = model; calm.profile = "p"; return calm
                }()))
        let page = ParsedPage(OverviewPage.render(model))
        #expect(page.problem == nil)
        #expect(page.elements.map(\.name) == expected.elements.map(\.name))
        #expect(page.elements.allSatisfy { $0.attributes.keys.allSatisfy { !$0.hasPrefix("on") } })
        #expect(!page.text.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) || (0x2066...0x2069).contains($0.value) })
    }

    @Test("The page is small")
    func size() {
        #expect(OverviewPage.render(.busy()).count < 12_000)
    }
}

@Suite("The text for programs")
struct WelcomeTextTests {
    @Test("It has every address and says when answers are invented")
    func addresses() {
        let model = WelcomeText.Model(version: "0.1.0", profile: "development", isSimulated: true, serviceURL: "http://127.0.0.1:4327")
        let text = String(decoding: WelcomeText.render(model), as: UTF8.self)
        for path in ["/api/v1/cache/query", "/admin/cache-analytics", "/docs", "/openapi.yaml", "/metrics", "/healthz", "/readyz"] {
            #expect(text.contains("http://127.0.0.1:4327" + path))
        }
        #expect(text.contains("SIMULATED") && text.hasSuffix("\n"))
    }
}
