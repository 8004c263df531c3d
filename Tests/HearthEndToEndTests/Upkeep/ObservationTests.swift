import HearthDrivers
import HearthTestKit
import Testing

@Suite("What is wrong and what has happened, as the interface shows it", .serialized, .timeLimit(.minutes(3)))
struct ObservationTests {
    @Test("Conditions have a value where there is one, and a start, an invalidation and a stop are events")
    func conditionsAndEvents() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Stage.quietSettings)
        for _ in 0..<5 { _ = try await hearth.ask("When do you open on the second of May?", language: "en") }
        let answer = try await hearth.client.get("/api/v1/conditions").json
        let conditions = answer["conditions"].items
        #expect(
            conditions.map { $0["name"].text } == [
                "HearthCacheHitRateLow", "HearthResponseTimeHigh", "HearthCacheSizeHigh", "HearthStoreDown",
            ])
        #expect(conditions[0]["enoughData"].bool == false && conditions[0]["state"].text == "unknown")
        #expect(conditions[3]["value"].number == 1 && conditions[3]["state"].text == "fine")
        // Of the five the first was the miss; whoever looks later sees no other share.
        try await Deadline.until("the hit rate is counted") {
            try await hearth.client.get("/api/v1/conditions").json["conditions"][0]["value"].number == 0.8
        }

        let removed = try await hearth.client.send(.delete, "/api/v1/cache/invalidate?language=en")
        #expect(removed.json["invalidated"].integer == 1)
        let events = try await hearth.client.get("/api/v1/events").json["events"].items
        #expect(events.map { $0["kind"].text } == ["cache.invalidate", "service.start"])
        #expect(events[0]["entries"].integer == 1 && events[0]["auditId"].text == events[0]["id"].text)
        #expect(events[1]["facts"]["version"].text == "0.1.0" && events[1]["replica"].text != nil)
        // What nobody did is no act.
        #expect(try await hearth.client.get("/api/v1/audit").json["acts"].items.map { $0["action"].text } == ["cache.invalidate"])
        #expect(try await hearth.client.get("/api/v1/audit?action=service.start").status == 400)
        #expect(try await hearth.client.get("/api/v1/events?kind=jobs.run").status == 400)

        _ = try await hearth.terminate()
        let again = try await stage.start(settings: Stage.quietSettings)
        let stops = try await again.client.get("/api/v1/events?kind=service.stop").json["events"].items
        #expect(stops.count == 1)
        let page = try await again.client.get("/api/v1/events?limit=1").json
        #expect(page["events"][0]["kind"].text == "service.start")
        let older = try await again.client.get("/api/v1/events?limit=3&before=\(page["next"].text ?? "")").json
        #expect(older["events"].items.map { $0["kind"].text } == ["service.stop", "cache.invalidate", "service.start"])
    }

    @Test("A start with another version than the one before is an event, a mark of the charts and a row of the page")
    func anotherVersion() async throws {
        let stage = try await Stage()
        let first = try await stage.start(settings: Stage.quietSettings)
        #expect(try await first.client.get("/api/v1/events?kind=service.version").json["events"].items.isEmpty)
        _ = try await first.terminate()
        // As if an older one had run last: what is on record is never changed, so it is a later record.
        let sql = """
            CREATE TEMP TABLE older AS SELECT * FROM audit_act WHERE action = 'service.start' ORDER BY id DESC LIMIT 1;
            UPDATE older SET id = substr(id, 1, 16) || 'ffffffffffffffff', parameters = replace(parameters, '0.1.0', '0.0.9');
            INSERT INTO audit_act SELECT * FROM older;
            """
        let change = try RunningProgram(
            "/usr/bin/sqlite3", ["-bail", stage.dataFolder + "/hearth.sqlite", sql], folder: stage.folder.path, environment: [:])
        #expect(try await change.waitForEnd(within: .seconds(20)).status == 0, "\(change.errors)")
        let second = try await stage.start(settings: Stage.quietSettings)
        let events = try await second.client.get("/api/v1/events?kind=service.version").json["events"].items
        #expect(events.count == 1)
        #expect(events.first?["facts"]["version"].text == "0.1.0" && events.first?["facts"]["versionBefore"].text == "0.0.9")
        _ = try await second.ask("When do you open on the fourth of May?", language: "en")
        #expect(try await second.client.get("/admin/cache-analytics/health?ui=en").text.contains("versionBefore 0.0.9"))
        try await Deadline.until("the chart has its mark") {
            try await second.client.get("/admin/cache-analytics?ui=en").text.contains(" · version · ")
        }
    }

    @Test("What would be removed is counted, and nothing is removed")
    func dryRuns() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Stage.quietSettings)
        let asked = try await hearth.ask("When do you open on the third of May?", language: "en")
        let key = try #require(asked.json["cacheKey"].text)
        try await Deadline.until("it is kept") {
            try await hearth.client.get("/api/v1/cache/entries/\(key)").status == 200
        }
        let entry = try await hearth.client.send(.delete, "/api/v1/cache/entries/\(key)?dryRun=true")
        #expect(entry.json["invalidated"].integer == 1 && entry.json["dryRun"].bool == true)
        for _ in 0..<6 {
            _ = try await hearth.client.post("/api/v1/cache/feedback", #"{"cacheKey": "\#(key)", "helpful": false}"#)
        }
        let counted = try await hearth.client.post("/api/v1/cache/maintenance", #"{"dryRun": true}"#).json
        #expect(counted["lowQualityRemoved"].integer == 1 && counted["dryRun"].bool == true)
        let done = try await hearth.client.post("/api/v1/cache/maintenance").json
        #expect(done["lowQualityRemoved"].integer == 1 && done["dryRun"] == .null)
        #expect(done["memorySaved"].integer == counted["memorySaved"].integer)
    }

    @Test("Minutes can be asked for, and what everybody asks for is there")
    func small() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Stage.quietSettings)
        let minutes = try await hearth.client.get("/api/v1/cache/statistics?period=minute").json
        #expect(minutes["series"].items.count == 120)
        let icon = try await hearth.client.get("/favicon.ico")
        #expect(icon.header("content-type") == "image/x-icon" && icon.body.count == 22 + 40 + 1024 + 64)
        #expect(try await hearth.client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n")
    }

    @Test("What to do about each alert is a page, which the conditions lead to")
    func runbooks() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(settings: Stage.quietSettings)
        let pages = "/admin/cache-analytics/runbooks"
        let index = try await hearth.client.get(pages)
        let names = Set(index.text.matches(of: /cache-analytics\/runbooks\/(Hearth\w+)"/).map { String($0.1) })
        #expect(index.status == 200 && names.count > 30)
        for name in names.sorted() {
            let page = try await hearth.client.get("\(pages)/\(name)?ui=he")
            #expect(page.status == 200 && page.header("content-security-policy") == index.header("content-security-policy"), "\(name)")
            #expect(page.text.contains(#"<html lang="he" dir="rtl""#) && page.text.contains(#"<div class="runbook" lang="en" dir="ltr">"#))
            #expect(page.text.contains("<h2 id=\"first-five-minutes\">First five minutes</h2>"), "\(name)")
        }
        let conditions = try await hearth.client.get("/api/v1/conditions").json["conditions"].items.compactMap { $0["name"].text }
        #expect(conditions.count == 4 && Set(conditions).subtracting(names) == [])
        let health = try await hearth.client.get("/admin/cache-analytics/health").text
        for name in conditions { #expect(health.contains("/runbooks/\(name)\""), "\(name)") }
        for path in ["/index", "/HearthNothing", "/..%2Findex", "/HearthStoreDown.md"] {
            #expect(try await hearth.client.get(pages + path).status == 404, "\(path)")
        }
    }

    @Test("Alerts are read from an Alertmanager, asked once for many, and its absence is said")
    func alerts() async throws {
        let listed = #"""
            [{"labels": {"alertname": "HearthStoreDown", "severity": "critical", "service": "hearth"},
              "annotations": {"summary": "A store does not answer."}, "startsAt": "2026-11-22T17:02:30.000Z",
              "status": {"state": "active", "inhibitedBy": [], "silencedBy": []}}]
            """#
        let server = try await ScriptedServer.start { _ in [.answer(listed)] }
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: Stage.quietSettings, environment: ["HEARTH_ALERTMANAGER_URL": "http://127.0.0.1:\(server.port)/"])
        for _ in 0..<3 {
            let shown = try await hearth.client.get("/api/v1/alerts").json
            #expect(shown["configured"].bool == true && shown["reachable"].bool == true)
            #expect(shown["alerts"].items.map { $0["name"].text } == ["HearthStoreDown"])
        }
        #expect(server.requests.count == 1)
        #expect(server.requests.first?.head.hasPrefix("GET /api/v2/alerts?filter=service%3D%22hearth%22 ") == true)
        _ = try await hearth.terminate()

        let alone = try await stage.start(settings: Stage.quietSettings)
        let nothing = try await alone.client.get("/api/v1/alerts").json
        #expect(nothing["configured"].bool == false && nothing["alerts"].items.isEmpty && nothing["reachable"] == .null)
        _ = try await alone.terminate()

        let silent = try await ScriptedServer.start { _ in [.stall] }
        let waiting = try await stage.start(
            settings: Stage.quietSettings, environment: ["HEARTH_ALERTMANAGER_URL": "http://127.0.0.1:\(silent.port)"])
        let reply = try await waiting.client.get("/api/v1/alerts")
        #expect(reply.status == 200 && reply.json["reachable"].bool == false && reply.json["problem"].text != nil)
    }
}
