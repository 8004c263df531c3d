import ArgumentParser
import HearthServer
import HearthTelemetry

struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Look at the catalogue of metrics.", subcommands: [List.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List every metric that Hearth can expose.",
            discussion: "Examples:\n  hearth metrics list\n  hearth metrics list --format json\n\nSee also: the running service's /metrics."
        )

        enum Format: String, CaseIterable {
            case markdown, json
        }

        @Option(name: .long, help: ArgumentHelp("markdown or json.", valueName: "format"))
        var format = Format.markdown.rawValue

        func run() throws {
            switch try Words.value(format, of: Format.self, name: "format") {
            case .markdown: Console().write(MetricsText.markdown())
            case .json: for metric in MetricCatalogue.all { Console().write(MetricsText.json(metric).line) }
            }
        }
    }
}

/// The catalogue of metrics as text.
enum MetricsText {
    static func markdown() -> String {
        MetricCatalogue.areas.map { area in
            let rows = area.families.map { metric in
                let labels = metric.labels.map { "`\($0.name)`" }.joined(separator: ", ")
                let help = metric.help.replacing("|", with: "\\|")
                return "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels) | \(help) |"
            }
            return (["## \(area.name)", "", "| Metric | Kind | Labels | Meaning |", "| --- | --- | --- | --- |"] + rows).joined(
                separator: "\n")
        }.joined(separator: "\n\n")
    }

    static func json(_ metric: MetricDescriptor) -> JSONValue {
        .object([
            .init("name", .string(metric.name)), .init("kind", .string(metric.kind.rawValue)), .init("unit", .string(metric.unit.rawValue)),
            .init("labels", .array(metric.labels.map { .string($0.name) })), .init("help", .string(metric.help)),
        ])
    }
}
