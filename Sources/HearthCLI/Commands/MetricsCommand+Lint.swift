import ArgumentParser
import Foundation
import HearthTelemetry

extension MetricsCommand {
    struct Lint: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lint", abstract: "Find faults in exposed metrics, and in what asks for them: dashboards, rules, runbooks.",
            discussion: """
                Of files below grafana/, alerts/ and runbooks/: metrics and labels that the catalogue does not have. Of what is exposed, also what
                promtool accepts: repeated series, families that are interleaved, missing descriptions, names, labels, buckets that
                fall, +Inf that is not the count, exemplars where none may be, and whatever the catalogue does not have. Ends with status 1
                where there are faults.

                Examples:
                  hearth metrics lint
                  hearth metrics lint /etc/hearth/monitoring
                  hearth metrics lint scraped.txt --json
                  hearth metrics lint http://127.0.0.1:9090/metrics --any-names

                See also: hearth metrics list.
                """)

        /// A scrape is 300 KB long; Prometheus' own limit is larger, and nobody reads more than this.
        private static let largest = 64 << 20
        private static let openMetrics = "application/openmetrics-text"

        @Argument(
            help: """
                A folder that has grafana/, alerts/ or runbooks/, a file of exposed metrics, - for standard input, or an address. Without one \
                the working folder if it has them and there is no --url, else the running service.
                """)
        var source: String?

        @Flag(name: .long, help: "Accept what is not in Hearth's catalogue, for the metrics of other programs.")
        var anyNames = false

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            if let folder = referencesFolder { return try lintReferences(in: folder) }
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

        /// The folder whose files ask for metrics; nil where exposed metrics are meant.
        private var referencesFolder: String? {
            if let source { return MonitoringFiles.isFolder(source) ? source : nil }
            guard service.url == nil, ProcessInfo.processInfo.environment["HEARTH_URL"]?.isEmpty ?? true else { return nil }
            return MonitoringFiles.folders(in: ".").isEmpty ? nil : "."
        }

        private func lintReferences(in folder: String) throws {
            guard !MonitoringFiles.folders(in: folder).isEmpty else {
                throw CommandFailure(
                    "\(folder) has none of \(MonitoringFiles.names.joined(separator: ", ")); name the folder above them",
                    status: ExitStatus.usage)
            }
            let files = try MonitoringFiles.paths(in: folder).map { (path: $0, text: try InputText.file($0, limit: Self.largest)) }
            // The runbooks share functions, which one of them defines.
            let functions = files.reduce(into: Set<String>()) { $0.formUnion(ReferenceLint.functions(in: $1.text)) }
            let lint = ReferenceLint()
            let console = Console()
            var faults = 0
            for (path, text) in files {
                let findings = lint.check(text, functions: functions)
                faults += findings.count
                for finding in findings {
                    console.write(output.json ? Self.json(finding, file: path).line : "\(path) \(finding)")
                }
            }
            guard faults == 0 else { throw CommandFailure(faults == 1 ? "there is 1 fault" : "there are \(faults) faults") }
            if !output.json { console.write("no faults in \(files.count) files") }
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

        private static func json(_ finding: LintFinding, file: String? = nil) -> JSONValue {
            .object(
                (file.map { [.init("file", .string($0))] } ?? []) + [
                    .init("rule", .string(finding.rule.rawValue)), .init("line", .integer(finding.line)),
                    .init("detail", .string(finding.detail)),
                ])
        }
    }
}
