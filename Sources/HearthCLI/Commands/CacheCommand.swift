import ArgumentParser
import HearthCache
import HearthServer
import HearthTelemetry

struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "See, keep and remove answers from the shell.",
        subcommands: [Get.self, Set.self, Delete.self, Invalidate.self, Explain.self, Key.self])

    struct Key: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "key",
            abstract: "Print the key that a question has under this configuration, without a running service.",
            discussion: """
                Examples:
                  hearth cache key --language en "What are your hours?"
                  echo '{"query": "¿Qué horario tienen?"}' | hearth cache key --batch

                See also: hearth ask.
                """)

        @Argument(help: "The question.")
        var text: String?

        @Option(name: .long, help: ArgumentHelp("ru, en, es, pt or he; detected when it is not given.", valueName: "code"))
        var language: String?

        @Flag(name: .long, help: "Read JSON lines {\"query\", \"language\"?} from standard input and write one JSON line for each.")
        var batch = false

        @Flag(name: .long, help: "With --batch: say also what the words tell of the language, as \"detection\".")
        var detection = false

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let keys = try KeyPreview(configuration: try settings.load(for: .show).configuration)
            let console = Console()
            if batch { return try InputText.eachLine { console.write(Self.answer($0, keys: keys, detects: detection).line) } }
            guard let text else {
                throw CommandFailure("a question is missing, such as: hearth cache key \"What are your hours?\"", status: ExitStatus.usage)
            }
            let identity = keys.identity(of: text, language: try language.map(Words.language))
            if output.json { return console.write(Self.json(identity).line) }
            let rows = [
                ["key", identity.cacheKey], ["normalised", identity.normalizedQuery], ["language", identity.language.rawValue],
                ["category", identity.category.rawValue],
            ]
            console.write(rows.map { $0[0] + String(repeating: " ", count: 12 - $0[0].count) + $0[1] }.joined(separator: "\n"))
        }

        static func answer(_ line: String, keys: KeyPreview, detects: Bool) -> JSONValue {
            guard let request = JSONReader.read(line), let query = request["query"]?.text else {
                return .object([.init("error", .string("the line must be a JSON object with the text \"query\""))])
            }
            var language: Language?
            if let code = request["language"], code != .null {
                language = code.text.flatMap { Language(rawValue: $0) }
                guard language != nil else {
                    return .object([.init("error", .string("\"language\" must be one of ru, en, es, pt, he"))])
                }
            }
            return json(keys.identity(of: query, language: language), detects ? keys.detection(of: query) : nil)
        }

        private static func json(_ identity: KeyPreview.Identity, _ detection: DetectedLanguage? = nil) -> JSONValue {
            var members: [JSONValue.Member] = [
                .init("cacheKey", .string(identity.cacheKey)), .init("normalizedQuery", .string(identity.normalizedQuery)),
                .init("language", .string(identity.language.rawValue)),
            ]
            if let detection { members.append(.init("detection", json(detection))) }
            return .object(members)
        }

        private static func json(_ detection: DetectedLanguage) -> JSONValue {
            .object([
                .init("language", .string(detection.language.rawValue)), .init("confidence", .number("\(detection.confidence)")),
                .init("isDecided", .bool(detection.isDecided)),
            ])
        }
    }
}
