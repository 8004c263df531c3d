import HearthPages
import HearthTelemetry
import PageSamples
import Testing

@Suite("What is below every panel")
struct PanelFootTests {
    /// Panels without a foot: there is nothing in them that could be read again.
    static let without = [
        "ask": "a form", "explain": "a form", "upkeep": "buttons", "invalidate": "a form", "sign-in": "a form", "confirm": "a form",
        "result": "of one action, shown to who did it", "fault": "in place of a page", "client": "help itself", "meaning": "help itself",
        "runbook": "the same at any time",
    ]
    /// What is there for programs. What is one thing is no table, and the state of the provider is in the metrics only.
    static let forPrograms: [String: [String]] = Dictionary(
        uniqueKeysWithValues: tables.map { ($0, ["CSV", "JSON"]) } + ["job", "run", "course"].map { ($0, ["JSON"]) }
            + ["computed", "top", "provider"].map { ($0, []) })
    private static let tables = [
        "figures", "rate", "results", "money", "kept", "missed", "month", "languages", "categories", "grid", "jobs", "timeline", "list",
        "durations", "runs", "conditions", "stores", "alerts", "events",
    ]

    @Test("Each panel of each view leads to its figures, to itself at a fixed time, and to what it means", arguments: PageCase.all)
    func everyPanel(page: PageCase) throws {
        let parsed = page.parsed
        let root = page.page.view.rootPrefix
        for panel in parsed.all("section") where panel.attributes["class"]?.hasPrefix("panel") == true {
            let id = try #require(panel.attributes["id"]?.dropFirst(2)).description
            let inside = parsed.elements.filter { panel.inside.contains($0.index) }
            // What stands in for a panel says why, and what to do.
            if inside.contains(where: { $0.attributes["href"]?.hasSuffix("#troubles") == true }) { continue }
            let feet = inside.filter { $0.attributes["class"] == "links" }
            guard Self.without[id] == nil else {
                #expect(feet.isEmpty, "\(id)")
                continue
            }
            #expect(feet.count == 1, "\(id)")
            let links = inside.filter { link in link.name == "a" && feet.contains { $0.inside.contains(link.index) } }
            let names = links.map(\.text)
            #expect(names.filter { ["CSV", "JSON"].contains($0) } == Self.forPrograms[id], "\(id)")
            for link in links where ["CSV", "JSON"].contains(link.text) {
                let address = try #require(link.attributes["href"])
                #expect(address.hasPrefix(root + ServicePath.api + "/") || address.hasPrefix(root + ServicePath.pages), "\(address)")
                #expect(link.attributes["aria-label"]?.hasPrefix(link.text + ": ") == true)
            }
            let copied = try #require(links.last { $0.attributes["class"] == "copy" }?.attributes["href"], "\(id)")
            #expect(copied.hasPrefix(root + ServicePath.pages) && copied.hasSuffix("#p-" + id))
            if [.overview, .savings, .health].contains(page.page.view) {
                #expect(copied.contains("from=2026-11-21T17:31Z&to=2026-11-22T17:31Z"), "\(copied)")
            }
            let meaning = try #require(links.last?.attributes["href"])
            let anchor = try #require(meaning.split(separator: "#").last).description
            #expect(meaning.hasPrefix(root + ServicePath.pages + "/help"), "\(meaning)")
            #expect(PageCase(page: .help, language: page.language).parsed.ids.contains(anchor), "\(anchor)")
        }
    }

    @Test("A chart is there as a table, too, and everything else with figures for programs is a table or a list")
    func asTable() {
        for page in SamplePage.allCases {
            let parsed = PageCase(page: page, language: .en).parsed
            for panel in parsed.all("section") where Self.forPrograms[panel.attributes["id"]?.dropFirst(2).description ?? ""] != nil {
                let inside = parsed.elements.filter { panel.inside.contains($0.index) }
                let hasChart = inside.contains { $0.name == "svg" && $0.attributes["class"]?.contains("chart") == true }
                let isList = inside.contains { ["table", "dl", "ol", "ul", "p"].contains($0.name) }
                #expect(hasChart ? inside.contains { $0.name == "details" } : isList, "\(page) \(panel.attributes)")
            }
        }
    }
}
