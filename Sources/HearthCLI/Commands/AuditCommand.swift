import ArgumentParser
import HearthServer
import HearthTelemetry

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Show who changed what: answers, jobs and keys.",
        discussion: """
            Examples:
              hearth audit
              hearth audit --action cache.invalidate --from 2026-11-01 --limit 100
              hearth audit --actor night-shift --json

            See also: hearth keys list, hearth jobs runs.
            """)

    @Option(name: .long, help: ArgumentHelp("Only acts of this credential.", valueName: "name"))
    var actor: String?

    @Option(name: .long, help: ArgumentHelp("Only acts of this kind, such as cache.invalidate or keys.create.", valueName: "action"))
    var action: String?

    @Option(name: .long, help: ArgumentHelp("Only acts at this moment or later (ISO 8601).", valueName: "time"))
    var from: String?

    @Option(name: .long, help: ArgumentHelp("Only acts at this moment or earlier (ISO 8601).", valueName: "time"))
    var to: String?

    @Option(name: .long, help: ArgumentHelp("Acts to show, 1 to 500.", valueName: "count"))
    var limit = 50

    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard AuditQuery.limits.contains(limit) else {
            throw CommandFailure("--limit \(limit) must be from 1 to 500", status: ExitStatus.usage)
        }
        let action = try action.map { try Words.value($0, of: AuditAction.self, name: "action") }
        let query = [("limit", "\(limit)"), ("actor", actor), ("action", action?.rawValue), ("from", from), ("to", to)]
        let client = try service.client()
        let answer = try await Waiting.show("Waiting for \(client.baseURL)", on: output.errorTerminal) {
            try await client.get("/api/v1/audit", query: query)
        }
        guard !output.json else {
            for act in answer.body["acts"]?.items ?? [] { Console().write(act.line) }
            return
        }
        Console().write(AuditText.table(answer.body, width: output.terminal.width))
    }
}

/// Administrative acts as a table.
enum AuditText {
    static func table(_ answer: JSONValue, width: Int?) -> String {
        guard let acts = answer["acts"]?.items, !acts.isEmpty else { return "No administrative act is on record that is like that." }
        let columns: [TextTable.Column] = [
            .init("AT"), .init("ACTOR"), .init("TENANT"), .init("FROM"), .init("ACTION"), .init("ENTRIES", isNumeric: true),
            .init("RESULT"), .init("DETAILS"),
        ]
        let rows = acts.map { act in
            [
                act["at"]?.text ?? "", act["actor"]?.text ?? "", act["tenant"]?.text ?? "-", act["address"]?.text ?? "",
                act["action"]?.text ?? "", act["entries"]?.integer.map { Figures.grouped($0) } ?? "-", result(of: act), details(of: act),
            ]
        }
        return TextTable(columns: columns, rows: rows).render(width: width)
    }

    private static func result(of act: JSONValue) -> String {
        let word = act["result"]?.text ?? ""
        guard word != AuditRecord.Result.succeeded.rawValue, let status = act["status"]?.integer else { return word }
        return "\(word) (\(status))"
    }

    private static func details(of act: JSONValue) -> String {
        guard case .object(let parameters) = act["parameters"] else { return "" }
        return parameters.map { "\($0.name)=\($0.value.text ?? "")" }.joined(separator: " ")
    }
}
