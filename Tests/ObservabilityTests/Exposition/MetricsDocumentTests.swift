import HearthTelemetry
import Testing

@Suite("The document of metrics")
struct MetricsDocumentTests {
    @Test("docs/metrics.md has the catalogue as it is; if not, replace what is behind its mark by: hearth metrics list")
    func isCurrent() throws {
        let parts = try Repository.text("docs/metrics.md").split(separator: "<!-- metrics -->\n", maxSplits: 1)
        try #require(parts.count == 2)
        let lines = parts[1].split(separator: "\n", omittingEmptySubsequences: true)
        let catalogue = MetricCatalogue.markdown().split(separator: "\n", omittingEmptySubsequences: true)
        #expect(lines == catalogue)
    }
}
