import HearthDrivers
import HearthTestKit
import Testing

@Suite("Kept answers one by one", .serialized, .timeLimit(.minutes(10)))
struct EntryRouteTests {
    private static func entry(_ query: String, _ response: String = "Yes.", confidence: Double = 0.9, more: String = "") -> String {
        #"{"query": "\#(query)", "language": "en", "response": "\#(response)", "confidence": \#(confidence)\#(more)}"#
    }

    private func put(_ entries: [String], into hearth: RunningHearth) async throws -> [JSONNode] {
        let reply = try await hearth.client.send(
            .put, "/api/v1/cache/entries", body: Array(#"{"entries": [\#(entries.joined(separator: ","))]}"#.utf8))
        #expect(reply.status == 200, "\(reply.text)")
        return reply.json["results"].items
    }

    @Test("What is put is looked up, asked for, read and removed; refusals have their reason and hinder nobody")
    func lifeOfAnEntry() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let results = try await put(
            [
                Self.entry("Do you repair umbrellas?", "Yes, within a day."), Self.entry("Do you sell hats?", confidence: 0.4),
                Self.entry("Do you sell gloves?", more: #", "category": "services", "metadata": {"tags": ["winter"], "author": "anna"}"#),
            ], into: hearth)
        #expect(results.map { $0["status"].text } == ["stored", "refused", "stored"])
        #expect(results[1]["reason"].text == "low-confidence")
        let key = try #require(results[0]["cacheKey"].text)

        let found = try await hearth.client.post(
            "/api/v1/cache/lookup",
            #"{"items": [{"query": "do you repair UMBRELLAS"}, {"query": "Do you sell hats?", "language": "en"}, {"query": "Do you sell gloves", "language": "en"}]}"#
        ).json["items"].items
        #expect(found.map { $0["cached"].bool } == [true, false, true])
        #expect(found[0]["response"].text == "Yes, within a day." && found[0]["cacheKey"].text == key)
        #expect(found[1]["reason"].text == "never_stored")
        #expect(try await stage.provider.calls == 0)
        #expect(try await hearth.ask("Do you repair umbrellas?").json["response"].text == "Yes, within a day.")
        let statistics = try await hearth.statistics()["metrics"]
        #expect(statistics["totalRequests"].integer == 4 && statistics["cacheHits"].integer == 3)

        let shown = try await hearth.client.get("/api/v1/cache/entries/\(key)").json
        #expect(shown["confidenceMethod"].text == "caller" && shown["state"].text == "fresh" && shown["judgedConfidence"].number == 0.9)
        let gloves = try await hearth.client.get("/api/v1/cache/entries/\(results[2]["cacheKey"].text ?? "")").json
        #expect(gloves["tags"].items.map(\.text) == ["winter"] && gloves["metadata"]["author"].text == "anna")
        #expect(gloves["category"].text == "services")

        // A wish that is not understood removes nothing.
        for query in ["dryRun=perhaps", "dry=true"] {
            #expect(try await hearth.client.send(.delete, "/api/v1/cache/entries/\(key)?\(query)").status == 400)
        }
        #expect(try await hearth.client.send(.delete, "/api/v1/cache/entries/\(key)?dryRun=true").json["invalidated"].integer == 1)
        #expect(try await hearth.client.send(.delete, "/api/v1/cache/entries/\(key)").json["invalidated"].integer == 1)
        #expect(try await hearth.client.get("/api/v1/cache/entries/\(key)").status == 404)
        #expect(try await hearth.client.get("/api/v1/cache/entries/en:xyz").status == 404)
        #expect(try await hearth.ask("Do you repair umbrellas?").json["cached"].bool == false)
    }

    @Test("Given answers push nothing out on the way to the store: without room they are refused, and given again they are kept")
    func noRoom() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: "cache: {writeQueueLength: 4, lookupDeadline: 5s}\n")
        // Another program holds the database until a file is there; what the service writes at its start may come first.
        let holder = try RunningProgram(
            "/usr/bin/sqlite3", [stage.dataFolder + "/hearth.sqlite"], folder: stage.folder.path,
            input: ".timeout 10000\nBEGIN IMMEDIATE;\nSELECT 'locked';\n.shell while [ ! -e release ]; do sleep 0.05; done\nROLLBACK;\n")
        try await Deadline.until("the database is locked") { holder.output.contains("locked") }
        func body(_ queries: String...) -> [UInt8] {
            Array(#"{"entries": [\#(queries.map { Self.entry($0) }.joined(separator: ","))]}"#.utf8)
        }
        let path = "/api/v1/cache/entries"
        let first = body("Do you sell hats?", "Do you sell caps?", "Do you sell bags?")
        #expect(try await hearth.client.send(.put, path, body: first).status == 200)
        let more = body("Do you sell gloves?", "Do you sell scarves?")
        let refused = try await hearth.client.send(.put, path, body: more)
        #expect(refused.status == 503 && refused.json["error"].text == "overloaded", "\(refused.text)")
        #expect(refused.header("Retry-After").flatMap { Int($0) }.map { (1...120).contains($0) } == true)
        #expect(try await hearth.client.post("/api/v1/cache/explain", #"{"query": "Do you sell gloves?"}"#).json["verdict"].text == "miss")

        try stage.write("release", "")
        try await Deadline.until("the answers are kept", within: .seconds(30)) {
            try await hearth.client.send(.put, path, body: more).status == 200
        }
        try await Deadline.until("all are in the store", within: .seconds(30)) {
            try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer == 5
        }
        let metrics = try await hearth.metrics()
        #expect(metrics.value("hearth_cache_write_drops_total", ["reason": "queue_full"]) ?? 0 == 0)
        #expect(metrics.value("hearth_http_rejections_total", ["reason": "overloaded"]) ?? 0 >= 1)
    }

    @Test("Faulty batches are refused whole, with every fault named and nothing kept")
    func faults() async throws {
        let hearth = try await Stage().start()
        let reply = try await hearth.client.send(
            .put, "/api/v1/cache/entries",
            body: Array(
                #"{"entries": [{"query": "", "language": "fr", "response": "", "confidence": 2, "hitCount": 9}, \#(Self.entry("ok"))], "tenant": "b"}"#
                    .utf8))
        #expect(reply.status == 400)
        let fields = Set(reply.json["details"].items.compactMap { $0["field"].text })
        #expect(
            fields == [
                "tenant", "entries[0].query", "entries[0].language", "entries[0].response", "entries[0].confidence", "entries[0].hitCount",
            ])
        let many = Array(repeating: #"{"query": "q"}"#, count: 101).joined(separator: ",")
        for body in [#"{"items": []}"#, #"{"items": [\#(many)]}"#, #"{"items": [3]}"#, "[]", "{}"] {
            #expect(try await hearth.client.post("/api/v1/cache/lookup", body).status == 400, "\(body.prefix(40))")
        }
        for body in [#"{"cacheKey": "en:1", "helpful": true}"#, #"{"helpful": "yes"}"#, "{}"] {
            #expect(try await hearth.client.post("/api/v1/cache/feedback", body).status == 400)
        }
        #expect(try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer == 0)
    }

    @Test("Explain says what was made of a question and why it hits or misses, and leaves no trace")
    func explain() async throws {
        let hearth = try await Stage().start()
        func explain(_ fields: String) async throws -> JSONNode {
            try await hearth.client.post("/api/v1/cache/explain", "{\(fields)}").json
        }
        let before = try await explain(#""query": "Hi! How much is a haircut, please?""#)
        #expect(before["verdict"].text == "miss" && before["reason"].text == "never_stored" && before["detected"]["language"].text == "en")
        let words = Set(before["normalizedQuery"].text?.split(separator: " ") ?? [])
        #expect(words == ["how", "much", "is", "haircut"] && before["category"].text == "pricing")
        let results = try await put([Self.entry("How much is a haircut?")], into: hearth)
        let hit = try await explain(#""query": "how much is THE haircut", "language": "en""#)
        #expect(hit["verdict"].text == "hit" && hit["cacheKey"].text == results[0]["cacheKey"].text && hit["tier"].text == "memory")
        #expect(hit["entry"]["hits"].integer == 0 && hit["detected"].text == nil)
        #expect(try await explain(#""query": "how much is the haircut", "language": "en", "skipCache": true"#)["reason"].text == "bypass")
        for _ in 0..<4 {
            _ = try await hearth.client.post(
                "/api/v1/cache/feedback", #"{"cacheKey": "\#(results[0]["cacheKey"].text ?? "")", "helpful": false}"#)
        }
        #expect(try await explain(#""query": "how much is the haircut", "language": "en""#)["reason"].text == "low_confidence")
        #expect(try await hearth.ask("How much is a haircut?", language: "en").json["cached"].bool == false, "it is not served any more")
        #expect(try await hearth.statistics()["metrics"]["totalRequests"].integer == 1)
    }

    @Test("Invalidations by tag, kind and all are counted first if asked, recorded, and hold after a kill and for answers under way")
    func invalidation() async throws {
        let stage = try await Stage(latencyMilliseconds: 3000)
        let hearth = try await stage.start()
        _ = try await put(
            [
                Self.entry("How much is a haircut?"), Self.entry("Do you sell hats?", more: #", "metadata": {"tags": ["winter"]}"#),
                Self.entry("Where are you?"),
            ], into: hearth)
        try await Deadline.until("all are stored") {
            try await hearth.client.get("/api/v1/cache/health").json["cacheMetrics"]["totalEntries"].integer == 3
        }
        func invalidate(_ query: String) async throws -> JSONNode {
            try await hearth.client.send(.delete, "/api/v1/cache/invalidate?\(query)").json
        }
        let dry = try await invalidate("tag=winter&dryRun=true")
        #expect(dry["invalidated"].integer == 1 && dry["dryRun"].bool == true)
        #expect(try await invalidate("tag=winter")["invalidated"].integer == 1)
        #expect(try await invalidate("tag=winter")["invalidated"].integer == 0)
        #expect(try await invalidate("")["error"].text == "invalid_request")

        // An answer about prices is under way while prices are invalidated: it is given, and not kept for others.
        async let slow = hearth.ask("How much is a beard trim?", language: "en")
        try await Deadline.until("the call is under way") { try await stage.provider.callsInFlight == 1 }
        #expect(try await invalidate("category=pricing")["invalidated"].integer == 1)
        #expect(try await slow.status == 200)
        #expect(
            try await hearth.client.post("/api/v1/cache/lookup", #"{"items": [{"query": "How much is a beard trim?", "language": "en"}]}"#)
                .json["items"].items[0]["reason"].text == "invalidated")
        // Whoever asks after an invalidation waits for no call that was made before it, be it of the kind or of the one key.
        let calls = try await stage.provider.calls
        async let early = hearth.ask("Do you repair hats?", language: "en")
        try await Deadline.until("the call is under way") { try await stage.provider.calls == calls + 1 }
        let key = try await stage.run(["cache", "key", "--json", "--language", "en", "Do you repair hats?"])
        _ = try await hearth.client.send(.delete, "/api/v1/cache/entries/\(JSONNode(key.output)?["cacheKey"].text ?? "")")
        #expect(try await hearth.ask("Do you repair hats?", language: "en").json["cached"].bool == false)
        #expect(try await early.status == 200)
        #expect(try await stage.provider.calls == calls + 2)
        try await hearth.killAtOnce()

        let again = try await stage.start()
        let reason = try await again.client.post(
            "/api/v1/cache/lookup", #"{"items": [{"query": "How much is a beard trim?", "language": "en"}, {"query": "Where are you?"}]}"#)
        #expect(reason.json["items"].items[0]["cached"].bool == false && reason.json["items"].items[1]["cached"].bool == true)
        let record = try await again.client.get("/api/v1/cache/invalidations?limit=3").json["invalidations"].items
        #expect(record[0]["cacheKey"].text != nil && record[1]["category"].text == "pricing" && record[1]["actor"].text == "api")
        #expect(record[2]["tag"].text == "winter")
        #expect(try await again.client.send(.delete, "/api/v1/cache/invalidate?all=true").json["invalidated"].integer ?? 0 >= 1)
        #expect(try await again.client.get("/api/v1/cache/invalidations?limit=1").json["invalidations"].items[0]["all"].bool == true)
    }
}
