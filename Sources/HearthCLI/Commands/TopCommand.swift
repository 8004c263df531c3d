import ArgumentParser
import HearthServer
import HearthTelemetry

struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Show the questions that are asked most.",
        discussion: """
            Examples:
              hearth top
              hearth top --kind misses --language he --limit 20

            See also: hearth stats, hearth warm.
            """)

    enum Kind: String, CaseIterable {
        case hits, misses
    }

    enum Order: String, CaseIterable {
        case count, savings, recent
    }

    @Option(name: .long, help: ArgumentHelp("hits: answered from the cache; misses: not.", valueName: "kind"))
    var kind = Kind.hits.rawValue

    @Option(name: .long, help: ArgumentHelp("count, savings or recent.", valueName: "order"))
    var order = Order.count.rawValue

    @Option(name: .long, help: ArgumentHelp("Only this language: ru, en, es, pt or he.", valueName: "code"))
    var language: String?

    @Option(name: .long, help: ArgumentHelp("Only this category, such as hours.", valueName: "category"))
    var category: String?

    @Option(name: .long, help: ArgumentHelp("Questions to show, 1 to 100.", valueName: "count"))
    var limit = 10

    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let kind = try Words.value(kind, of: Kind.self, name: "kind")
        let order = try Words.value(order, of: Order.self, name: "order")
        let language = try language.map { try Words.value($0, of: Language.self, name: "language") }
        let category = try category.map { try Words.value($0, of: ResponseCategory.self, name: "category") }
        guard (1...100).contains(limit) else {
            throw CommandFailure("--limit \(limit) must be from 1 to 100", status: ExitStatus.usage)
        }
        let query = [
            ("kind", kind.rawValue), ("order", order.rawValue), ("limit", "\(limit)"), ("language", language?.rawValue),
            ("category", category?.rawValue),
        ]
        let client = try service.client()
        let answer = try await Waiting.show("Waiting for \(client.baseURL)", on: output.errorTerminal) {
            try await client.get("/api/v1/cache/top-queries", query: query)
        }
        Console().write(output.json ? answer.body.line : TopText.render(answer.body, kind: kind, terminal: output.terminal))
    }
}

/// The top queries as a table.
enum TopText {
    static func render(_ report: JSONValue, kind: TopCommand.Kind, terminal: Terminal) -> String {
        guard case .array(let queries) = report["queries"], !queries.isEmpty else {
            return kind == .hits
                ? "No question was answered from the cache yet. Ask one twice: hearth ask \"\(ReadyBanner.exampleQuestion)\""
                : "No question missed the cache yet."
        }
        let columns: [TextTable.Column] = [
            .init("QUESTION"), .init("LANGUAGE"), .init("CATEGORY"), .init(kind == .hits ? "HITS" : "MISSES", isNumeric: true),
            kind == .hits ? .init("SAVED", isNumeric: true) : .init("COST", isNumeric: true), .init("LAST ASKED"),
        ]
        let rows = queries.map { query in
            [
                query["query"]?.text ?? query["normalizedQuery"]?.text ?? "(fewer than 3 customers)", query["language"]?.text ?? "",
                query["category"]?.text ?? "", Figures.grouped(query[kind == .hits ? "hitCount" : "missCount"]?.integer ?? 0),
                money(query[kind == .hits ? "costSavings" : "cost"]), query["lastAccessed"]?.text ?? "",
            ]
        }
        var text = TextTable(columns: columns, rows: rows).render(width: terminal.width)
        if let uncounted = report["uncounted"]?.integer, uncounted > 0 {
            text += "\n\(Figures.grouped(uncounted)) more were of rare questions that are counted together."
        }
        return text
    }

    private static func money(_ value: JSONValue?) -> String { Figures.dollars(micro: Figures.micro(dollars: value?.double)) }
}
