import ArgumentParser
import HearthServer
import HearthTelemetry

struct MetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Look at the catalogue of metrics, and at what is exposed.",
        subcommands: [List.self, Lint.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List every metric that Hearth can expose.",
            discussion: "Examples:\n  hearth metrics list\n  hearth metrics list --format json\n\nSee also: hearth metrics lint."
        )

        enum Format: String, CaseIterable {
            case markdown, json
        }

        @Option(name: .long, help: ArgumentHelp("markdown or json.", valueName: "format"))
        var format = Format.markdown.rawValue

        func run() throws {
            switch try Words.value(format, of: Format.self, name: "format") {
            case .markdown: Console().write(MetricCatalogue.markdown())
            case .json: for metric in MetricCatalogue.all { Console().write(MetricsText.json(metric).line) }
            }
        }
    }
}

/// The catalogue of metrics for programs.
enum MetricsText {
    static func json(_ metric: MetricDescriptor) -> JSONValue {
        .object([
            .init("name", .string(metric.name)), .init("kind", .string(metric.kind.rawValue)), .init("unit", .string(metric.unit.rawValue)),
            .init("labels", .array(metric.labels.map { .string($0.name) })), .init("help", .string(metric.help)),
        ])
    }
}
