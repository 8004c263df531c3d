import HearthPages
import HearthTelemetry
import PageSamples
import Testing

@Suite("Pages say why there is nothing to see, or nothing to do")
struct SituationTests {
    private func words(_ page: ParsedPage) -> String {
        page.text.split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing("\u{A0}", with: " ")
    }

    private func overview(_ usage: Usage, _ change: (inout PageFrame) -> Void = { _ in }) -> ParsedPage {
        var frame = Sample.frame(.overview)
        change(&frame)
        return ParsedPage(Pages.overview(Sample.overview(.ready(usage)), in: frame).page)
    }

    private func fault(_ fault: PageFault, _ view: PageView = .overview) -> ParsedPage {
        ParsedPage(Pages.fault(fault, in: Sample.frame(view)).page)
    }

    @Test("A filter that matches nothing is named, and can be cleared")
    func filter() {
        var usage = Sample.usage(busy: 0)
        usage.firstQuestion = Sample.now - .seconds(3600)
        let page = overview(usage) { frame in
            (frame.address.state.language, frame.address.state.category, frame.address.state.range) = (.he, .pricing, .week)
        }
        #expect(words(page).contains("Nothing for Hebrew, Pricing. Choose “all” to clear the filter."))
        let clear = page.all("a").filter { $0.text == "Clear filters" }
        #expect(clear.count == 3 && clear.allSatisfy { $0.attributes["href"] == "../admin/cache-analytics?range=7d" })
    }

    @Test("A range before the first question says when that was, one before what is kept how long that is")
    func outside() {
        var usage = Sample.usage(busy: 0)
        usage.firstQuestion = Sample.now - .seconds(3600)
        #expect(words(overview(usage)).contains("Nothing in this range. The first question was asked 22 Nov 2026 16:31:04 UTC."))
        usage.firstQuestion = Sample.now - .seconds(400 * 86_400)
        usage.to = Sample.now - .seconds(100 * 86_400)
        #expect(words(overview(usage)).contains("Figures this fine are kept for 90 days; choose a later range."))
    }

    @Test("The bucket that is not over says so, and its part of the line is dashed")
    func incomplete() {
        let page = overview(Sample.usage())
        for figure in page.all("figure") {
            let heads = page.elements.filter { figure.inside.contains($0.index) && $0.name == "th" && $0.attributes["scope"] == "row" }
            #expect(heads.filter { $0.text.hasSuffix(" (so far)") }.map(\.index) == heads.suffix(1).map(\.index))
        }
        let open = page.all("polyline").filter { $0.attributes["class"]?.contains("open") == true }
        #expect(open.count == 1 && open.allSatisfy { $0.attributes["stroke-dasharray"] != nil })
    }

    @Test("Silent replicas are counted, with what that means")
    func silentReplicas() {
        let page = words(overview(Sample.usage()) { $0.replicas = ReplicaCount(reporting: 2, known: 3) })
        #expect(page.contains("2 of 3 replicas") && page.contains("Not every replica reports; figures may be low."))
        #expect(!words(overview(Sample.usage())).contains("figures may be low"))
    }

    @Test("Where Alertmanager is not known, or is silent, its panel says so and the service's own conditions stay")
    func alertmanager() {
        var content = Sample.health
        content.alertmanager = .notConfigured
        var page = words(ParsedPage(Pages.health(content, in: Sample.frame(.health)).page))
        #expect(page.contains("Hearth does not know Alertmanager’s state. To show it, set HEARTH_ALERTMANAGER_URL"))
        #expect(page.contains("≥ 80.0 %"))
        content.alertmanager = .unreachable(reason: "connection refused")
        page = words(ParsedPage(Pages.health(content, in: Sample.frame(.health)).page))
        #expect(page.contains("Alertmanager does not answer; the conditions above are Hearth’s own. connection refused"))
    }

    @Test("A refused page names the scope that is missing and whose key it was; an unknown one what was looked for")
    func refused() {
        let forbidden = words(fault(.forbidden(scope: "admin", holder: "till-3")))
        #expect(forbidden.contains("This needs a key with the scope admin.") && forbidden.contains("Signed in as till-3."))
        #expect(words(fault(.unknownPage(path: "/admin/cache-analytics/no"))).contains("/admin/cache-analytics/no"))
        let job = fault(.unknownJob(name: "prune-cahce", nearest: "prune-cache"), .job("prune-cahce"))
        #expect(words(job).contains("prune-cahce"))
        #expect(job.all("a").contains { $0.text == "prune-cache" && $0.attributes["href"]?.hasSuffix("/jobs/prune-cache") == true })
    }

    @Test("What was wrong in a form is said at its field, and on top with a link to it")
    func problems() throws {
        var overview = Sample.overview()
        overview.ask = AskForm(problem: "A question has 1 to 500 characters.")
        let questions = QuestionsContent(
            kept: .ready([]), missed: .ready([]), explain: AskForm(problem: "A question has 1 to 500 characters."))
        let confirm = ConfirmContent(
            action: .invalidate, parameters: [], token: "t0ken", command: "", wordToType: "REMOVE",
            problem: "Type the word REMOVE to confirm.", back: .health)
        let pages: [(RenderedPage, field: String, name: String)] = [
            (Pages.overview(overview, in: Sample.frame(.overview)), "ask-q", "Question"),
            (Pages.questions(questions, in: Sample.frame(.questions)), "explain-q", "Question"),
            (Pages.confirm(confirm, in: Sample.frame(.confirm)), "word", "To confirm, type REMOVE"),
            (Pages.signIn(SignInContent(reason: .wrongKey), in: Sample.frame(.signIn)), "key", "API key"),
        ]
        for (rendered, field, name) in pages {
            let page = ParsedPage(rendered.page)
            #expect(page.problem == nil)
            let list = try #require(page.elements.first { $0.attributes["class"] == "notices problems" })
            #expect(list.attributes["role"] == "alert")
            let inside = page.elements.filter { list.inside.contains($0.index) }
            #expect(inside.first { $0.name == "a" }.map { [$0.text, $0.attributes["href"]] } == [name, "#" + field])
            let input = try #require(page.elements.first { $0.attributes["id"] == field })
            #expect(input.attributes["aria-invalid"] == "true")
            let described = page.elements.first { $0.attributes["id"] == input.attributes["aria-describedby"] }
            let said = try #require(described?.text)
            #expect(inside.contains { $0.name == "bdi" && $0.text == said }, "\(list.text)")
            // Where nothing was wrong there is no list.
            #expect(!ParsedPage(Sample.page(.overview, in: Sample.frame(.overview)).page).text.contains("500 characters"))
        }
    }

    @Test("A moment that is not understood stays in its field, which points to what is said on top")
    func wrongMoment() throws {
        let (state, notices) = PageState.parse(query: "from=yesterday&to=2026-11-22T00:00Z")
        let page = ParsedPage(Sample.page(.overview, in: Sample.frame(.overview, state: state, notices: notices)).page)
        for (name, value) in [("from", "yesterday"), ("to", "2026-11-22T00:00Z")] {
            let field = try #require(page.all("input").first { $0.attributes["name"] == name })
            #expect(field.attributes["value"] == value && field.attributes["aria-invalid"] == "true")
            #expect(page.elements.first { $0.attributes["id"] == field.attributes["aria-describedby"] }?.text.contains(value) == true)
        }
    }

    @Test("What removes something is in no panel with what harms nothing")
    func destructive() {
        let harmless = ["warm", "maintenance", "run-job", "pause-job", "resume-job"]
        for page in SamplePage.allCases where page != .confirm && page != .result {
            let parsed = PageCase(page: page, language: .en).parsed
            for panel in parsed.all("section") where panel.attributes["class"]?.hasPrefix("panel") == true {
                let inside = parsed.elements.filter { panel.inside.contains($0.index) }
                let actions =
                    inside.compactMap { $0.attributes["href"]?.firstMatch(of: /[?&]action=([a-z-]+)/).map { String($0.1) } }
                    + inside.filter { $0.attributes["name"] == "action" }.compactMap { $0.attributes["value"] }
                let removes = actions.contains { ["invalidate", "delete-answer"].contains($0) }
                #expect(!removes || !actions.contains { harmless.contains($0) }, "\(page) \(actions)")
            }
        }
    }

    @Test("Range, filters and display are one form with one button, and the page's language and theme are in it")
    func oneForm() throws {
        var frame = Sample.frame(.overview, language: .he, theme: .dark)
        (frame.address.state.ui, frame.address.state.theme) = (.he, .dark)
        let page = ParsedPage(Pages.overview(Sample.overview(), in: frame).page)
        let form = try #require(page.all("form").first { $0.attributes["class"] == "controls" })
        let inside = page.elements.filter { form.inside.contains($0.index) }
        let names = inside.filter { ["select", "input"].contains($0.name) }.compactMap { $0.attributes["name"] }
        #expect(names.sorted() == ["category", "from", "language", "range", "refresh", "theme", "to", "tz", "ui"])
        #expect(inside.filter { $0.name == "button" }.count == 1 && form.attributes["method"] == "get")
        let chosen = inside.filter { $0.name == "option" && $0.attributes["selected"] != nil }.compactMap { $0.attributes["value"] }
        #expect(chosen.contains("he") && chosen.contains("dark"))
        // A choice that was kept can be taken back.
        let kept = PagePreferences(language: .he, theme: .dark).merged(with: PageState.parse(query: "theme=auto").state)
        #expect(kept == PagePreferences(language: .he, theme: .auto) && PagePreferences(cookieValue: kept.cookieValue) == kept)
        frame.theme = kept.theme
        #expect(ParsedPage(Pages.overview(Sample.overview(), in: frame).page).all("html").first?.attributes["data-theme"] == nil)
    }

    @Test("Jobs can be narrowed to one, which is chosen in the form; another name shows none, and the way back")
    func oneJob() throws {
        func page(_ job: String?) -> ParsedPage {
            var state = PageState()
            state.job = job
            return ParsedPage(Sample.page(.jobs, in: Sample.frame(.jobs, state: state)).page)
        }
        func rows(_ page: ParsedPage) throws -> [String] {
            let list = try #require(page.all("section").first { $0.attributes["id"] == "p-list" })
            return page.all("th").filter { list.inside.contains($0.index) && $0.attributes["scope"] == "row" }.map(\.text)
        }
        let all = try rows(page(nil))
        let name = try #require(all.last)
        #expect(all.count > 1)
        let one = page(name)
        #expect(try rows(one) == [name])
        let lanes = one.all("div").filter { $0.attributes["class"] == "row" }
        #expect(lanes.count == 2)
        let options = one.all("option").filter { all.contains($0.text) }
        #expect(options.count == all.count && options.filter { $0.attributes["selected"] != nil }.map(\.text) == [name])
        let none = page("no-such-job")
        #expect(try rows(none) == [])
        #expect(none.all("a").contains { $0.text == "Clear filters" && $0.attributes["href"] == "../../admin/cache-analytics/jobs" })
    }

    @Test("What somebody did leads to its record in the audit, for those who may see it, and another version is an event")
    func audit() {
        func links(_ reader: PageReader) -> [String] {
            let page = ParsedPage(Pages.health(Sample.health, in: Sample.frame(.health, reader: reader)).page)
            #expect(page.all("td").contains { $0.text == "version" })
            return page.all("a").filter { $0.text == "Audit record" }.compactMap { $0.attributes["href"] }
        }
        let moment = (Sample.now - .seconds(52_000)).description
        #expect(links(.open) == ["../../api/v1/audit?action=cache.invalidate&from=\(moment)&to=\(moment)"])
        #expect(links(.signedIn(name: "till", canAct: false)).isEmpty)
    }

    @Test("A run that is under way already is said with its beginning and a link to it")
    func alreadyRunning() {
        let content = ResultContent(
            action: .runJob, parameters: [ActionParameter(name: "job", value: "prune-cache")],
            outcome: .alreadyRunning(run: "019ab5f2", since: Sample.now - .seconds(90)), back: .job("prune-cache"))
        let page = ParsedPage(Pages.result(content, in: Sample.frame(.result)).page)
        #expect(words(page).contains("It is running already, since 22 Nov 2026 17:29:34 UTC."))
        #expect(page.all("a").contains { $0.attributes["href"]?.hasSuffix("/runs/019ab5f2") == true })
    }

    @Test("Without the script a page is loaded again by itself only where its reader chose that")
    func metaRefresh() {
        func refresh(_ refresh: PageState.Refresh) -> [ParsedPage.Element] {
            let page = overview(Sample.usage()) { $0.address.state.refresh = refresh }
            let hidden = page.all("noscript")
            return page.all("meta").filter { meta in
                meta.attributes["http-equiv"] == "refresh" && hidden.contains { $0.inside.contains(meta.index) }
            }
        }
        #expect(refresh(.byDefault).isEmpty && refresh(.off).isEmpty)
        #expect(refresh(.every(seconds: 30)).map { $0.attributes["content"] } == ["30"])
    }
}
