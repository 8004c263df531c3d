import HearthTelemetry
import Testing

@Suite("The lint of expositions")
struct LintTests {
    @Test("A full registry has no fault, in either text")
    func fullRegistry() {
        let registry = FullRegistry.make()
        for format in [ExpositionFormat.text, .openMetrics] {
            let findings = ExpositionLint.check(String(decoding: registry.render(format), as: UTF8.self))
            #expect(findings.isEmpty, "\(findings.prefix(5))")
        }
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var rule: LintFinding.Rule
        var line: Int
        var text: String
        var isOpenMetrics = false
        var testDescription: String { "\(rule.rawValue): \(text.prefix(60))" }
    }

    private static let a = "# HELP a A.\n# TYPE a gauge\n"
    private static let histogram = "# HELP h H.\n# TYPE h histogram\n"

    static let faults: [Fault] = [
        Fault(rule: .duplicate, line: 4, text: "\(a)a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 1\n"),
        Fault(rule: .duplicate, line: 2, text: "# HELP a A.\n# HELP a B.\n# TYPE a gauge\na 1\n"),
        Fault(rule: .duplicate, line: 3, text: "\(a)# TYPE a gauge\na 1\n"),
        Fault(rule: .interleaved, line: 6, text: "\(a)# HELP b B.\n# TYPE b gauge\nb 1\na 1\n"),
        Fault(rule: .interleaved, line: 3, text: "# HELP a A.\na 1\n# TYPE a gauge\n"),
        Fault(rule: .help, line: 1, text: "# TYPE a gauge\na 1\n"), Fault(rule: .type, line: 1, text: "# HELP a A.\na 1\n"),
        Fault(rule: .type, line: 1, text: "# HELP a A.\n# TYPE a gouge\na 1\n"),
        Fault(rule: .unit, line: 2, text: "# TYPE a gauge\n# UNIT a seconds\n# HELP a A.\na 1\n# EOF\n", isOpenMetrics: true),
        Fault(rule: .name, line: 1, text: "# HELP a-b A.\n# TYPE a-b gauge\na-b 1\n"),
        Fault(rule: .name, line: 1, text: "# HELP a A.\n# TYPE a counter\na 1\n"),
        Fault(rule: .name, line: 1, text: "# HELP scrape_a A.\n# TYPE scrape_a gauge\nscrape_a 1\n"),
        Fault(rule: .name, line: 1, text: "# TYPE a_total counter\n# HELP a_total A.\na_total_total 1\n# EOF\n", isOpenMetrics: true),
        Fault(rule: .label, line: 3, text: "\(a)a{job=\"x\"} 1\n"), Fault(rule: .label, line: 3, text: "\(a)a{le=\"1.0\"} 1\n"),
        Fault(rule: .label, line: 3, text: "\(a)a{x=\"1\",x=\"2\"} 1\n"), Fault(rule: .label, line: 3, text: "\(a)a{9=\"1\"} 1\n"),
        Fault(rule: .value, line: 3, text: "# HELP a_total A.\n# TYPE a_total counter\na_total -1\n"),
        Fault(rule: .value, line: 3, text: "# HELP a_total A.\n# TYPE a_total counter\na_total NaN\n"),
        Fault(rule: .syntax, line: 3, text: "\(a)a 1 2 3\n"), Fault(rule: .syntax, line: 3, text: "\(a)a{x=\"1} 1\n"),
        Fault(rule: .syntax, line: 3, text: "\(a)a one\n"),
        Fault(rule: .syntax, line: 3, text: "# TYPE a gauge\n# HELP a A.\n# a remark\na 1\n# EOF\n", isOpenMetrics: true),
        Fault(rule: .ending, line: 3, text: "\(a)a 1"), Fault(rule: .ending, line: 0, text: "# just words\n"),
        Fault(rule: .ending, line: 0, text: "\(a)a 1\n", isOpenMetrics: true),
        Fault(rule: .ending, line: 5, text: "\(a)a 1\n# EOF\na 2\n", isOpenMetrics: true),
        Fault(rule: .histogram, line: 4, text: "\(histogram)h_bucket{le=\"1.0\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n"),
        Fault(
            rule: .histogram, line: 4,
            text: "\(histogram)h_bucket{le=\"2.0\"} 1\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n"),
        Fault(rule: .histogram, line: 3, text: "\(histogram)h_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n"),
        Fault(rule: .histogram, line: 3, text: "\(histogram)h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n"),
        Fault(rule: .histogram, line: 3, text: "\(histogram)h_bucket{le=\"1.0\"} 1\nh_sum 1\nh_count 1\n"),
        Fault(rule: .histogram, line: 3, text: "\(histogram)h_bucket{le=\"+Inf\"} 1\nh_count 1\n"),
        Fault(rule: .histogram, line: 3, text: "\(histogram)h_bucket{le=\"+Inf\"} 1\nh_sum 1\n"),
        Fault(rule: .exemplar, line: 3, text: "\(a)a 1 # {trace_id=\"x\"} 1\n# EOF\n", isOpenMetrics: true),
        Fault(
            rule: .exemplar, line: 3,
            text: "# TYPE a counter\n# HELP a A.\na_total 1 # {x=\"\(String(repeating: "é", count: 128))\"} 1 1.5\n# EOF\n",
            isOpenMetrics: true),
    ]

    @Test("It finds each fault, in its line, and nothing else", arguments: faults)
    func finds(fault: Fault) {
        let findings = ExpositionLint.check(fault.text, isOpenMetrics: fault.isOpenMetrics, holdsCatalogue: false)
        #expect(findings.map(\.rule) == [fault.rule], "\(findings)")
        #expect(findings.map(\.line) == [fault.line], "\(findings)")
    }

    @Test(
        "What the catalogue does not have is a fault, unless all names are welcome",
        arguments: [
            ("# HELP hearth_cache_entrys E.\n# TYPE hearth_cache_entrys gauge\nhearth_cache_entrys 1\n", "it has hearth_cache_entries"),
            (
                "# HELP hearth_cache_entries E.\n# TYPE hearth_cache_entries counter\nhearth_cache_entries{store=\"memory\"} 1\n",
                "is a counter"
            ),
            (
                "# HELP hearth_cache_entries E.\n# TYPE hearth_cache_entries gauge\nhearth_cache_entries{store=\"tape\"} 1\n",
                "never \"tape\""
            ),
            ("# HELP hearth_cache_entries E.\n# TYPE hearth_cache_entries gauge\nhearth_cache_entries{shop=\"memory\"} 1\n", "its labels"),
        ])
    func catalogue(text: String, says: String) {
        let findings = ExpositionLint.check(text).filter { $0.rule == .catalogue }
        #expect(findings.contains { $0.detail.contains(says) }, "\(findings)")
        #expect(!ExpositionLint.check(text, holdsCatalogue: false).contains { $0.rule == .catalogue })
    }

    @Test(
        "Other programs' metrics are read as they are meant",
        arguments: [
            "# HELP s S.\n# TYPE s summary\ns{quantile=\"0.5\"} 1\ns_sum 1\ns_count 1\n",
            "# HELP u U.\n# TYPE u untyped\nu{x=\"a\\\\b\\\"c\\nd, }{=\"} +Inf 1700000000000\n",
            "\n# words\n\n# HELP a A.\n# TYPE a gauge\na NaN\n",
        ])
    func accepts(text: String) {
        #expect(ExpositionLint.check(text, holdsCatalogue: false).isEmpty)
    }
}
