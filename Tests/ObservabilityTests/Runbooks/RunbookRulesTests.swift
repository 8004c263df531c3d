import Testing

@Suite("What looks at the runbooks finds what it looks for", .timeLimit(.minutes(10)))
struct RunbookRulesTests {
    static let faultyQueries = [
        (#"hearth_cache_request_total{job="hearth"}"#, "no series of the catalogue"),
        (#"hearth_cache_requests_total"#, "without job"),
        (#"hearth_cache_requests_total{job="hearth", outcome="hit"}"#, "has no label outcome"),
        (#"hearth_cache_requests_total{job="hearth", result="hits"}"#, "is never hits"),
        (#"hearth_cache_requests_total{job="hearth", result=~"hit|old"}"#, "is never old"),
        (#"hearth_cache_requests_total{job="heart"}"#, "the job is called hearth"),
        (#"sum by (model) (hearth_cache_requests_total{job="hearth"})"#, "has the label model"),
        (#"rate(hearth_answer_duration_seconds{job="hearth"}[5m])"#, "no series of the catalogue"),
        (#"rate(hearth_answer_duration_seconds_bucket{job="hearth", le="0.22"}[5m])"#, "has no bucket 0.22"),
        (#"up{job="hearth", store="redis"}"#, "has no label store"),
        (#"count by (__name__) ({instance="a"})"#, "without a name"),
    ]

    @Test("A fault in a query", arguments: faultyQueries)
    func query(query: String, finding: String) {
        let faults = QueryRules.faults(in: query)
        #expect(faults.contains { $0.contains(finding) }, "\(faults)")
    }

    static let goodQueries = [
        #"histogram_quantile(0.95, sum by (le, result) (rate(hearth_answer_duration_seconds_bucket{job="hearth", le="0.2"}[5m] offset 1d)))"#,
        #"time() - max without (instance) (max_over_time(hearth_job_last_success_timestamp_seconds{job="hearth"}[10m]) > 0) > 2 * 3600"#,
        #"up{job="hearth"} == bool 1 and on (instance) hearth_build_info{job="hearth", version!=""}"#,
        #"sum(increase(http_server_request_duration_seconds_count{job="hearth", http_response_status_code=~"5.."}[1h30m])) by (http_route)"#,
        #"topk(10, count by (__name__) ({job="hearth"}))"#,
    ]

    @Test("A good query passes", arguments: goodQueries)
    func goodQuery(query: String) {
        #expect(QueryRules.faults(in: query) == [])
    }

    static let faultyLines = [
        ("hearth job list", "hearth has no command job"),
        ("hearth jobs", "hearth jobs needs a command"),
        ("hearth jobs start prune-cache", "hearth jobs has no command start"),
        ("hearth jobs list --all", "hearth jobs list has no option --all"),
        ("hearth jobs show", "hearth jobs show needs an argument"),
        ("hearth jobs show a b", "hearth jobs show takes 1 arguments"),
        ("hearth stats --period", "hearth stats --period needs a value"),
        ("curl -s x | hearth asks", "hearth has no command asks"),
        ("for job in a b; do hearth jobs run; done", "hearth jobs run needs an argument"),
        ("KEY=x sudo hearth config --deep", "hearth config has no option --deep"),
        ("hearth_config verify", "hearth config has no command verify"),
    ]

    @Test("A fault in a command", arguments: faultyLines)
    func line(line: String, finding: String) async throws {
        let faults = try await HearthCommands.shared.value.faults(in: line)
        #expect(faults.contains { $0.hasPrefix(finding) }, "\(faults)")
    }

    static let goodLines = [
        "hearth jobs runs prune-cache --limit 3 --json --url \"$ADMIN\" | grep -o '\"hearth nothing\"'",
        "hearth ask \"Do you sell 'gift' cards; now?\" --language=en   # hearth nothing",
        "hearth_config check && hearth healthcheck || hearth version",
        "echo hearth nothing",
        "hearth_config() { hearth config \"$@\"; }",
    ]

    @Test("A good command passes", arguments: goodLines)
    func goodLine(line: String) async throws {
        #expect(try await HearthCommands.shared.value.faults(in: line) == [])
    }

    @Test("Text between backticks may leave out what a command needs, but not name what does not exist")
    func text() async throws {
        let known = try await HearthCommands.shared.value
        #expect(known.faults(in: "hearth jobs run", isWhole: false) == [])
        #expect(known.faults(in: "hearth jobs stop", isWhole: false) == ["hearth jobs has no command stop"])
        #expect(QueryRules.faults(inText: "hearth_store_up{store=\"valkey\"}") == ["store of hearth_store_up is never valkey"])
        #expect(QueryRules.faults(inText: "increase(hearth_store_upp[5m])") == ["hearth_store_upp is no metric of the catalogue"])
        #expect(QueryRules.faults(inText: "hearth_log").isEmpty)
    }

    @Test("A file is taken apart into title, headings and blocks")
    func parts() {
        let runbook = Runbook(
            name: "A",
            text: """
                # A

                Severity: none. Fires when: always.

                ## What it means

                Text with `code`.

                1. A step.

                   ```sh
                   # not a heading
                   hearth ask \\
                     "x"
                   ```
                """)
        #expect(runbook.title == "A")
        #expect(runbook.headings == ["What it means"])
        #expect(runbook.summary?.severity == "none" && runbook.summary?.condition == "always.")
        #expect(runbook.blocks.map(\.section) == ["What it means"])
        #expect(runbook.commandLines == ["# not a heading", "hearth ask  \"x\""])
        #expect(runbook.inlineCode == ["code"])
    }
}
