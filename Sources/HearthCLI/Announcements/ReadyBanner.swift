import HearthServer
import HearthTelemetry

/// What is printed once the service is ready: a page for people, one line of JSON for programs.
enum ReadyBanner {
    /// The example is not among the warmed questions, so that a newcomer sees a miss first and a hit then.
    static let exampleQuestion = "Do you sell gift cards?"

    static func text(_ report: ReadyReport) -> String {
        var lines = [head(report), ""]
        if let path = report.pagePath { lines.append(line("Open", report.baseURL + path)) }
        if let path = report.apiPath {
            lines.append(line("API", report.baseURL + path, hint: report.documentsPath.map { "reference: \($0)" }))
        }
        if let path = report.openAIPath {
            lines.append(line("OpenAI", report.baseURL + path, hint: "give this to any OpenAI client as its base URL"))
        }
        if let path = report.metricsPath { lines.append(line("Metrics", report.baseURL + path)) }
        lines += ["", line("Provider", provider(report)), line("Cache", cache(report))]
        if let database = report.database { lines.append(line("Shared", "statistics and runs, in \(database)")) }
        lines += [line("Jobs", jobs(report)), line("Access", access(report))]
        lines += report.warnings.map { line("Warning", $0) }
        let address = report.baseURL == ServiceOptions.defaultURL ? "" : " --url \(report.baseURL)"
        lines += ["", line("Try", "\(report.program) ask \"\(exampleQuestion)\"\(address)      then once more")]
        return lines.joined(separator: "\n") + "\n"
    }

    private static func head(_ report: ReadyReport) -> String {
        let ready = "Hearth \(report.version) is ready (\(Figures.fixed(report.startDuration.fractionalSeconds, decimals: 1)) s)."
        return ready + String(repeating: " ", count: max(2, 69 - ready.count)) + "Stop with Ctrl-C."
    }

    private static func line(_ label: String, _ text: String, hint: String? = nil) -> String {
        var line = "  " + label + String(repeating: " ", count: max(1, 11 - label.count)) + text
        if let hint { line += String(repeating: " ", count: max(2, 49 - line.count)) + hint }
        return line
    }

    private static func provider(_ report: ReadyReport) -> String {
        switch report.provider {
        case .simulated: "SIMULATED: answers are invented and cost nothing. Real ones: set OPENAI_API_KEY"
        case .real(let host, let model): "\(host), model \(model)"
        }
    }

    private static func cache(_ report: ReadyReport) -> String {
        let answers = report.entries == 1 ? "1 answer" : "\(Figures.grouped(Int64(report.entries))) answers"
        let languages = report.languages == 1 ? "1 language" : "\(report.languages) languages"
        let stores = report.stores.joined(separator: " and ")
        return report.entries == 0 ? "empty, in \(stores)" : "\(answers) ready in \(languages), in \(stores)"
    }

    private static func jobs(_ report: ReadyReport) -> String {
        let count = "\(report.jobs) scheduled"
        guard let next = report.nextJob else { return count }
        return "\(count); next: \(next.name) at \(Figures.clock(next.at, now: report.now)) (in \(Figures.twoUnits(next.at - report.now)))"
    }

    private static func access(_ report: ReadyReport) -> String {
        switch report.access {
        case .open(let profile, let host): "open, because profile \(profile.rawValue) listens on \(host) only"
        case .keys(let count, let andTokens): (count == 1 ? "1 key" : "\(count) keys") + (andTokens ? ", and tokens" : "")
        }
    }

    /// One line for programs that start the service and wait for it.
    static func json(_ report: ReadyReport) -> String {
        var members: [JSONValue.Member] = [
            .init("event", .string("ready")), .init("version", .string(report.version)), .init("url", .string(report.baseURL)),
            .init("provider", .string(report.provider == .simulated ? "simulated" : "real")),
            .init("startSeconds", .number(Figures.fixed(report.startDuration.fractionalSeconds, decimals: 3))),
            .init("entries", .integer(report.entries)), .init("languages", .integer(report.languages)),
            .init("stores", .array(report.stores.map { .string($0) })), .init("jobs", .integer(report.jobs)),
        ]
        if case .real(let host, let model) = report.provider {
            members += [.init("providerHost", .string(host)), .init("model", .string(model))]
        }
        if let database = report.database { members.append(.init("database", .string(database))) }
        if let next = report.nextJob {
            members.append(.init("nextJob", .object([.init("name", .string(next.name)), .init("at", .string(next.at.description))])))
        }
        switch report.access {
        case .open: members.append(.init("access", .string("open")))
        case .keys: members.append(.init("access", .string("keys")))
        }
        if !report.warnings.isEmpty { members.append(.init("warnings", .array(report.warnings.map { .string($0) }))) }
        return JSONValue.object(members).line
    }
}
