import HearthDrivers
import HearthTestKit
import Testing

@Suite("A hit is the same answer before the router and behind it", .serialized, .timeLimit(.minutes(10)))
struct BothWaysTests {
    /// Bodies that mean kept questions in every form that the short way may meet, and some that it must hand on.
    private static let bodies = [
        #"{"query": "Do you repair umbrellas?", "language": "en"}"#,
        #"{"query":"do you repair UMBRELLAS","language":"en"}"#,
        #"{"language": "en", "query": "  Do you repair umbrellas?  "}"#,
        #"{"query": "Do you rep\u0061ir umbrellas?", "language": "en", "customerId": "c-1"}"#,
        #"{"query": "Do you repair umbrellas?", "language": "en", "category": "services", "skipCache": false}"#,
        #"{"query": "Do you repair umbrellas?"}"#,
        #"{"query": "Чините ли вы зонты?", "language": "ru"}"#,
        #"{"query": "Чините ли вы зонты?"}"#,
        #"{"query": "האם אתם מתקנים מטריות?", "language": "he"}"#,
        // Not for the short way: null, an unknown language, an unknown field, no JSON, nothing asked.
        #"{"query": "Do you repair umbrellas?", "language": null}"#, #"{"query": "Do you repair umbrellas?", "language": "fr"}"#,
        #"{"query": "Do you repair umbrellas?", "language": "en", "extra": 1}"#, #"{"query": "#, #"{"query": ""}"#,
    ]

    private struct Shown: Equatable, CustomStringConvertible {
        var status: Int
        var body: String
        var headers: [String?]
        var description: String { "\(status) \(headers) \(body)" }

        /// Without what differs from request to request: times, ids, and seconds that may have passed in between.
        init(_ reply: WebClient.Reply) {
            status = reply.status
            let text = reply.text.replacing(/"(responseTime|requestId|timestamp)":("[^"]*"|[0-9.]+)/, with: "")
            body = text
            let cacheStatus = reply.header("Cache-Status")?.replacing(/ttl=\d+/, with: "ttl")
            headers = [
                cacheStatus, reply.header("Content-Type"), reply.header("Cache-Control"),
                reply.header("Age") == nil ? nil : "some", reply.header("Server-Timing") == nil ? nil : "some",
                reply.header("X-Request-Id"),
            ]
        }
    }

    @Test("Status, body and headers are equal, and so is what is counted")
    func equal() async throws {
        let hearth = try await Stage().start()
        for body in Self.bodies { _ = try await hearth.client.post("/api/v1/cache/query", body) }
        for body in Self.bodies {
            // Twice each: the second time the short way knows the body.
            for round in 0..<2 {
                let id = ["X-Request-Id": "same-\(round)"]
                let before = try await hearth.statistics()["metrics"]["cacheHits"].integer ?? 0
                let short = try await hearth.client.post("/api/v1/cache/query", body, headers: id)
                let between = try await hearth.statistics()["metrics"]["cacheHits"].integer ?? 0
                let long = try await hearth.client.post(
                    "/api/v1/cache/query", body, headers: id.merging(["Connection": "close"]) { $1 })
                let after = try await hearth.statistics()["metrics"]["cacheHits"].integer ?? 0
                #expect(Shown(short) == Shown(long), "\(body)")
                #expect(between - before == after - between, "\(body)")
                if short.status == 200 { #expect(short.json["cached"].bool == true && between - before == 1, "\(body)") }
            }
        }
    }

    @Test("A remembered body is not an answered one: what was invalidated is asked for again, what changed is the new answer")
    func invalidated() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for _ in 0..<3 { _ = try await hearth.ask("Do you repair umbrellas?", language: "en") }
        #expect(try await stage.provider.calls == 1)
        _ = try await hearth.client.send(.delete, "/api/v1/cache/invalidate?all=true")
        #expect(try await hearth.ask("Do you repair umbrellas?", language: "en").json["cached"].bool == false)
        let entry = #"{"query": "Do you repair umbrellas?", "language": "en", "response": "Not any more.", "confidence": 1}"#
        _ = try await hearth.client.send(.put, "/api/v1/cache/entries", body: Array(#"{"entries": [\#(entry)]}"#.utf8))
        #expect(try await hearth.ask("Do you repair umbrellas?", language: "en").json["response"].text == "Not any more.")
        #expect(try await hearth.metrics().value("hearth_cache_remembered_bodies") ?? 0 >= 1)
        try await Deadline.until("the answer is in the store") { try await hearth.metrics().value("hearth_cache_known_keys") ?? 0 >= 1 }
    }
}
