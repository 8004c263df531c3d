import Foundation
import HearthTestKit
import Testing

@Suite("The lint of dashboards", .timeLimit(.minutes(10)))
struct DashboardLintTests {
    /// A change to one dashboard that somebody could make without noticing.
    struct Mutation: Sendable, CustomTestStringConvertible {
        var rule: LintRule
        var file: String
        var text: String
        var replacement: String
        var testDescription: String { "\(rule.rawValue): \(file), \(text.prefix(60)) → \(replacement.prefix(60))" }

        init(_ rule: LintRule, _ board: String, _ text: String, _ replacement: String) {
            self.rule = rule
            file = "hearth-\(board).json"
            self.text = text
            self.replacement = replacement
        }
    }

    private static let chosen = #"job=~\"$job\", instance=~\"$instance\""#
    private static let rate = #"rate(hearth_cache_requests_total{\#(chosen)}[$__rate_interval])"#
    private static let overhead =
        #"histogram_quantile(0.95, sum by (le) (rate(hearth_overhead_duration_seconds_bucket{\#(chosen)}[$__rate_interval])))"#
    private static let buckets = #"rate(hearth_answer_duration_seconds_bucket{\#(chosen)}"#
    private static let memory = #"process_resident_memory_bytes{\#(chosen)}"#
    private static let slow = #""expr": "job:hearth_answer_slow_per_requests:ratio_rate5m{job=~\"$job\"}""#

    static let mutations = [
        Mutation(.dataSourceVariable, "overview", #""label": "Data source""#, #""label": "Source""#),
        Mutation(.dataSourceVariable, "overview", #""query": "prometheus""#, #""query": "loki""#),
        Mutation(.jobVariable, "overview", #""label": "Job""#, #""label": "Task""#),
        Mutation(.jobVariable, "overview", #""allValue": ".+""#, #""allValue": ".*""#),
        Mutation(.instanceVariable, "cache", #""label": "Instance""#, #""label": "Pod""#),
        Mutation(.instanceVariable, "cache", #""name": "instance""#, #""name": "pod""#),
        Mutation(.variableQuery, "slo", #""query": "label_values(hearth_build_info, job)""#, #""query": "label_values(sum(, job)""#),
        Mutation(.variableRefresh, "upstream", #""refresh": 2"#, #""refresh": 1"#),
        Mutation(
            .panelSource, "slo", "\"uid\": \"${datasource}\"\n      },\n      \"description\"",
            "\"uid\": \"prometheus\"\n      },\n      \"description\""),
        Mutation(.panelTexts, "overview", " Good: ", " Well: "),
        Mutation(.panelTexts, "overview", #""title": "Hit rate""#, #""title": """#),
        Mutation(.panelTargets, "overview", #""targets": ["#, #""goals": ["#),
        Mutation(.panelUnit, "overview", #""unit": "percentunit""#, #""unit": "parsecs""#),
        Mutation(.syntax, "overview", "histogram_quantile(0.95", "histogram_quantiles(0.95"),
        Mutation(.syntax, "overview", "histogram_quantile(0.95", "histogram_quantile((0.95"),
        Mutation(.syntax, "overview", "[$__rate_interval]", "[$__rate]"),
        Mutation(.syntax, "cache", #"store=~\"$store\""#, #"store=~\"$shop\""#),
        Mutation(.rateInterval, "overview", rate, #"rate(hearth_cache_requests_total{\#(chosen)}[5m])"#),
        // In a heatmap, with matchers in between.
        Mutation(.rateInterval, "overview", #"sum by (le) (\#(buckets)[$__rate_interval])"#, #"sum by (le) (\#(buckets)[5m])"#),
        Mutation(.jobMatcher, "overview", #"{job=~\"$job\", instance"#, "{instance"),
        Mutation(.jobMatcher, "cache", #"hearth_store_up{store=~\"$store\", job=~\"$job\", "#, #"hearth_store_up{store=~\"$store\", "#),
        Mutation(.instanceMatcher, "overview", #", instance=~\"$instance\"}"#, "}"),
        Mutation(.instanceMatcher, "overview", #"instance=~\"$instance\""#, #"instance=\"$instance\""#),
        Mutation(.counter, "overview", rate, #"(hearth_cache_requests_total{\#(chosen)})"#),
        Mutation(.counter, "overview", memory, #"rate(\#(memory)[$__rate_interval])"#),
        Mutation(.editable, "overview", #""editable": false"#, #""editable": true"#),
        Mutation(.catalogue, "overview", "hearth_cache_requests_total", "hearth_cache_request_total"),
        Mutation(.catalogue, "overview", #"result=\"hit\""#, #"results=\"hit\""#),
        Mutation(.catalogue, "overview", #"result=\"hit\""#, #"result=\"hits\""#),
        Mutation(.catalogue, "overview", "hit|stale", "hit|old"),
        Mutation(.catalogue, "overview", #"code=~\"5..\""#, #"code=~\"7..\""#),
        Mutation(.catalogue, "slo", #"le=\"0.2\""#, #"le=\"0.21\""#),
        Mutation(.catalogue, "cache", ":ratio_increase10m", ":ratio_increase11m"),
        Mutation(
            .catalogue, "scheduler", #""query": "label_values(hearth_job_interval_seconds"#,
            #""query": "label_values(hearth_scheduler_jobs"#),
        Mutation(.increaseRange, "slo", "[$__range]", "[30d]"),
        Mutation(.unitOfQuantity, "overview", #""unit": "reqps""#, #""unit": "s""#),
        Mutation(.unitOfQuantity, "overview", "process_open_fds", "process_resident_memory_bytes"),
        Mutation(.unitOfQuantity, "overview", "\"left\",\n          \"unit\": \"s\"", "\"left\",\n          \"unit\": \"bytes\""),
        Mutation(.unitOfQuantity, "scheduler", #""value": "dtdurations""#, #""value": "bytes""#),
        Mutation(.unitOfQuantity, "scheduler", "hearth_job_interval_seconds", "hearth_job_registered_timestamp_seconds"),
        Mutation(.selfContained, "overview", #""id": null"#, #""id": 7"#),
        Mutation(.selfContained, "overview", #""tags": ["#, #""__inputs": [], "tags": ["#),
        Mutation(.selfContained, "overview", #""uid": "${datasource}""#, #""uid": "P1809F7CD0C75ACF3""#),
        Mutation(.unique, "overview", #""id": 102"#, #""id": 101"#),
        Mutation(.unique, "cache", #""uid": "hearth-cache""#, #""uid": "hearth-overview""#),
        Mutation(.unique, "overview", #""refId": "B""#, #""refId": "A""#),
        Mutation(.legend, "overview", "{{result}}", "{{match}}"),
        Mutation(.legend, "overview", "{{result}}", "results"),
        Mutation(.legend, "overview", #""legendFormat": "p50""#, #""legendFormat": "p95""#),
        Mutation(.averagedRatio, "overview", overhead, "avg(\(overhead))"),
        Mutation(
            .averagedRatio, "slo", slow, #""expr": "avg_over_time(job:hearth_answer_slow_per_requests:ratio_rate5m{job=~\"$job\"}[1d])""#),
        Mutation(.threshold, "overview", #""value": 0.8"#, #""value": 0.75"#),
        Mutation(.threshold, "scheduler", "Alert: HearthSchedulerStopped.", "Alert: HearthClockSkew."),
        Mutation(.charted, "scheduler", "hearth_scheduler_claims_total", "hearth_job_pings_total"),
        Mutation(.charted, "overview", "process_resident_memory_bytes", "process_virtual_memory_bytes"),
        Mutation(
            .sortedKeys, "overview", "\"editable\": false,\n  \"fiscalYearStartMonth\": 0",
            "\"fiscalYearStartMonth\": 0,\n  \"editable\": false"),
        Mutation(.frame, "overview", #""timezone": "utc""#, #""timezone": "browser""#),
        Mutation(.frame, "scheduler", #""name": "Restarts""#, #""name": "Starts""#),
    ]

    @Test("A mistake in a dashboard is found", arguments: mutations)
    func mistakeIsFound(mutation: Mutation) async throws {
        let boards = try Board.all()
        var board = try #require(boards.first { $0.file == mutation.file })
        let place = try #require(board.text.firstRange(of: mutation.text), "\(mutation.file) has no \(mutation.text)")
        board = try Board(file: mutation.file, text: board.text.replacingCharacters(in: place, with: mutation.replacement))
        // Only what is about all of them needs the others too.
        let isShared = [.charted, .unique].contains(mutation.rule)
        let judged = [board] + (isShared ? boards.filter { $0.file != mutation.file } : [])
        let exclusions = try LintExclusions(Repository.text("grafana/.lint"))
        let findings = try await DashboardLint().findings(in: judged).filter { !exclusions.cover($0) }
        #expect(findings.contains { $0.rule == mutation.rule }, "found instead: \(findings.map(\.description).joined(separator: "\n"))")
    }

    @Test("There is a mistake for every rule", arguments: LintRule.allCases)
    func everyRuleIsTried(rule: LintRule) {
        #expect(Self.mutations.contains { $0.rule == rule })
    }

    @Test("An exclusion that nothing needs is told, and one of an unknown rule is refused")
    func staleExclusions() throws {
        let text = "exclusions:\n  hearth-unit-rule:\n    reason: none\n    entries:\n      - panel: Gone\n"
        let exclusions = try LintExclusions(text)
        #expect(exclusions.stale(for: []) == ["hearth-unit-rule: any dashboard, Gone"])
        #expect(throws: (any Error).self) { try LintExclusions(text.replacing("hearth-unit-rule", with: "hearth-units-rule")) }
    }

    @Test("A family without a chart needs a reason, and a reason a family")
    func coverage() async throws {
        var lint = try DashboardLint()
        lint.notCharted["hearth_cache_rewards_total"] = "this family was dreamt up by somebody"
        lint.notCharted["swift_info"] = ""
        let found = try lint.coverageFindings(in: Board.all()).map(\.owner)
        #expect(found == ["hearth_cache_rewards_total", "swift_info"])
    }
}
