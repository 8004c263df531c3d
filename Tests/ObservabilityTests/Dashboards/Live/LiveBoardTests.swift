import Foundation
import HearthTestKit
import Testing

@Suite("The dashboards with a real Prometheus and a running service", .serialized, .timeLimit(.minutes(10)))
struct LiveBoardTests {
    /// Targets that may find nothing, or nothing but NaN, though all is well: dashboard, panel, target, and the reason.
    static let mayBeEmpty = [
        "Hearth: cache/Connections made anew/D": "there is no shared store whose news could be heard",
        "Hearth: cache/Certificates end in/A": "nothing is asked by TLS",
        "Hearth: cache/Hears the others/A": "there is no shared store",
        "Hearth: overview/Spans of traces/A": "traces are off",
        "Hearth: overview/Spans that wait/A": "traces are off",
        "Hearth: overview/Spans that wait/B": "traces are off",
        "Hearth: scheduler/Age of the statistics by day/A": "no day may be complete yet",
        "Hearth: scheduler/Clocks/A": "there is no shared store",
        "Hearth: upstream/First chunk, 95th percentile/A": "nothing is streamed",
        "Hearth: upstream/Messages/A": "WhatsApp is not configured",
        "Hearth: upstream/Deliveries refused/A": "WhatsApp is not configured",
        "Hearth: upstream/Open and given up/A": "WhatsApp is not configured",
        "Hearth: upstream/Open and given up/B": "WhatsApp is not configured",
        "Hearth: upstream/Oldest open message/A": "WhatsApp is not configured",
        "Hearth: upstream/Reply, 95th percentile/A": "WhatsApp is not configured",
        "Hearth: scheduler/Oldest run under way/A": "no job may be running",
    ]

    @Test("Every query is answered, and with data where there must be some")
    func queriesFindData() async throws {
        let watched = try await WatchedHearth.start()
        try await watched.useIt()
        let isRecorded = try AlertRule.files() != nil
        let awaited = [
            "sum(increase(hearth_cache_requests_total[1m])) >= 20",
            "hearth_aggregation_watermark_timestamp_seconds{resolution=\"hour\"} > 0",
            // Stores are probed each 15 seconds.
            "increase(hearth_scheduler_start_lateness_seconds_count[1m]) > 0", "count_over_time(up[10s]) >= 8",
            #"sum(increase(hearth_cache_shadow_checks_total{verdict=~"match|mismatch"}[1m])) > 0"#,
        ]
        let recorded = isRecorded ? ["job:hearth_cache_hits_per_cache_requests:wilson_upper95_increase10m"] : []
        for condition in awaited + recorded {
            try await Deadline.until("Prometheus has \(condition)") {
                try await watched.number(condition) != nil
            }
        }
        var (asked, filled) = (0, 0)
        for board in try Board.all() {
            let names = board.variables.compactMap { $0["name"].text }
            for query in BoardQuery.all(of: board) {
                let expansion = Expansion(rateInterval: "40s", range: "1m")
                let text = try #require(expansion.expand(query.text, variables: names))
                asked += 1
                let usesRecords = try PromQLParser.parse(query.text).uses.contains { $0.selector.name.contains(":") }
                let hasNumbers = try await Self.hasNumbers(text, query, watched)
                if hasNumbers { filled += 1 }
                guard case .target(_, let target) = query.place, isRecorded || !usesRecords else { continue }
                guard Self.mayBeEmpty["\(board.title)/\(query.owner)/\(target["refId"].text ?? "")"] == nil else { continue }
                #expect(hasNumbers, "\(board.title), \(query.owner) has no data: \(text)")
            }
            for variable in board.variables where variable["type"].text == "query" {
                let asked = try #require(BoardQuery.labelValues(variable["query"]["query"].text ?? ""))
                let series = try #require(Expansion().expand(asked.series, variables: names))
                let reply = try await watched.prometheus.get("/api/v1/label/\(asked.label)/values", ["match[]": series])
                #expect(!reply.json["data"].items.isEmpty, "\(board.title): the variable \(asked.label) has no values")
            }
        }
        print("Asked Prometheus \(asked) queries of dashboards, \(filled) had data.")
        #expect(asked > 100)
        #expect(!watched.server.errors.contains("level=error"), "\(watched.server.errors)")
        try await watched.stop()
    }

    @Test("Every target that may be empty exists")
    func exceptionsExist() throws {
        let targets = try Board.all().flatMap { board in
            board.panels.flatMap { panel in panel.targets.map { "\(board.title)/\(panel.title)/\($0["refId"].text ?? "")" } }
        }
        #expect(Set(Self.mayBeEmpty.keys).isSubset(of: targets))
    }

    @Test("A panel all of whose targets may be empty says so in words of its own")
    func emptyPanelsSayWhy() throws {
        for board in try Board.all() {
            for panel in board.panels where !panel.targets.isEmpty {
                let mayBeEmpty = panel.targets.allSatisfy {
                    Self.mayBeEmpty["\(board.title)/\(panel.title)/\($0["refId"].text ?? "")"] != nil
                }
                let text = panel.node["fieldConfig"]["defaults"]["noValue"].text ?? ""
                #expect(!mayBeEmpty || !text.isEmpty, "\(board.title), \(panel.title)")
            }
        }
    }

    /// Asks as Grafana does: at one moment, or over the time that is shown.
    private static func hasNumbers(_ text: String, _ query: BoardQuery, _ watched: WatchedHearth) async throws -> Bool {
        let isInstant = if case .target(_, let target) = query.place { target["instant"].bool == true } else { false }
        let now = Date().timeIntervalSince1970
        let reply =
            isInstant
            ? try await watched.prometheus.get("/api/v1/query", ["query": text])
            : try await watched.prometheus.get(
                "/api/v1/query_range", ["query": text, "start": "\(now - 8)", "end": "\(now)", "step": "1"])
        #expect(reply.status == 200 && reply.json["status"].text == "success", "\(query.board), \(query.owner): \(reply.json)")
        let samples = reply.json["data"]["result"].items.flatMap { isInstant ? [$0["value"]] : $0["values"].items }
        return samples.contains { $0[1].text.flatMap { Double($0) }.map { !$0.isNaN } ?? false }
    }
}
