import HearthCache
import HearthPages
import HearthScheduling
import HearthTelemetry

/// What the page's actions are about: their parameters, read and checked.
struct ActionOrder: Sendable {
    let action: PageAction
    /// In the order of the address.
    let parameters: [ActionParameter]
    let subject: Subject

    enum Subject: Sendable {
        case job(String)
        /// Nil until it is resumed.
        case pause(job: String, hours: Int?)
        case run(job: String, id: RunID)
        case maintenance
        case answers(AnswerSelection)
        case answer(CacheKey)
    }

    /// The names that an action's parameters may have.
    static let names = ["job", "run", "hours", "category", "language", "tag", "cacheKey", "all"]

    /// - Throws: ``APIError`` that names what is wrong.
    init(_ action: PageAction, _ given: inout ParameterReader, in space: AnswerSpace) throws(APIError) {
        var parameters: [ActionParameter] = []
        func text(_ name: String) -> String? {
            guard let value = given.text(name), !value.isEmpty else { return nil }
            parameters.append(ActionParameter(name: name, value: value))
            return value
        }
        func needed(_ name: String) -> String {
            guard let value = text(name) else {
                given.report(name, "is missing")
                return ""
            }
            return value
        }
        switch action {
        case .runJob, .resumeJob: subject = .job(needed("job"))
        case .warm: subject = .job("warm-cache")
        case .pauseJob:
            let job = needed("job")
            var hours: Int?
            if let value = text("hours") {
                hours = Int(value)
                if hours.map({ (1...720).contains($0) }) != true { given.report("hours", "must be a number from 1 to 720") }
            }
            subject = .pause(job: job, hours: hours)
        case .cancelRun:
            let job = text("job") ?? ""
            let run = RunID(needed("run"))
            if run == nil { given.report("run", "must be the id of a run") }
            // In place of a faulty id: the order is refused below.
            subject = run.map { Subject.run(job: job, id: $0) } ?? .maintenance
        case .maintenance: subject = .maintenance
        case .invalidate:
            func read<Value>(_ name: String, _ problem: String, _ value: (String) -> Value?) -> Value? {
                guard let text = text(name) else { return nil }
                let found = value(text)
                if found == nil { given.report(name, problem) }
                return found
            }
            let selection = AnswerSelection(
                in: space,
                key: read("cacheKey", "must be a language, a colon and 64 hexadecimal digits") { CacheKey($0) },
                language: read("language", "is not known") { Language(rawValue: $0) },
                category: read("category", "is not known") { ResponseCategory(rawValue: $0) },
                tag: read("tag", "must be a word of 1 to 64 bytes") { FieldReader.isTag($0) ? $0 : nil })
            let all = text("all")
            if selection.isWhole, all != "true", !given.hasFaults {
                given.report("category, language, tag, cacheKey, all", "one of them is needed")
            }
            subject = .answers(selection)
        case .deleteAnswer, .markUnhelpful:
            let key = CacheKey(needed("cacheKey"))
            if key == nil { given.report("cacheKey", "must be a language, a colon and 64 hexadecimal digits") }
            // As above.
            subject = key.map { Subject.answer($0) } ?? .maintenance
        }
        self.action = action
        self.parameters = parameters
        try given.finish("Nothing was done")
    }

    /// What a token is bound to.
    var bound: [(name: String, value: String)] { parameters.map { ($0.name, $0.value) } }

    /// What removes everything asks for a word.
    var wordToType: String? {
        if case .answers(let selection) = subject, selection.isWhole { Self.word } else { nil }
    }

    /// `hearth cache invalidate --confirm` wants the same.
    private static let word = "REMOVE"

    var auditAction: AuditAction {
        switch action {
        case .runJob: .runJob
        case .pauseJob: .pauseJob
        case .resumeJob: .resumeJob
        case .cancelRun: .cancelRun
        case .warm: .warmCache
        case .maintenance: .maintain
        case .invalidate: .invalidate
        case .deleteAnswer: .removeEntry
        case .markUnhelpful: .judgeEntry
        }
    }

    var back: PageView {
        switch subject {
        case .job(let name), .pause(let name, _): action == .warm ? .questions : .job(name)
        case .run(_, let id): .run(id.description)
        case .maintenance: .health
        case .answers, .answer: .questions
        }
    }

    /// The same for a shell.
    func command(serviceURL: String) -> String {
        switch subject {
        case .job(let name): return action == .resumeJob ? "hearth jobs resume \(name)" : "hearth jobs run \(name)"
        case .pause(let name, let hours): return "hearth jobs pause \(name)" + (hours.map { " --for \($0)h" } ?? "")
        case .run(_, let id): return "hearth jobs cancel \(id)"
        case .maintenance: return "hearth jobs run prune-cache"
        case .answers(let selection):
            if let key = selection.key { return "hearth cache delete \(key)" }
            let words = [
                selection.category.map { "--category \($0.rawValue)" }, selection.language.map { "--language \($0.rawValue)" },
                selection.tag.map { "--tag '\($0.replacing("'", with: "'\\''"))'" },
                selection.isWhole ? "--all --confirm \(Self.word)" : "--yes",
            ]
            return (["hearth cache invalidate"] + words.compactMap { $0 }).joined(separator: " ")
        case .answer(let key):
            guard action == .markUnhelpful else { return "hearth cache delete \(key)" }
            return "curl -s \(serviceURL)/api/v1/cache/feedback -H 'Content-Type: application/json' "
                + "-d '{\"cacheKey\": \"\(key)\", \"helpful\": false}'"
        }
    }
}
