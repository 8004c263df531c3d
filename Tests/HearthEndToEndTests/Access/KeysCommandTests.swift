import Foundation
import HearthTestKit
import Testing

@Suite("Keys that the command line makes", .serialized, .timeLimit(.minutes(8)))
struct KeysCommandTests {
    private static func bearer(_ key: String) -> [String: String] { ["Authorization": "Bearer \(key)"] }

    /// How long a running service may take for a change.
    private static let patience = Duration.seconds(6)

    @Test("A running service takes a key, its successor and its end over; the key itself is nowhere")
    func life() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        #expect(hearth.ready["access"].text == "open")
        #expect(try await hearth.client.get("/api/v1/jobs").status == 200)
        let first = try await AccessKeys.create(stage, name: "shop", scopes: "query,stats")
        #expect(first.wholeMatch(of: /hearth_[0-9A-Za-z]{49}/) != nil)
        try await Deadline.until("the service is no longer open", within: Self.patience) {
            try await hearth.client.get("/api/v1/jobs").status == 401
        }
        #expect(try await hearth.client.get("/api/v1/jobs", headers: Self.bearer(first)).status == 200)
        #expect(try await stage.run(["keys", "create", "--name", "shop"]).status == 1)

        let rotated = try await stage.run(["keys", "rotate", "shop", "--overlap", "1h", "--json"])
        let second = try #require(JSONNode(rotated.output)?["key"].text)
        try await Deadline.until("the new key is known", within: Self.patience) {
            try await hearth.client.get("/api/v1/jobs", headers: Self.bearer(second)).status == 200
        }
        #expect(try await hearth.client.get("/api/v1/jobs", headers: Self.bearer(first)).status == 200)
        let listed = try await stage.run(["keys", "list", "--json"]).output.split(separator: "\n").compactMap { JSONNode($0) }
        #expect(listed.map { $0["name"].text } == ["shop", "shop"])
        #expect(listed.allSatisfy { $0["state"].text == "valid" && $0["tenant"].text == "default" && $0["key"] == .null })
        #expect(try await stage.run(["keys", "list"]).output.contains("query,stats"))

        let id = try #require(listed[0]["id"].text)
        #expect(try await stage.run(["keys", "revoke", id]).output.contains("Revoked shop"))
        try await Deadline.until("the first key has ended", within: Self.patience) {
            try await hearth.client.get("/api/v1/jobs", headers: Self.bearer(first)).status == 401
        }
        #expect(try await hearth.client.get("/api/v1/jobs", headers: Self.bearer(second)).status == 200)
        #expect(try await stage.run(["keys", "revoke", id]).status == 1)
        #expect(try await stage.run(["keys", "revoke", "shop"]).status == 0)
        try await Deadline.until("the second key has ended", within: Self.patience) {
            try await hearth.client.get("/api/v1/jobs", headers: Self.bearer(second)).status == 401
        }
        // It never opens again, although no valid key is left.
        #expect(try await hearth.client.get("/api/v1/jobs").status == 401)
        #expect(try await hearth.terminate() == .init(status: 0))
        for name in ["hearth.sqlite", "hearth.sqlite-wal"] {
            for key in [first, second] { #expect(stage.bytes(name)?.contains(subsequence: Array(key.utf8)) != true, "\(name)") }
        }
        #expect(!hearth.program.errors.contains(first) && !hearth.program.output.contains(first))
        // Uses are written at the end, to the hour.
        let all = try await stage.run(["keys", "list", "--all", "--json"]).output.split(separator: "\n").compactMap { JSONNode($0) }
        #expect(all.count == 2)
        #expect(all.allSatisfy { $0["lastUsedAt"].text?.hasSuffix(":00:00.000Z") == true && $0["state"].text == "revoked" })
    }

    @Test("Production starts with keys of the database, and without any it says in one line what to do")
    func production() async throws {
        let stage = try await Stage()
        let environment = ["HEARTH_PROFILE": "production"]
        let refusal = try await stage.refusal(environment: environment)
        #expect(refusal.status == 2)
        #expect(refusal.errors.contains("hearth keys create"))
        _ = try await AccessKeys.create(stage, name: "shop", scopes: "query")
        let hearth = try await stage.start(environment: environment)
        #expect(hearth.ready["access"].text == "keys")
        #expect(try await hearth.client.get("/api/v1/jobs").status == 401)
    }

    @Test("An address that guesses is held off, and whoever was let in from there is not")
    func guessing() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: "credentials: {failuresPerMinute: 5}\n",
            environment: ["HEARTH_API_KEYS": "known-key-0123456789,unused-key-0123456789"])
        let known = ["X-API-Key": "known-key-0123456789"]
        #expect(try await hearth.ask("Do you sell gift cards?", headers: known).status == 200)
        for number in 0..<5 {
            #expect(try await hearth.client.get("/api/v1/jobs", headers: ["X-API-Key": "guess-\(number)"]).status == 401)
        }
        let held = try await hearth.client.get("/api/v1/jobs", headers: ["X-API-Key": "guess-6"])
        #expect(held.status == 429 && held.json["error"].text == "rate_limited")
        #expect(held.header("Retry-After").flatMap { Int($0) }.map { (1...120).contains($0) } == true)
        // A right guess is not told from a wrong one now.
        #expect(try await hearth.client.get("/api/v1/jobs", headers: ["X-API-Key": "unused-key-0123456789"]).status == 429)
        #expect(try await hearth.client.get("/v1/models", headers: ["X-API-Key": "guess-7"]).json["error"]["code"].text == "rate_limited")
        #expect(try await hearth.client.get("/api/v1/jobs", headers: known).status == 200)
        #expect(try await hearth.ask("Do you sell gift cards?", headers: known).json["cached"].bool == true)
        // Without a credential nobody guesses.
        #expect(try await hearth.client.get("/api/v1/jobs").status == 401)
        let metrics = try await hearth.metrics(headers: known)
        #expect(metrics.value("hearth_access_decisions_total", ["result": "limited"]) == 3)
        #expect(metrics.value("hearth_access_decisions_total", ["result": "unknown"]) == 5)
        #expect(metrics.value("hearth_access_decisions_total", ["result": "malformed"]) == 0)
        #expect(metrics.value("hearth_access_failing_addresses") == 1)
        #expect(metrics.value("hearth_http_rejections_total", ["reason": "rate_limited"]) == 3)
    }
}

extension SharedEngineTests {
    @Suite("Keys that replicas share", .serialized, .timeLimit(.minutes(4)))
    struct SharedKeyTests {
        @Test("A key is known to every replica, and a revoked one is refused by all within five seconds")
        func revocation() async throws {
            let replicas = try await Replicas(2)
            let environment = ["DATABASE_URL": replicas.url]
            let key = try await AccessKeys.create(replicas.stages[0], name: "shop", scopes: "query", environment: environment)
            let running = try await replicas.startAll()
            for hearth in running {
                #expect(hearth.ready["access"].text == "keys")
                #expect(try await hearth.ask("Do you sell gift cards?", headers: ["X-API-Key": key]).status == 200)
                #expect(try await hearth.ask("Do you sell gift cards?", headers: ["X-API-Key": key]).status == 200)
            }
            #expect(try await replicas.stages[1].run(["keys", "revoke", "shop"], environment: environment).status == 0)
            try await Deadline.until("both refuse it", within: .seconds(6)) {
                for hearth in running where try await hearth.ask("Do you sell gift cards?", headers: ["X-API-Key": key]).status != 401 {
                    return false
                }
                return true
            }
        }
    }
}
