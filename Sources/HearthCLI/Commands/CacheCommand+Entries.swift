import ArgumentParser
import HearthServer
import HearthTelemetry

/// The kept answers one by one, in the running service.
extension CacheCommand {
    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "get", abstract: "Show a kept answer with its counters and lifetime.",
            discussion: """
                Examples:
                  hearth cache get en:9f1c…
                  hearth cache get en:9f1c… --json

                See also: hearth cache key, hearth cache explain.
                """)

        @OptionGroup var selected: SelectedEntry
        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let entry = try await service.client().get(selected.path).body
            Console().write(output.json ? entry.line : EntryText.details(entry))
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Keep an answer of your own for a question.",
            discussion: """
                Examples:
                  hearth cache set "Do you sell gloves?" "Yes, in winter." --language en
                  hearth cache set "What are your hours?" - --language en --tag winter < answer.txt

                See also: hearth cache explain, hearth warm.
                """)

        @Argument(help: "The question.")
        var question: String

        @Argument(help: "The answer; - reads standard input.")
        var answer: String

        @Option(name: .long, help: ArgumentHelp("The question's language: ru, en, es, pt or he.", valueName: "code"))
        var language: String

        @Option(name: .long, help: ArgumentHelp("What it is about, such as pricing; recognised when it is not given.", valueName: "word"))
        var category: String?

        @Option(
            name: .long, help: ArgumentHelp("How sure the answer is, 0 to 1; below the service's limit it is refused.", valueName: "share"))
        var confidence = 1.0

        @Option(name: .long, help: ArgumentHelp("A word to invalidate it by; may be given more than once.", valueName: "word"))
        var tag: [String] = []

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let text = answer == "-" ? try InputText.standardInput(limit: 1 << 20) : answer
            guard confidence.isFinite else { throw CommandFailure("--confidence must be a number from 0 to 1", status: ExitStatus.usage) }
            var entry: [JSONValue.Member] = [
                .init("query", .string(question)), .init("response", .string(text)),
                .init("language", .string(try Words.language(language).rawValue)), .init("confidence", .number("\(confidence)")),
            ]
            if let category {
                entry.append(.init("category", .string(try Words.value(category, of: ResponseCategory.self, name: "category").rawValue)))
            }
            if !tag.isEmpty { entry.append(.init("metadata", .object([.init("tags", .array(tag.map { .string($0) }))]))) }
            let body = JSONValue.object([.init("entries", .array([.object(entry)]))])
            let answer = try await service.client().put("/api/v1/cache/entries", body: body)
            let result = answer.body["results"]?.items?.first
            guard result?["status"]?.text == "stored" else {
                throw CommandFailure("the answer was refused: \(result?["reason"]?.text ?? "the service gave no reason")")
            }
            Console().write(output.json ? result?.line ?? "" : "Kept as \(result?["cacheKey"]?.text ?? "")")
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete", abstract: "Remove a kept answer.",
            discussion: """
                Examples:
                  hearth cache delete en:9f1c…
                  hearth cache delete en:9f1c… --json

                See also: hearth cache invalidate.
                """)

        @OptionGroup var selected: SelectedEntry
        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let answer = try await service.client().delete(selected.path)
            let isRemoved = (answer.body["invalidated"]?.integer ?? 0) > 0
            let key = selected.key
            Console().write(output.json ? answer.body.line : isRemoved ? "Removed \(key)" : "Nothing was kept under \(key)")
        }
    }

    struct Invalidate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "invalidate", abstract: "Remove all answers of a category, a language or a tag.",
            discussion: """
                What is removed has everything that is given.

                Examples:
                  hearth cache invalidate --tag winter --dry-run
                  hearth cache invalidate --category pricing --language es --yes
                  hearth cache invalidate --all --confirm REMOVE

                See also: hearth cache delete.
                """)

        @Option(name: .long, help: ArgumentHelp("Answers about this, such as pricing.", valueName: "word"))
        var category: String?

        @Option(name: .long, help: ArgumentHelp("Answers in this language: ru, en, es, pt or he.", valueName: "code"))
        var language: String?

        @Option(name: .long, help: ArgumentHelp("Answers that were kept with this tag.", valueName: "word"))
        var tag: String?

        @Flag(name: .long, help: "Every answer.")
        var all = false

        @Flag(name: .long, help: "Only count.")
        var dryRun = false

        @Flag(name: .long, help: "Do not ask; without a terminal it is needed, but not for --all.")
        var yes = false

        @Option(name: .long, help: ArgumentHelp("With --all: \(Self.word), in place of being asked for it.", valueName: "word"))
        var confirm: String?

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        /// The page asks for the same.
        private static let word = "REMOVE"

        func run() async throws {
            let isSelective = category != nil || language != nil || tag != nil
            guard isSelective != all else {
                throw CommandFailure(
                    all ? "--all goes with no other selection" : "say what to remove: --category, --language, --tag or --all",
                    status: ExitStatus.usage)
            }
            let client = try service.client()
            let category = try category.map { try Words.value($0, of: ResponseCategory.self, name: "category").rawValue }
            let language = try language.map { try Words.language($0).rawValue }
            let (tag, all) = (tag, all)
            func send(dryRun: Bool) async throws -> ServiceClient.Answer {
                try await client.delete(
                    "/api/v1/cache/invalidate",
                    query: [
                        ("category", category), ("language", language), ("tag", tag), ("all", all ? "true" : nil),
                        ("dryRun", dryRun ? "true" : nil),
                    ])
            }
            if !dryRun {
                let consent = Consent.standard(Console(), errors: output.errorTerminal)
                func effect() async throws -> String {
                    let count = Figures.grouped(try await send(dryRun: true).body["invalidated"]?.integer ?? 0)
                    return "This removes \(count) kept answers of \(client.baseURL); each is paid for again when it is asked next."
                }
                if all {
                    try await consent.word(Self.word, given: confirm, effect: effect)
                } else {
                    try await consent.yes(yes, to: effect)
                }
            }
            let answer = try await send(dryRun: dryRun)
            let count = Figures.grouped(answer.body["invalidated"]?.integer ?? 0)
            Console().write(output.json ? answer.body.line : dryRun ? "\(count) would be removed" : "Removed \(count)")
        }
    }

    struct Explain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain", abstract: "Say why a question hits or misses, without asking it.",
            discussion: """
                Examples:
                  hearth cache explain "Hi! Do you sell gloves, please?"
                  hearth cache explain "¿Venden guantes?" --language es --json

                See also: hearth cache get, hearth ask.
                """)

        @Argument(help: "The question.")
        var question: String

        @Option(name: .long, help: ArgumentHelp("ru, en, es, pt or he; detected when it is not given.", valueName: "code"))
        var language: String?

        @OptionGroup var service: ServiceOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            var body: [JSONValue.Member] = [.init("query", .string(question))]
            if let language { body.append(.init("language", .string(try Words.language(language).rawValue))) }
            let answer = try await service.client().post("/api/v1/cache/explain", body: .object(body)).body
            Console().write(output.json ? answer.line : EntryText.explanation(answer))
        }
    }

    /// The answer that a command is about.
    struct SelectedEntry: ParsableArguments {
        @Argument(help: "The answer's key, as hearth cache key prints it.")
        var key: String

        var path: String { "/api/v1/cache/entries/" + ServiceClient.percentEncoded(key) }
    }
}
