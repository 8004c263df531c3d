import HearthPages
import HearthTelemetry
import PageSamples
import Testing

@Suite("Pages say what they were given")
struct PageContentTests {
    private func text(_ page: RenderedPage) -> String {
        ParsedPage(page.page).text.split(whereSeparator: \.isWhitespace).joined(separator: " ").replacing("\u{A0}", with: " ")
    }

    private func overview(_ language: Language = .en, status: ServiceStatus = .working) -> String {
        text(Sample.page(.overview, in: Sample.frame(.overview, language: language, status: status)))
    }

    @Test(
        "The four figures and what they were are there",
        arguments: ["89.7 %", "was 91.8 %; lower", "USD 15.86", "9,489", "8,516", "0.6 ms"])
    func figures(figure: String) {
        #expect(overview().contains(figure))
    }

    @Test("The status line says what is missing and since when, in the title too")
    func degraded() {
        let since = Sample.now - .seconds(5344)
        let frame = Sample.frame(
            .overview, status: .degraded([.init(component: "redis", reason: "connection refused", since: since)]))
        let page = ParsedPage(Sample.page(.overview, in: frame).page)
        #expect(page.text.contains("Working without Redis since 16:02") && page.text.contains("connection refused"))
        #expect(page.all("title").first?.text == "Degraded: Overview · Hearth")
        #expect(page.all("link").contains { $0.attributes["href"]?.contains("hearth-troubled-") == true })
        #expect(overview(status: .degraded([.init(component: "provider", reason: "401")])).contains("Provider down, serving kept answers"))
    }

    @Test("While the service starts every step is there, with how far it is")
    func starting() {
        let page = ParsedPage(Sample.page(.starting, in: Sample.frame(.overview, status: .starting)).page)
        let steps = page.all("li").filter { ["done", "running", "waiting"].contains($0.attributes["class"]) }.map(\.text)
        #expect(steps == ["configuration done", "stores running", "warming waiting"])
        #expect(page.all("title").first?.text == "Starting · Hearth" && page.all("h1").first?.text == "Starting")
        #expect(page.all("p").contains { $0.text.hasPrefix("▲ Starting · ") })
        #expect(page.all("link").contains { $0.attributes["href"]?.contains("hearth-troubled-") == true })
    }

    @Test(
        "While the service ends the status line says how many requests are left, in the title too",
        arguments: [
            (Language.en, 0, "Shutting down, 0 requests left"), (.en, 1, "Shutting down, 1 request left"),
            (.ru, 3, "Завершает работу, осталось 3 запроса"), (.he, 2, "נסגר, נותרו שתי בקשות"),
        ])
    func stopping(language: Language, requests: Int, sentence: String) throws {
        let frame = Sample.frame(.overview, language: language, status: .stopping(requests: requests))
        let page = ParsedPage(Sample.page(.overview, in: frame).page)
        #expect(page.all("p").contains { $0.text.hasPrefix("▲ " + sentence) }, "\(page.text.prefix(400))")
        let title = try #require(page.all("title").first?.text)
        #expect(sentence.hasPrefix(try #require(title.split(separator: ":").first)), "\(title)")
        // An open page is told, so that it can say why nobody answers any more.
        #expect(String(decoding: Sample.page(.overview, in: frame).fragment.prefix(400), as: UTF8.self).contains(" data-ending>"))
        #expect(!String(decoding: Sample.page(.overview, in: Sample.frame(.overview)).fragment, as: UTF8.self).contains("data-ending"))
        // What is known is still shown.
        #expect(page.all("figure").count == 2)
    }

    @Test("Before the first question there is a way to ask and no invented nought")
    func fresh() {
        let text = text(Sample.page(.fresh, in: Sample.frame(.overview)))
        #expect(text.contains("212 answers ready. No questions yet."))
        #expect(text.contains("curl -s http://127.0.0.1:4327/api/v1/cache/query"))
        #expect(text.contains("MISS · 203 ms · never kept · cost USD 0.002"))
        #expect(!text.contains(" 0.0 %"))
    }

    @Test("A slow store leaves a note, a missing panel a sentence")
    func slow() {
        let text = text(Sample.page(.slow, in: Sample.frame(.overview)))
        #expect(text.contains("The store is slow (520 ms); this is from 17:30:50."))
        #expect(text.contains("The job prune-cache holds the store (510 ms); not available now."))
        #expect(text.contains("The store is slow (600 ms); not available now. What to do Runbook: HearthStoreErrors"))
        #expect(text.contains("not available now. What to do Runbook: HearthJobStuck"))
    }

    @Test("An action whose effect cannot be told in time is not offered, and one whose effect is old says so")
    func slowEffect() {
        func page(_ effect: Panel<ConfirmContent.Effect>) -> String {
            let content = ConfirmContent(
                action: .invalidate, parameters: [ActionParameter(name: "language", value: "he")], effect: effect, token: "t0ken",
                command: "hearth cache invalidate --language he", back: .questions)
            return String(decoding: Pages.confirm(content, in: Sample.frame(.confirm)).page, as: UTF8.self).replacing("\u{A0}", with: " ")
        }
        let missing = page(.missing(.slow(.milliseconds(501))))
        #expect(missing.contains("The store is slow (501 ms); not available now.") && !missing.contains("t0ken"))
        #expect(missing.contains("/confirm?action=invalidate&amp;language=he\">Refresh now"))
        let kept = page(.kept(.init(answersRemoved: 7), madeAt: Sample.now - .seconds(14), took: .milliseconds(520), heldBy: "prune-cache"))
        #expect(kept.contains("The job prune-cache holds the store (520 ms); this is from 17:30:50.") && kept.contains("t0ken"))
    }

    @Test("What was not understood is named, with what is shown instead")
    func notices() {
        let (state, notices) = PageState.parse(query: "range=25h&colour=red&ui=xx")
        let text = text(Sample.page(.overview, in: Sample.frame(.overview, state: state, notices: notices)))
        #expect(text.contains("range=25h is not understood, showing last 24 hours."))
        #expect(text.contains("colour=red is not known and has no effect."))
        #expect(text.contains("ui=xx is not understood, the default is shown."))
    }

    @Test("Every chart has a table with as many rows as points", arguments: [BucketLength.minute, .hour, .day, .month], [3, 12, 60, 168])
    func tables(length: BucketLength, count: Int) {
        let usage = Sample.usage(length, buckets: count)
        let page = ParsedPage(Pages.overview(Sample.overview(.ready(usage)), in: Sample.frame(.overview)).page)
        let figures = page.all("figure")
        #expect(figures.count == 2)
        for figure in figures {
            let rows = page.elements.filter { figure.inside.contains($0.index) && $0.name == "tr" }
            #expect(rows.count == count + 1)
        }
    }

    @Test("Every mark of the time line is a row with a link to its run")
    func marks() {
        let page = ParsedPage(Sample.page(.jobs, in: Sample.frame(.jobs)).page)
        let marks = page.all("path").filter { $0.attributes["class"]?.hasPrefix("mark ") == true && $0.text != "" }
        let links = page.all("tr").filter { row in
            page.elements.contains { row.inside.contains($0.index) && $0.attributes["href"]?.contains("/runs/") == true }
        }
        let runs = Sample.timeline.lanes.flatMap(\.runs)
        #expect(marks.count == runs.count && links.count >= runs.count)
    }

    @Test("Times are in the zone that was asked for, with its name")
    func zones() {
        let zone = PageZone(
            name: "Europe/Athens", first: .init(from: Timestamp(milliseconds: 0), secondsEast: 7200, abbreviation: "EET"))
        let text = text(Sample.page(.overview, in: Sample.frame(.overview, zone: zone)))
        #expect(text.contains("complete to 19:31 EET") && !text.contains(" UTC ·") && !text.contains("UTC 0"))
    }

    @Test("A job, a run and a confirmation have what their readers need")
    func details() {
        let job = text(Sample.page(.job, in: Sample.frame(.job("aggregate-statistics"))))
        #expect(job.contains("clocks go back: second of two") && job.contains("Time limit20 min"))
        let run = text(Sample.page(.run, in: Sample.frame(.run("x"))))
        #expect(run.contains("PostgreSQL at db.internal:5432 does not answer") && run.contains("4bf92f3577b34da6a3ce929d0e0e4736"))
        let confirm = text(Sample.page(.confirm, in: Sample.frame(.confirm)))
        #expect(confirm.contains("Removes 1,204 answers.") && confirm.contains("About USD 2.41 of calls to rebuild."))
        #expect(confirm.contains("This cannot be undone.") && confirm.contains("type REMOVE"))
        #expect(confirm.contains("hearth cache invalidate --language he"))
        #expect(text(Sample.page(.missing, in: Sample.frame(.run("x")))).contains("Runs are kept for 90 days."))
        #expect(text(Sample.page(.busy, in: Sample.frame(.overview))).contains("Try again in 5 seconds."))
    }

    @Test(
        "What savings are computed with says of which day the prices are, on the report too",
        arguments: [
            (Language.en, "Of 1 Nov 2026."), (.es, "Del 1 nov 2026."), (.pt, "De 1 nov. 2026."), (.ru, "От 1 нояб. 2026."),
            (.he, "נכון ל־1 בנוב׳ 2026."),
        ])
    func priceDate(language: Language, sentence: String) {
        for page in [SamplePage.savings, .report] {
            let text = text(Sample.page(page, in: Sample.frame(page.view, language: language)))
            #expect(text.contains(sentence) && !text.contains("costs.pricesDate"), "\(page): \(text)")
        }
    }

    @Test("Prices without a date say which setting gives them one")
    func undatedPrices() {
        let content = SavingsContent(usage: .ready(Sample.usage()), prices: Prices(source: .flat(0.002)))
        let text = text(Pages.savings(content, in: Sample.frame(.savings)))
        #expect(text.contains("Prices: a flat USD 0.002 per answer. Their date is not set: costs.pricesDate"))
        #expect(text.contains("For what each answer really cost, set token prices: costs.tokenPrices"))
        let report = self.text(Sample.page(.report, in: Sample.frame(.report)))
        #expect(report.contains("Prices: by tokens") && !report.contains("set token prices"))
    }

    @Test("A run's course goes from the plan to the end, with what the delay of a job put off")
    func course() {
        var detail = Sample.runDetail
        detail.plannedAt = detail.summary.scheduledAt - .seconds(7)
        let page = ParsedPage(Pages.run(RunContent(run: detail), in: Sample.frame(.run("x"))).page)
        let steps = page.all("ol").first { $0.attributes["class"] == "course" }.map { list in
            page.all("li").filter { list.inside.contains($0.index) }
        }
        let names = ["Planned", "Due", "Claimed", "Started", "Finished"]
        #expect(steps?.map { $0.text.prefix { $0 != " " } }.map(String.init) == names)
        let moments = page.all("time").prefix(2).compactMap { $0.attributes["datetime"].flatMap { Timestamp(iso8601: $0) } }
        #expect(moments.count == 2 && moments.last.map { $0 - .seconds(7) } == moments.first)
    }

    static let hostile = [
        "<script>alert(1)</script>", "\" onmouseover=\"x", "\"\u{301} onmouseover=\"\u{301}x", "<\u{338}b>", "</title></main>",
        "{{version}}",
        "{{{svg}}}", "a\u{202E}b\u{2066}c", "\u{0}\u{1B}[31m", "' & <!-- -->", "javascript:alert(1)", "{time}",
        String(repeating: "x", count: 500),
    ]

    @Test("Hostile words stay words, wherever they come in", arguments: hostile)
    func hostileWords(word: String) {
        let calm = parts("calm")
        for (page, expected) in zip(parts(word), calm) {
            let (parsed, calm) = (ParsedPage(page.page), ParsedPage(expected.page))
            #expect(parsed.problem == nil)
            #expect(parsed.elements.map(\.name) == calm.elements.map(\.name))
            #expect(parsed.elements.allSatisfy { $0.attributes.keys.allSatisfy { !$0.hasPrefix("on") } })
            #expect(!parsed.elements.contains { $0.attributes["href"]?.hasPrefix("javascript") == true })
            #expect(!parsed.text.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) || (0x2066...0x2069).contains($0.value) })
        }
    }

    /// Pages with the same word in every place that others fill.
    private func parts(_ word: String) -> [RenderedPage] {
        var frame = Sample.frame(.overview, status: .degraded([.init(component: word, reason: word, since: Sample.now)]))
        frame.version = word
        frame.profile = word
        frame.serviceURL = word
        frame.reader = .signedIn(name: word, canAct: true)
        frame.notices = [AddressNotice(name: word, value: word)]
        frame.address.state.job = word
        var usage = Sample.usage()
        usage.marks = [PageEvent(at: usage.from, kind: .version, text: word, actor: word)]
        var overview = Sample.overview(.ready(usage))
        overview.asked = AskedAnswer(
            question: word, answer: word, language: .he, isFromCache: true, milliseconds: 1, isSimulated: false, cacheKey: word)
        overview.ask = AskForm(question: word, problem: word, token: word)
        var run = Sample.run("job", .failure, at: Sample.now - .seconds(60))
        run.job = word
        run.id = word
        run.replica = word
        overview.timeline = .ready(
            JobTimeline(
                from: Sample.now - .seconds(600), to: Sample.now + .seconds(600), now: Sample.now, lanes: [.init(job: word, runs: [run])]))
        var detail = Sample.runDetail
        detail.summary = run
        detail.errorMessage = word
        detail.result = [Fact(name: word, value: word)]
        let kept = [
            KeptQuestion(text: .shown(word), language: .en, category: .hours, hits: 1, savedDollars: 1, cacheKey: word)
        ]
        let questions = QuestionsContent(
            kept: .ready(kept), missed: .missing(.failed(reason: word)), explain: AskForm(question: word),
            explanation: Explanation(
                question: word, language: .he, category: .hours, isAnswered: true, verdict: word,
                steps: [.init(name: word, result: .passed, detail: word, facts: [Fact(name: word, value: word)])], cacheKey: word,
                answer: word))
        let health = HealthContent(
            stores: .ready([StoreState(name: word, isUp: false, reason: word)]), provider: .missing(.busy(job: word, .milliseconds(510))),
            conditions: .ready([
                Condition(id: .storeReached, threshold: 1, hasEnoughData: true, state: .fine, runbook: word, dashboard: word)
            ]),
            alertmanager: .alerts([.init(name: word, summary: word, severity: word, since: Sample.now, runbook: word)]),
            events: .ready(usage.marks))
        let confirm = ConfirmContent(
            action: .invalidate, parameters: [ActionParameter(name: word, value: word)], token: word, command: word, wordToType: word,
            problem: word, back: .job(word))
        return [
            Pages.overview(overview, in: frame), Pages.run(RunContent(run: detail), in: frame), Pages.questions(questions, in: frame),
            Pages.health(health, in: frame), Pages.confirm(confirm, in: frame),
            Pages.signIn(SignInContent(reason: .expired, returnTo: word), in: frame),
            Pages.fault(.unknownJob(name: word, nearest: word), in: frame),
            Pages.fault(.unavailable(reason: word, retryAfterSeconds: nil), in: frame),
        ]
    }
}
