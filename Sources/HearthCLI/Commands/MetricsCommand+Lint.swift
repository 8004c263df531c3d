import ArgumentParser
import HearthTelemetry

extension MetricsCommand {
    struct Lint: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lint", abstract: "Find faults in exposed metrics, also those that promtool accepts.",
            discussion: """
                Repeated series, families that are interleaved, missing descriptions, names, labels, buckets that fall, +Inf that is not the
                count, exemplars where none may be, and whatever the catalogue does not have. Ends with status 1 where there are faults.

                Examples:
                  hearth metrics lint
                  hearth metrics lint scraped.txt --json
                  hearth metrics lint http://127.0.0.1:9090/metrics --any-names

                See also: hearth metrics list.
                """)

        /// A scrape is 300 KB long; Prometheus' own limit is larger, and nobody reads more than this.
        private static let largest = 64 << 20
        private static let openMetrics = "application/openmetrics-text"

        @Argument(help: "A file, - for standard input, or an address; without one the running service is asked.")
        var source: String?

        @Flag(name: .long, help: "Accept what is not in Hearth's catalogue, for the metrics of other programs.")
        var anyNames = false

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let (text, isOpenMetrics) = try await exposition()
            let findings = ExpositionLint.check(text, isOpenMetrics: isOpenMetrics, holdsCatalogue: !anyNames)
            let console = Console()
            if output.json {
                for finding in findings { console.write(Self.json(finding).line) }
            } else if findings.isEmpty {
                console.write("no faults in \(text.utf8.count { $0 == UInt8(ascii: "\n") }) lines")
            } else {
                console.write(findings.map(\.description).joined(separator: "\n"))
            }
            guard findings.isEmpty else {
                throw CommandFailure(findings.count == 1 ? "there is 1 fault" : "there are \(findings.count) faults")
            }
        }

        /// The text, and whether it is OpenMetrics; nil where only the text itself can tell.
        private func exposition() async throws -> (String, Bool?) {
            if let source, !source.hasPrefix("http://"), !source.hasPrefix("https://") {
                return (try InputText.file(source, limit: Self.largest), nil)
            }
            var place = service
            if let source { place.url = source }
            let answer = try await place.client().text(source == nil ? "/metrics" : "", accept: Self.openMetrics + ", text/plain;q=0.5")
            return (answer.text, answer.contentType.hasPrefix(Self.openMetrics))
        }

        private static func json(_ finding: LintFinding) -> JSONValue {
            .object([
                .init("rule", .string(finding.rule.rawValue)), .init("line", .integer(finding.line)),
                .init("detail", .string(finding.detail)),
            ])
        }
    }
}
