import Foundation
import HearthTestKit
import Testing
import Yams

@Suite("Rules for a time that passes faster")
struct RuleCompressionTests {
    private static let compression = RuleCompression(factor: 40)

    static let cases: [(text: String, compressed: String)] = [
        ("rate(a_total{job=\"hearth\", le=\"300\"}[5m]) > 300", "rate(a_total{job=\"hearth\", le=\"300\"}[7500ms]) > 300"),
        ("a offset 1d < 2", "a offset 2160s < 2"),
        ("time() - max(a) > 1800  # guard: 1800 s", "time() - max(a) > 45  # guard: 1800 s"),
        ("a >= 200 and time() - b > 60 or c > 60", "a >= 200 and time() - b > 1.5 or c > 60"),
        ("time() - (a > 0 or b)\n>  # threshold\n  2 * (c > 0) + 300", "time() - (a > 0 or b)\n>  # threshold\n  2 * (c > 0) + 7.5"),
        ("time() - a > (b > 0)", "time() - a > (b > 0)"),
        ("job:a:increase10m / 10 > 14.4 * 0.01", "job:a:increase10m / 10 > 14.4 * 0.01"),
        ("max_over_time(up[2m]) == 0", "max_over_time(up[3s]) == 0"),
    ]

    @Test("Ranges, offsets and the limits of ages are divided; counts, shares, measured times, names and comments stay", arguments: cases)
    func expressions(text: String, compressed: String) {
        #expect(Self.compression.compress(expression: text) == compressed)
    }

    @Test("Durations", arguments: [("10m", "15s"), ("1m", "1500ms"), ("1h30m", "135s"), ("30s", "750ms"), ("0s", "0s")])
    func durations(text: String, compressed: String) {
        #expect(Self.compression.compress(duration: text) == compressed)
    }

    @Test("Of the rules that are shipped nothing but spans of time changes, and all of these do", arguments: [40, 120])
    func onlyTimesChange(factor: Int) throws {
        let compression = RuleCompression(factor: factor)
        let span = /\[\w+\]| offset \w+|^ *(?:- )?(?:interval|for|keep_firing_for): \w+$/
        var ages: [String] = []
        for document in try RuleDocument.all() {
            let before = document.text.split(separator: "\n", omittingEmptySubsequences: false)
            let after = compression.compress(rules: document.text).split(separator: "\n", omittingEmptySubsequences: false)
            try #require(before.count == after.count, "\(document.name)")
            for (old, new) in zip(before, after) {
                #expect(!old.contains(span) || old != new, "\(document.name): \(old)")
                let (old, new) = (old.replacing(span, with: "…"), new.replacing(span, with: "…"))
                if old != new { ages.append(old.trimmingCharacters(in: .whitespaces)) }
            }
        }
        #expect(
            ages.sorted() == [
                ") + 300",
                #"- (2 * max by (job, job_name) (max_over_time(hearth_job_interval_seconds{job="hearth"}…)) + 300)"#,
                "< 1209600  # threshold",
                "> 7200  # threshold",
                "> 93600  # threshold",
                #"time() - max by (job) (max_over_time(hearth_scheduler_heartbeat_timestamp_seconds{job="hearth"}…)) > 60  # threshold"#,
                #"time() - max by (job) (process_start_time_seconds{job="hearth"}) > 1800  # guard: a cold cache may warm up"#,
            ])
    }

    @Test("promtool takes them", arguments: [40, 120])
    func areValid(factor: Int) async throws {
        let folder = try TemporaryFolder(named: "hearth-drill")
        let files = try DrillStage.writeRules(RuleCompression(factor: factor), to: folder)
        #expect(files.count >= 8)
        let answer = try await InstalledTool.promtool.run(["check", "rules"] + files, in: folder.path)
        #expect(answer.status == 0, "\(answer.text)")
    }

    @Test("Routes and inhibition are those of the example; waits are divided and receivers are one server")
    func routes() throws {
        let example = try Repository.text(AlertmanagerTests.example)
        let text = Self.compression.compress(routes: example, receivers: "http://127.0.0.1:1")
        let (before, after) = (try #require(try Yams.compose(yaml: example)), try #require(try Yams.compose(yaml: text)))
        #expect(before["inhibit_rules"] == after["inhibit_rules"])
        #expect(after["route"]?["group_interval"] == "7500ms" && after["route"]?["routes"]?[0]?["group_wait"] == "0s")
        let waits = /_(?:wait|interval): \w+|https?:\/\/\S+/
        #expect(example.replacing(waits, with: "") == text.replacing(waits, with: ""))
        #expect(text.matches(of: /url: (.*)/).map { String($0.1) } == ["pager", "tickets", "watchdog"].map { "http://127.0.0.1:1/\($0)" })
    }
}
