import HearthPages
import HearthTelemetry
import Testing

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
