import HearthPages
import HearthTelemetry
import PageSamples
import Testing

@Suite("Addresses of pages")
struct AddressTests {
    /// States with every combination that a source of numbers comes to.
    static func states(_ count: Int) -> [PageState] {
        var source = Sample.Source(state: 99)
        let texts = ["a", "prune-cache", "é & = ? / %", "שלום", "a+b c", "100%", "x:y/z", "\"<>"]
        return (0..<count).map { _ in
            var state = PageState()
            let from = Timestamp(milliseconds: source.next(below: 100_000_000) * 60_000)
            let ranges = PageRange.rolling.map(\.range) + [.between(from, from + .seconds((1 + source.next(below: 5000)) * 60))]
            state.range = ranges[Int(source.next(below: Int64(ranges.count)))]
            if source.next(below: 2) == 0 { state.language = Language.allCases[Int(source.next(below: 5))] }
            if source.next(below: 2) == 0 { state.category = ResponseCategory.allCases[Int(source.next(below: 8))] }
            if source.next(below: 2) == 0 { state.job = texts[Int(source.next(below: 8))] }
            if source.next(below: 2) == 0 { state.outcome = JobOutcome.allCases[Int(source.next(below: 8))] }
            if source.next(below: 2) == 0 { state.trigger = PageState.triggers[Int(source.next(below: 5))] }
            if source.next(below: 2) == 0 { state.before = texts[Int(source.next(below: 8))] }
            if source.next(below: 2) == 0 {
                state.month = CivilMonth(year: 2000 + source.next(below: 60), month: 1 + Int(source.next(below: 12)))
            }
            let refreshes = [PageState.Refresh.byDefault, .off] + PageState.intervals.map { .every(seconds: $0) }
            state.refresh = refreshes[Int(source.next(below: Int64(refreshes.count)))]
            state.zone = [.utc, .local, .named("Europe/Athens"), .named("Etc/GMT-14")][Int(source.next(below: 4))]
            if source.next(below: 2) == 0 { state.ui = Language.allCases[Int(source.next(below: 5))] }
            if source.next(below: 2) == 0 { state.theme = PageTheme.allCases[Int(source.next(below: 3))] }
            if source.next(below: 2) == 0 { state.hasKeys = source.next(below: 2) == 0 }
            return state
        }
    }

    @Test("What is written is read as it was")
    func inverse() {
        for state in Self.states(2000) {
            let (read, notices) = PageState.parse(query: state.query)
            #expect(read == state && notices.isEmpty, "\(state.query)")
            #expect(read.query == state.query)
        }
    }

    @Test("Whatever comes in, what is understood is written and read again")
    func hostile() {
        var source = Sample.Source(state: 3)
        let pieces = [
            "range", "=", "&", "24h", "%", "%41", "%FF", "from", "to", "2026-11-21", "é", "+", "ui", "he", "refresh", "10", "\u{0}", "tz",
            "/",
        ]
        for _ in 0..<3000 {
            let query = (0..<Int(source.next(below: 12))).map { _ in pieces[Int(source.next(below: Int64(pieces.count)))] }.joined()
            let state = PageState.parse(query: query).state
            #expect(PageState.parse(query: state.query).state == state, "\(query)")
        }
    }

    @Test("Defaults are left out")
    func defaults() {
        #expect(PageState().query.isEmpty)
        #expect(PageAddress(view: .overview).text == "admin/cache-analytics")
        #expect(PageState.parse(query: "range=24h&language=&category=&tz=utc").state == PageState())
        #expect(PageState.parse(query: "range=24h&language=&category=&tz=utc").notices.isEmpty)
    }

    @Test(
        "What is not understood has its default and a notice",
        arguments: [
            ("range=25h", "range"), ("language=xx", "language"), ("category=x", "category"), ("outcome=x", "outcome"),
            ("refresh=7", "refresh"),
            ("tz=%3Cb%3E", "tz"), ("ui=xx", "ui"), ("theme=pink", "theme"), ("from=2026-11-21", "from"), ("month=2026-13", "month"),
            ("range=1h&range=7d", "range"), ("job=%FF", "job"),
        ])
    func notices(query: String, name: String) {
        let (_, notices) = PageState.parse(query: query)
        #expect(notices.map(\.name) == [name] && notices.allSatisfy(\.isKnown))
    }

    @Test("An end before the beginning is not understood, and unknown parameters are named")
    func more() {
        let backwards = PageState.parse(query: "from=2026-11-22T00:00Z&to=2026-11-21T00:00Z")
        #expect(backwards.state.range == .day && backwards.notices.map(\.name) == ["from", "to"])
        let unknown = PageState.parse(query: "colour=red&action=warm", ignoring: ["action"])
        #expect(unknown.notices == [AddressNotice(name: "colour", value: "red", isKnown: false)])
    }

    @Test(
        "A view's path is read as it was written",
        arguments: [
            PageView.overview, .savings, .questions, .jobs, .job("prune-cache"), .job("a/b ?é"), .run("019ab5f2"), .health, .report, .help,
            .runbooks, .runbook("HearthStoreDown"),
            .signIn, .confirm, .result,
        ])
    func views(view: PageView) {
        #expect(PageView(path: view.path) == view)
    }

    @Test("Other paths are no view", arguments: ["/", "/nothing", "/jobs/", "/jobs/a/b", "/runs", "x", "/jobs/%ZZ", "/savings/"])
    func noViews(path: String) {
        #expect(PageView(path: path) == nil)
    }

    @Test(
        "The best of the languages that a browser asks for is taken",
        arguments: [
            ("he,en;q=0.8", .he), ("iw", .he), ("de,fr;q=0.9", nil), ("fr;q=1, pt-BR;q=0.7, en;q=0.5", .pt), ("ru;q=0", nil), ("", nil),
            ("en;q=0.4,es;q=0.9", .es), ("*", nil),
        ] as [(String, Language?)])
    func negotiation(header: String, language: Language?) {
        #expect(Language.negotiated(acceptLanguage: header) == language)
    }

    @Test("The cookie keeps language, theme and keys and nothing else")
    func cookie() {
        for language in [nil] + Language.allCases.map(Optional.some) {
            for theme in [nil] + PageTheme.allCases.map(Optional.some) {
                let preferences = PagePreferences(language: language, theme: theme, hasKeys: theme == .dark)
                #expect(PagePreferences(cookieValue: preferences.cookieValue) == preferences)
            }
        }
        #expect(PagePreferences(cookieValue: "zz.<script>.dark") == PagePreferences(theme: .dark))
    }

    @Test("No range has more than 168 buckets")
    func buckets() {
        for range in PageRange.rolling.map(\.range) {
            let (from, to) = range.bounds(at: Sample.now)
            let length = [BucketLength.minute: 60, .hour: 3600, .day: 86_400, .week: 604_800, .month: 2_592_000][range.bucket] ?? 1
            #expect((to - from).components.seconds / Int64(length) <= 168)
        }
    }
}
