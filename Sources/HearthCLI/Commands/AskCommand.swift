import ArgumentParser
import HearthServer
import HearthTelemetry

struct AskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Ask the running service; prints the answer and one line of truth about it.",
        discussion: """
            Examples:
              hearth ask "Do you sell gift cards?"
              echo "¿Cuánto cuesta un corte?" | hearth ask - --language es

            See also: hearth stats, hearth cache key.
            """)

    /// The provider has 30 s of its own, so that the usual 10 s would give up on questions that are being answered.
    private static let timeout = Duration.seconds(40)

    @Argument(help: "The question; - reads standard input.")
    var text: String

    @Option(name: .long, help: ArgumentHelp("ru, en, es, pt or he; detected when it is not given.", valueName: "code"))
    var language: String?

    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let question = text == "-" ? try InputText.standardInput(limit: 64 << 10) : text
        var body: [JSONValue.Member] = [.init("query", .string(question))]
        if let language { body.append(.init("language", .string(try Words.language(language).rawValue))) }
        let client = try service.client(defaultTimeout: Self.timeout)
        let request = JSONValue.object(body)
        let answer = try await Waiting.show("Asking \(client.baseURL)", on: output.errorTerminal) {
            try await client.post("/api/v1/cache/query", body: request)
        }
        if output.json {
            Console().write(answer.body.line)
            return
        }
        let isHit = answer.body["cached"]?.boolean == true
        let report = AskReport(answer: answer.body, headers: answer.headers, today: isHit ? await today(client) : nil)
        Console().write((answer.body["response"]?.text ?? "") + "\n" + report.line(output.terminal))
    }

    /// Today's figures; nil when they cannot be had, because the answer matters more.
    private func today(_ client: ServiceClient) async -> AskReport.Today? {
        let date = String(SystemTimeSource().now().description.prefix(10))
        let answer = try? await client.get("/api/v1/cache/statistics", query: [("period", "hourly"), ("startDate", date)])
        guard let metrics = answer?.body["metrics"], let hits = metrics["cacheHits"]?.integer,
            let requests = metrics["totalRequests"]?.integer, requests > 0
        else { return nil }
        return AskReport.Today(hits: hits, requests: requests)
    }
}

/// Words that arguments may be, with the nearest one for those that are not.
enum Words {
    static func language(_ text: String) throws -> Language {
        try value(text, of: Language.self, name: "language")
    }

    static func value<Value: RawRepresentable<String> & CaseIterable>(_ text: String, of type: Value.Type, name: String) throws -> Value {
        if let value = Value(rawValue: text) { return value }
        let known = Value.allCases.map(\.rawValue)
        let hint = NearestWord.find(text, among: known).map { "; did you mean \($0)?" } ?? ""
        throw CommandFailure(
            "\"\(text)\" is not a \(name) that Hearth knows; there are \(known.joined(separator: ", "))\(hint)", status: ExitStatus.usage)
    }
}
