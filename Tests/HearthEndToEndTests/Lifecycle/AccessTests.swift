import HearthTestKit
import Testing

@Suite("Who may call, and where", .serialized, .timeLimit(.minutes(10)))
struct AccessTests {
    private static let key = "0123456789abcdef-first"
    private static let other = "fedcba9876543210-other"

    @Test("With keys configured everything below /api/v1 answers 401 without one, on the hit path too")
    func keys() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["HEARTH_API_KEYS": "web=\(Self.key),\(Self.other)"])
        #expect(hearth.ready["access"].text == "keys")
        let good = ["Authorization": "Bearer \(Self.key)"]
        #expect(try await hearth.ask("Do you sell gift cards?", headers: good).json["cached"].bool == false)
        #expect(try await hearth.ask("Do you sell gift cards?", headers: good).json["cached"].bool == true)
        #expect(try await hearth.ask("Do you sell gift cards?", headers: ["X-API-Key": Self.other]).json["cached"].bool == true)
        #expect(try await hearth.ask("Do you sell gift cards?", headers: ["Authorization": "bearer \(Self.key)"]).status == 200)
        let bad: [[String: String]] = [
            [:], ["Authorization": "Bearer wrong"], ["Authorization": "Basic \(Self.key)"], ["X-API-Key": "wrong"],
            ["Authorization": "Bearer \(Self.key)x"], ["Authorization": Self.key], ["X-API-Key": "web=\(Self.key)"],
        ]
        for headers in bad {
            let answer = try await hearth.ask("Do you sell gift cards?", headers: headers)
            #expect(answer.status == 401, "\(headers)")
            #expect(answer.json["error"].text == "unauthorized", "\(headers)")
            #expect(answer.header("WWW-Authenticate") == "Bearer", "\(headers)")
            #expect(!answer.text.contains("gift"), "\(headers)")
        }
        for path in ["/api/v1/cache/statistics", "/api/v1/jobs", "/api/v1/cache/health", "/admin/cache-analytics", "/metrics", "/"] {
            #expect(try await hearth.client.get(path).status == 401, "\(path)")
            #expect(try await hearth.client.get(path, headers: good).status == 200, "\(path)")
        }
        #expect(try await hearth.client.get("/healthz").status == 200)
        #expect(try await stage.provider.calls == 1)
        let rejected = try await hearth.metrics(headers: good).value("hearth_http_rejections_total", ["reason": "unauthorized"])
        #expect(rejected == Double(bad.count + 6))
        #expect(!hearth.program.errors.contains(Self.key))
    }

    @Test("A key reaches what its scopes allow, and is told which one it lacks")
    func scopes() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(
            environment: ["HEARTH_API_KEYS": "shop@acme:query=\(Self.key),board:stats+metrics=\(Self.other)"])
        let shop = ["Authorization": "Bearer \(Self.key)"]
        let board = ["X-API-Key": Self.other]
        #expect(try await hearth.ask("Do you sell gift cards?", headers: shop).status == 200)
        #expect(try await hearth.ask("Do you sell gift cards?", headers: shop).json["cached"].bool == true)
        let refused = try await hearth.ask("Do you sell gift cards?", headers: board)
        #expect(refused.status == 403 && refused.json["error"].text == "forbidden")
        #expect(refused.json["message"].text?.contains("lacks the scope query") == true)
        let gateway = try await hearth.client.get("/v1/models", headers: board)
        #expect(gateway.status == 403 && gateway.json["error"]["code"].text == "forbidden")
        #expect(gateway.json["error"]["message"].text?.contains("lacks the scope query") == true)
        #expect(try await hearth.client.get("/api/v1/jobs", headers: board).status == 200)
        #expect(try await hearth.client.post("/api/v1/jobs/prune-cache/run", headers: board).status == 403)
        #expect(try await hearth.client.get("/metrics", headers: shop).status == 403)
        #expect(try await hearth.metrics(headers: board).value("hearth_http_rejections_total", ["reason": "forbidden"]) == 4)
    }

    @Test("Metrics may be opened to everybody, and nothing else is")
    func openMetrics() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["HEARTH_API_KEYS": Self.key, "HEARTH_OPEN_METRICS": "true"])
        #expect(try await hearth.client.get("/metrics").status == 200)
        #expect(try await hearth.client.get("/api/v1/cache/health").status == 401)
    }

    @Test("Keys may come from a file, one a line, and the commands find theirs in a file")
    func keyFiles() async throws {
        let stage = try await Stage()
        try stage.write("keys", "web=\(Self.key)\n\(Self.other)\n")
        try stage.write("key", Self.other + "\n")
        let hearth = try await stage.start(environment: ["HEARTH_API_KEYS_FILE": stage.folder.path + "/keys"])
        let without = try await stage.run(["ask", "Do you sell gift cards?", "--url", hearth.url])
        #expect(without.status == 1)
        #expect(without.errors.contains("--key-file"))
        let with = try await stage.run(["ask", "Do you sell gift cards?", "--url", hearth.url, "--key-file", stage.folder.path + "/key"])
        #expect(with.status == 0)
        #expect(with.output.contains("MISS"))
    }

    @Test("With an administration port, jobs, metrics and administration are there and only there")
    func adminPort() async throws {
        let stage = try await Stage()
        let port = try await FreePort.find()
        let hearth = try await stage.start(environment: ["HEARTH_ADMIN_PORT": "\(port)"])
        let admin = try WebClient(baseURL: "http://127.0.0.1:\(port)")
        let paths = ["/metrics", "/api/v1/jobs", "/api/v1/jobs/warm-cache/runs", "/api/v1/cache/statistics", "/admin/cache-analytics"]
        for path in paths {
            #expect(try await hearth.client.get(path).status == 404, "\(path)")
            #expect(try await admin.get(path).status == 200, "\(path)")
        }
        #expect(try await hearth.client.post("/api/v1/jobs/prune-cache/run").status == 404)
        #expect(try await hearth.client.post("/api/v1/cache/maintenance").status == 404)
        #expect(try await hearth.ask("Do you sell gift cards?").status == 200)
        #expect(try await admin.post("/api/v1/cache/query", RunningHearth.body("Do you sell gift cards?")).status == 404)
        for client in [hearth.client, admin] {
            #expect(try await client.get("/healthz").status == 200)
            #expect(try await client.get("/readyz").status == 200)
        }
        let samples = MetricSamples(try await admin.get("/metrics").text)
        #expect(samples.value("hearth_cache_requests_total", ["result": "miss"]) == 1)
    }

    @Test("A taken administration port: 75")
    func adminPortTaken() async throws {
        let stage = try await Stage()
        let holder = try await ScriptedServer.start { _ in [.close] }
        let refusal = try await stage.refusal(environment: ["HEARTH_ADMIN_PORT": "\(holder.port)"])
        #expect(refusal.status == 75)
        #expect(refusal.errors.contains("Port \(holder.port)"))
        await holder.stop()
    }
}
