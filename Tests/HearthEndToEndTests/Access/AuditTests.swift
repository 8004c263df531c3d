import Foundation
import HearthDrivers
import HearthTestKit
import Testing

@Suite("Who did what is on record", .serialized, .timeLimit(.minutes(6)))
struct AuditTests {
    /// Administrators of three tenants, of which `default` is the operator's.
    private enum Asker: String, CaseIterable {
        case acme
        case globex
        case operators = "default"

        var key: String { "0123456789abcdef-\(rawValue)" }
        var headers: [String: String] { ["Authorization": "Bearer \(key)"] }

        static let keys = allCases.map { "\($0)-admin@\($0.rawValue)=\($0.key)" }.joined(separator: ",")
    }

    private static let question = "Do you deliver to Zanzibar?"
    private static let customer = "anna-of-zanzibar"
    private static let zeros = "en:" + String(repeating: "0", count: 64)

    private static func acts(_ hearth: RunningHearth, _ query: String = "", by asker: Asker = .operators) async throws -> [JSONNode] {
        let reply = try await hearth.client.get("/api/v1/audit\(query)", headers: asker.headers)
        #expect(reply.status == 200, "\(reply.text)")
        return reply.json["acts"].items
    }

    private static func send(
        _ hearth: RunningHearth, _ method: HTTPClientRequest.Method, _ path: String, _ body: String = "", by asker: Asker = .operators
    ) async throws -> WebClient.Reply {
        try await hearth.client.send(method, path, body: Array(body.utf8), headers: asker.headers)
    }

    /// One request of an administrator, and what the record must say of it.
    private struct Act {
        var method = HTTPClientRequest.Method.post
        var path: String
        var body = ""
        var action: String
        var route: String
        var status = 200
        var entries: Int?
        var parameters: [String: String] = [:]
    }

    private static func everyAct(key: String) -> [Act] {
        let entry = #"{"query": "\#(question)", "language": "en", "response": "Yes, to Zanzibar.", "confidence": 0.9}"#
        let unsure = entry.replacing("0.9", with: "0.2")
        return [
            Act(
                method: .put, path: "/api/v1/cache/entries", body: #"{"entries": [\#(entry), \#(unsure)]}"#, action: "entries.write",
                route: "/api/v1/cache/entries", entries: 1, parameters: ["given": "2"]),
            Act(
                path: "/api/v1/cache/warm", body: #"{"queries": [{"query": "Is Zanzibar warm?", "language": "en"}]}"#, action: "cache.warm",
                route: "/api/v1/cache/warm", entries: 1, parameters: ["processed": "1"]),
            Act(
                method: .delete, path: "/api/v1/cache/entries/\(key)", action: "entries.remove", route: "/api/v1/cache/entries/{cacheKey}",
                entries: 1, parameters: ["cacheKey": key]),
            Act(
                method: .delete, path: "/api/v1/cache/invalidate?language=en&tag=\(customer)&dryRun=true&tenant=acme",
                action: "cache.invalidate", route: "/api/v1/cache/invalidate", entries: 0,
                parameters: ["language": "en", "tag": "given", "dryRun": "true", "tenant": "acme"]),
            Act(
                method: .delete, path: "/api/v1/cache/invalidate?category=\(customer)", action: "cache.invalidate",
                route: "/api/v1/cache/invalidate", status: 400),
            Act(
                method: .delete, path: "/api/v1/cache/invalidate?all=true", action: "cache.invalidate", route: "/api/v1/cache/invalidate",
                entries: 3, parameters: ["all": "true"]),
            Act(
                path: "/api/v1/cache/maintenance", body: #"{"pruneLowValue": false}"#, action: "cache.maintain",
                route: "/api/v1/cache/maintenance", entries: 0,
                parameters: [
                    "pruneExpired": "true", "pruneLowValue": "false", "pruneLowQuality": "true", "compactMemory": "false",
                ]),
            Act(
                path: "/api/v1/jobs/prune-cache/pause?for=2h", action: "jobs.pause", route: "/api/v1/jobs/{name}/pause",
                parameters: ["job": "prune-cache", "for": "2h"]),
            Act(
                path: "/api/v1/jobs/prune-cache/resume", action: "jobs.resume", route: "/api/v1/jobs/{name}/resume",
                parameters: ["job": "prune-cache"]),
            Act(
                path: "/api/v1/jobs/\(customer)/run", action: "jobs.run", route: "/api/v1/jobs/{name}/run", status: 404,
                parameters: ["job": "unknown"]),
            Act(
                path: "/api/v1/jobs/runs/0198f3a2-7b1c-7d4e-8f90-123456789abc/cancel", action: "jobs.cancel",
                route: "/api/v1/jobs/runs/{id}/cancel", status: 404, parameters: ["run": "0198f3a2-7b1c-7d4e-8f90-123456789abc"]),
            Act(
                path: "/api/v1/inbox/retry", body: #"{"id": "wamid.zanzibar"}"#, action: "inbox.retry", route: "/api/v1/inbox/retry",
                status: 202, entries: 1),
            Act(
                method: .delete, path: "/api/v1/customers/\(customer)", action: "customers.erase", route: "/api/v1/customers/{customerId}",
                entries: 1),
        ]
    }

    @Test("Every administrative route is on record with who, from where, what, how much and how it ended, and without anybody's words")
    func everyRoute() async throws {
        let stage = try await Stage()
        let graph = try await GraphServer.start()
        let reader = try await AccessKeys.create(stage, name: "reader", tenant: "acme", scopes: "stats")
        let hearth = try await stage.start(
            settings: "cache: {lookupDeadline: 5s}\nwhatsapp: {attempts: 1}\njobs: {prune-cache: {schedule: \"@manual\"}}\n",
            environment: WhatsAppDelivery.environment(graph).merging([
                "HEARTH_API_KEYS": Asker.keys, "HEARTH_CUSTOMER_KEY": "a key for the tests of customers", "HEARTH_STORE_QUERIES": "false",
            ]) { $1 })
        graph.fail(1)
        _ = try await WhatsAppDelivery.deliver(hearth, [WhatsAppDelivery.message("wamid.zanzibar", "Do you sell gift cards?")])
        try await Deadline.until("the message is given up") {
            try await hearth.client.get("/api/v1/inbox", headers: Asker.operators.headers).json["dead"].integer == 1
        }
        let asked = try await Self.send(
            hearth, .post, "/api/v1/cache/query",
            #"{"query": "Are you open in Zanzibar?", "language": "en", "customerId": "\#(Self.customer)"}"#)
        let key = try #require(asked.json["cacheKey"].text)

        let expected = Self.everyAct(key: key)
        #expect(Set(expected.map(\.action)).count == 11)
        var identifiers: [String] = []
        for act in expected {
            let reply = try await Self.send(hearth, act.method, act.path, act.body)
            #expect(reply.status == act.status, "\(act.method) \(act.path): \(reply.text)")
            identifiers.append(reply.header("X-Request-Id") ?? "")
        }
        let run = try await Self.send(hearth, .post, "/api/v1/jobs/prune-cache/run").json["runId"].text

        let all = try await Self.acts(hearth)
        let started = all[0]
        #expect(started["action"].text == "jobs.run" && started["parameters"]["run"].text == run && started["status"].integer == 202)
        let acts = Array(all.dropFirst().prefix(expected.count).reversed())
        try #require(acts.count == expected.count)
        for (act, (wanted, identifier)) in zip(acts, zip(expected, identifiers)) {
            let name = Comment(rawValue: "\(wanted.action) \(wanted.path)")
            #expect(act["action"].text == wanted.action, name)
            #expect(act["actor"].text == "operators-admin" && act["tenant"].text == "default" && act["address"].text == "127.0.0.1", name)
            #expect(act["method"].text == wanted.method.rawValue && act["route"].text == wanted.route, name)
            #expect(act["status"].integer == wanted.status && act["result"].text == (wanted.status < 400 ? "succeeded" : "failed"), name)
            #expect(act["entries"].integer == wanted.entries, name)
            #expect(act["parameters"] == .object(wanted.parameters.mapValues { .text($0) }), name)
            #expect(act["requestId"].text == identifier, name)
        }
        // The key was made before the service began.
        let made = try #require(all.last)
        #expect(made["action"].text == "keys.create" && made["method"].text == "CLI" && made["address"].text == "local")
        #expect(made["actor"].text?.hasPrefix("cli:") == true && made["tenant"] == .null && made["status"] == .null)
        #expect(made["parameters"]["name"].text == "reader" && made["parameters"]["tenant"].text == "acme")

        let text = try await hearth.client.get("/api/v1/audit?limit=500", headers: Asker.operators.headers).text
        let log = hearth.program.errors.split(separator: "\n").filter { $0.contains("administrative act") }
        #expect(log.count == expected.count + 1)
        for secret in ["anzibar", reader, Asker.operators.key, "gift cards"] {
            #expect(!text.contains(secret), "\(secret)")
            #expect(!log.contains { $0.contains(secret) }, "\(secret)")
        }
        let metrics = try await hearth.metrics(headers: Asker.operators.headers)
        // The start is an event, and on record with them.
        #expect(metrics.value("hearth_audit_acts_total", ["outcome": "written"]) == Double(log.count + 1))
        #expect(metrics.value("hearth_audit_acts_total", ["outcome": "dropped"]) == 0)

        // Nothing is lost with the process.
        let last = try await Self.send(hearth, .delete, "/api/v1/cache/invalidate?all=true").header("X-Request-Id")
        #expect(try await hearth.terminate() == .init(status: 0))
        let again = try await stage.start(environment: ["HEARTH_API_KEYS": Asker.keys])
        #expect(try await Self.acts(again, "?limit=1")[0]["requestId"].text == last)
    }

    @Test("Feedback after which an answer is no longer served is on record (S37); a vote like many is not")
    func feedback() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["HEARTH_API_KEYS": Asker.keys])
        let asked = try await hearth.ask(Self.question, language: "en", headers: Asker.acme.headers)
        let key = try #require(asked.json["cacheKey"].text)
        var votes = 0
        var isServed = true
        while isServed, votes < 20 {
            votes += 1
            let reply = try await Self.send(
                hearth, .post, "/api/v1/cache/feedback", #"{"cacheKey": "\#(key)", "helpful": false}"#, by: .acme)
            #expect(reply.status == 200, "\(reply.text)")
            isServed = reply.json["served"].bool == true
            #expect(try await Self.acts(hearth).count == (isServed ? 0 : 1))
        }
        #expect(votes > 1 && !isServed)
        let act = try #require(try await Self.acts(hearth, "?action=entries.judge").first)
        #expect(act["actor"].text == "acme-admin" && act["tenant"].text == "acme" && act["entries"].integer == 1)
        #expect(act["parameters"]["cacheKey"].text == key && act["parameters"]["helpful"].text == "false")
        // What an attempt to judge an answer of somebody else says is the same as if there were none.
        let foreign = try await Self.send(
            hearth, .post, "/api/v1/cache/feedback", #"{"cacheKey": "\#(key)", "helpful": false}"#, by: .globex)
        #expect(foreign.status == 404)
    }

    @Test("A credential that fails in a loop does not fill the record; what it is refused beyond its measure is counted")
    func failuresInALoop() async throws {
        let stage = try await Stage()
        let reader = try await AccessKeys.create(stage, name: "reader", tenant: "acme", scopes: "stats")
        let hearth = try await stage.start(environment: ["HEARTH_API_KEYS": Asker.keys])
        let began = ContinuousClock.now
        for _ in 0..<200 {
            #expect(try await hearth.client.send(.delete, "/api/v1/customers/anna", headers: ["X-API-Key": reader]).status == 403)
        }
        #expect(try await Self.send(hearth, .delete, "/api/v1/cache/invalidate?all=true", by: .acme).status == 200)
        let most = 61 + Int((ContinuousClock.now - began).components.seconds)
        let acts = try await Deadline.value("the last act is on record") {
            let acts = try await Self.acts(hearth, "?limit=500")
            return acts.contains { $0["action"].text == "cache.invalidate" } ? acts : nil
        }
        let refused = acts.count { $0["actor"].text == "reader" }
        #expect((60...most).contains(refused), "\(refused)")
        let metrics = try await hearth.metrics(headers: Asker.operators.headers)
        let dropped = metrics.value("hearth_audit_acts_total", ["outcome": "dropped"])
        #expect(dropped == Double(200 - refused), "\(refused) are on record")
    }

    @Test("Each tenant sees its own acts and those that it was refused, whatever it asks for; operators see all, the command line's too")
    func tenants() async throws {
        let stage = try await Stage()
        let reader = try await AccessKeys.create(stage, name: "reader", tenant: "acme", scopes: "stats")
        let hearth = try await stage.start(environment: ["HEARTH_API_KEYS": Asker.keys])
        for asker in [Asker.acme, .globex, .acme] {
            #expect(try await Self.send(hearth, .delete, "/api/v1/cache/invalidate?all=true&tenant=globex", by: asker).status == 200)
        }
        // What is the operator's, what the scope does not reach, and nobody.
        #expect(try await Self.send(hearth, .post, "/api/v1/jobs/prune-cache/run", by: .acme).status == 403)
        let refused = try await hearth.client.send(.delete, "/api/v1/customers/anna", headers: ["X-API-Key": reader])
        #expect(refused.status == 403)
        #expect(try await hearth.client.send(.delete, "/api/v1/cache/invalidate?all=true").status == 401)
        #expect(try await hearth.client.get("/api/v1/audit", headers: ["X-API-Key": reader]).status == 403)
        #expect(try await hearth.client.get("/api/v1/audit").status == 401)

        func actions(_ query: String = "", by asker: Asker) async throws -> [String] {
            try await Self.acts(hearth, query, by: asker).map {
                "\($0["actor"].text ?? "") \($0["action"].text ?? "") \($0["result"].text ?? "")"
            }
        }
        let acmes = [
            "reader customers.erase refused", "acme-admin jobs.run refused", "acme-admin cache.invalidate succeeded",
            "acme-admin cache.invalidate succeeded",
        ]
        let globexes = ["globex-admin cache.invalidate succeeded"]
        for query in ["", "?tenant=globex", "?tenant=default", "?limit=500", "?from=1970-01-01"] {
            #expect(try await actions(query, by: .acme) == acmes, "\(query)")
        }
        for query in ["", "?tenant=acme", "?actor=globex-admin"] { #expect(try await actions(query, by: .globex) == globexes, "\(query)") }
        #expect(try await actions("?actor=acme-admin", by: .globex) == [])
        #expect(try await actions(by: .operators).count == 6)
        #expect(try await actions("?tenant=acme", by: .operators) == acmes)
        #expect(try await actions("?tenant=globex", by: .operators) == globexes)
        #expect(try await actions("?action=keys.create", by: .acme) == [])
        #expect(try await actions("?action=jobs.run", by: .operators) == ["acme-admin jobs.run refused"])
        #expect(try await actions("?to=2020-01-01T00:00:00Z", by: .operators) == [])
        // A tenant names another in vain, and the record does not pretend that it was meant.
        #expect(try await Self.acts(hearth, "?action=cache.invalidate", by: .acme).allSatisfy { $0["parameters"]["tenant"] == .null })
        // The cursor of one leads another to nothing of the first.
        let page = try await hearth.client.get("/api/v1/audit?limit=1", headers: Asker.acme.headers).json
        let next = try #require(page["next"].text)
        #expect(try await actions("?limit=2&before=\(next)", by: .acme) == Array(acmes[1...2]))
        #expect(try await actions("?before=\(next)", by: .globex) == globexes)
        for fault in [
            "limit=0", "limit=-1", "limit=501", "before=1", "before=\(next)0", "action=nothing", "actor=", "from=yesterday", "surprise=1",
            "from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z",
        ] {
            #expect(try await hearth.client.get("/api/v1/audit?\(fault)", headers: Asker.acme.headers).status == 400, "\(fault)")
        }

        try stage.write("operator.key", Asker.operators.key)
        let environment = ["HEARTH_URL": hearth.url, "HEARTH_KEY_FILE": stage.folder.path + "/operator.key"]
        let table = try await stage.run(["audit", "--limit", "2"], environment: environment)
        #expect(table.status == 0 && table.output.contains("refused (403)") && table.output.contains("customers.erase"), "\(table)")
        let lines = try await stage.run(["audit", "--action", "keys.create", "--json"], environment: environment)
        #expect(JSONNode(lines.output.trimmingCharacters(in: .newlines))?["parameters"]["name"].text == "reader", "\(lines)")
        #expect(try await stage.run(["audit", "--limit", "501"], environment: environment).status == 2)
    }
}

extension SharedEngineTests {
    @Suite("A record that replicas share", .serialized, .timeLimit(.minutes(4)))
    struct SharedAuditTests {
        @Test("Every replica shows the acts of all, in their order, and those of the command line")
        func shared() async throws {
            let replicas = try await Replicas(2)
            let environment = ["DATABASE_URL": replicas.url]
            let key = try await AccessKeys.create(replicas.stages[0], name: "boss", scopes: "stats,admin", environment: environment)
            let running = try await replicas.startAll()
            let headers = ["X-API-Key": key]
            for number in [0, 1, 1, 0] {
                let reply = try await running[number].client.send(
                    .delete, "/api/v1/cache/invalidate?all=true", headers: headers.merging(["X-Request-Id": "replica-\(number)"]) { $1 })
                #expect(reply.status == 200)
                // Whoever is asked writes what it has first.
                #expect(try await running[number].client.get("/api/v1/audit", headers: headers).status == 200)
            }
            for hearth in running {
                let acts = try await hearth.client.get("/api/v1/audit", headers: headers).json["acts"].items
                #expect(acts.map { $0["requestId"].text } == ["replica-0", "replica-1", "replica-1", "replica-0", nil])
                #expect(acts.last?["action"].text == "keys.create")
            }
            #expect(try await replicas.stages[1].run(["keys", "revoke", "boss"], environment: environment).status == 0)
            let last = try await replicas.database.query("SELECT action, parameters FROM audit_act ORDER BY id DESC LIMIT 1").first
            #expect(try last?.text("action") == "keys.revoke")
            #expect(try last?.text("parameters").contains(#""name":"boss""#) == true)
        }
    }
}
