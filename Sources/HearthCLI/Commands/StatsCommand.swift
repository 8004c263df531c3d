import ArgumentParser
import HearthServer
import HearthTelemetry

struct StatsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show what was asked, what came from the cache and what that saved.",
        discussion: """
            Examples:
              hearth stats
              hearth stats --period hourly --from 24h

            See also: hearth ask, hearth help time.
            """)

    enum Period: String, CaseIterable {
        case hourly, daily, weekly, monthly
    }

    @Option(name: .long, help: ArgumentHelp("hourly, daily, weekly or monthly.", valueName: "period"))
    var period = Period.daily.rawValue

    @Option(name: .long, help: ArgumentHelp("Start: ISO 8601, a date, or a duration before now.", valueName: "time"))
    var from: String?

    @Option(name: .long, help: ArgumentHelp("End: ISO 8601, a date, or a duration before now.", valueName: "time"))
    var to: String?

    @OptionGroup var service: ServiceOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let period = try Words.value(period, of: Period.self, name: "period")
        let now = SystemTimeSource().now()
        let query = [
            ("period", period.rawValue), ("startDate", try from.map { try Self.moment($0, flag: "--from", now: now) }),
            ("endDate", try to.map { try Self.moment($0, flag: "--to", now: now) }),
        ]
        let client = try service.client()
        let answer = try await Waiting.show("Waiting for \(client.baseURL)", on: output.errorTerminal) {
            try await client.get("/api/v1/cache/statistics", query: query)
        }
        Console().write(output.json ? answer.body.line : StatisticsText.render(answer.body, terminal: output.terminal))
    }

    static func moment(_ text: String, flag: String, now: Timestamp) throws -> String {
        if let moment = Timestamp(iso8601: text) { return moment.description }
        if let before = SettingText.duration(text) { return (now - before).description }
        throw CommandFailure(
            "\(flag) \"\(text)\" must be ISO 8601, a date such as 2026-11-22, or a duration such as 24h", status: ExitStatus.usage)
    }
}

/// The statistics as a page of text.
enum StatisticsText {
    static func render(_ report: JSONValue, terminal: Terminal) -> String {
        let metrics = report["metrics"]
        func count(_ name: String) -> String { Figures.grouped(metrics?[name]?.integer ?? 0) }
        func money(_ name: String) -> String { Figures.dollars(micro: Figures.micro(dollars: metrics?[name]?.double)) }
        func milliseconds(_ name: String) -> String { Figures.fixed(metrics?[name]?.double ?? 0, decimals: 2) + " ms" }
        let requests = metrics?["totalRequests"]?.integer ?? 0
        var text = "\(report["startDate"]?.text ?? "") to \(report["endDate"]?.text ?? ""), \(report["period"]?.text ?? "")\n\n"
        guard requests > 0 else { return text + "No questions in this time. Ask one: hearth ask \"\(ReadyBanner.exampleQuestion)\"" }
        let rows = [
            ["Questions", count("totalRequests")], ["From the cache", count("cacheHits")], ["From the provider", count("cacheMisses")],
            ["Hit rate", Figures.fixed(metrics?["hitRate"]?.double ?? 0, decimals: 1) + " %"], ["Saved", money("estimatedCostSavings")],
            ["Paid", money("aiApiCallsCost")], ["Cache, 95th percentile", milliseconds("p95CacheResponseTime")],
            ["Provider, mean", milliseconds("avgAiResponseTime")],
        ]
        text += TextTable(columns: [.init("FIGURE"), .init("VALUE", isNumeric: true)], rows: rows).render(width: terminal.width)
        for (title, member) in [("LANGUAGE", "languageBreakdown"), ("CATEGORY", "categoryBreakdown")] {
            text += breakdown(report[member], title: title, terminal: terminal)
        }
        return text
    }

    private static func breakdown(_ value: JSONValue?, title: String, terminal: Terminal) -> String {
        guard case .object(let members) = value else { return "" }
        let rows = members.compactMap { member -> [String]? in
            guard let requests = member.value["requests"]?.integer, requests > 0 else { return nil }
            let hits = member.value["hits"]?.integer ?? 0
            let rate = Figures.fixed(Double(hits) / Double(requests) * 100, decimals: 1)
            return [member.name, Figures.grouped(requests), Figures.grouped(hits), rate]
        }
        guard !rows.isEmpty else { return "" }
        let columns: [TextTable.Column] = [
            .init(title), .init("QUESTIONS", isNumeric: true), .init("HITS", isNumeric: true), .init("HIT RATE %", isNumeric: true),
        ]
        return "\n" + TextTable(columns: columns, rows: rows).render(width: terminal.width)
    }
}
