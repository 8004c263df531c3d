import Foundation
import HearthDrivers
import HearthTestKit
import Testing

/// S23: SQL in everything that a caller may write, before and after it is known who calls (CVE-2026-42208 was before).
@Suite("SQL in what callers write", .serialized, .timeLimit(.minutes(20)))
struct InjectionTests {
    private static let key = "injection-key-0123456789"
    private static let question = "Do you sell gift cards?"

    /// Ends a text, compares, joins, writes, waits and comments in the dialects of SQLite and PostgreSQL.
    private static let payloads: [String] = [
        "'", "\"", "' OR '1'='1", "\" OR \"\"=\"", "1 OR 1=1", "') OR ('1'='1", "'; DROP TABLE cached_answer; --",
        "'; DELETE FROM api_key; --", "' UNION SELECT name, sql FROM sqlite_master --", "' UNION ALL SELECT NULL, NULL, NULL --",
        "%' OR '%'='", "\\'; SELECT 1; --", "' AND randomblob(1000000000) --", "'; SELECT pg_sleep(10); --",
        "' || (SELECT pg_sleep(10)) || '", "x' AND 1=(SELECT count(*) FROM cached_answer, cached_answer, cached_answer) --",
        "/**/'/**/OR/**/1=1#", "admin'--", "$1", ":id", "?", "{{7*7}}", "${7*7}",
    ]

    private static func encoded(_ text: String) -> String {
        text.utf8.map { String(format: "%%%02X", Int($0)) }.joined()
    }

    private static func send(
        _ hearth: RunningHearth, _ method: HTTPClientRequest.Method, _ path: String, _ body: String = "", headers: [String: String] = [:]
    ) async throws -> WebClient.Reply {
        try await hearth.client.send(
            method, path, body: Array(body.utf8), headers: ["X-API-Key": key].merging(headers) { $1 }, timeout: .seconds(5))
    }

    @Test("No text is a part of a statement: nothing is found, changed, late or our fault, wherever it stands", arguments: [false, true])
    func bound(inPostgres: Bool) async throws {
        let stage = try await Stage(latencyMilliseconds: 0)
        let scratch = inPostgres ? try await PostgresScratch.url() : nil
        var environment = ["HEARTH_API_KEYS": "all=\(Self.key)"]
        if let scratch { environment["DATABASE_URL"] = scratch }
        let hearth = try await stage.start(
            settings: Stage.quietSettings + "\ncredentials: {failuresPerMinute: 10000}\n", environment: environment)
        let kept = try await hearth.ask(Self.question, language: "en", headers: ["X-API-Key": Self.key])
        let cacheKey = try #require(kept.json["cacheKey"].text)
        for payload in Self.payloads {
            let (address, quoted) = (Self.encoded(payload), JSONNode.quoted(payload))
            // Before it is known who calls.
            for name in ["X-API-Key", "Authorization"] {
                let value = name == "Authorization" ? "Bearer \(payload)" : payload
                let reply = try await hearth.client.get("/api/v1/jobs", headers: [name: value])
                #expect(reply.status == 401, "\(name): \(payload)")
            }
            var replies: [(String, WebClient.Reply)] = []
            for path in [
                "/api/v1/cache/entries/\(address)", "/api/v1/cache/entries/en:\(address)", "/api/v1/jobs/\(address)",
                "/api/v1/jobs/runs/\(address)", "/api/v1/jobs/\(address)/runs", "/api/v1/jobs/prune-cache/runs?before=\(address)",
                "/api/v1/jobs/prune-cache/runs?outcome=\(address)", "/api/v1/cache/statistics?startDate=\(address)",
                "/api/v1/cache/statistics?tenant=\(address)", "/api/v1/cache/top-queries?language=\(address)",
                "/api/v1/cache/top-queries?order=\(address)", "/api/v1/cache/top-queries?limit=\(address)",
                "/api/v1/audit?actor=\(address)",
                "/api/v1/audit?before=\(address)", "/api/v1/cache/invalidations?tenant=\(address)", "/v1/models/\(address)",
            ] {
                replies.append((path, try await Self.send(hearth, .get, path)))
            }
            for query in ["tag=\(address)", "cacheKey=\(address)", "category=\(address)", "tenant=\(address)&all=true"] {
                replies.append((query, try await Self.send(hearth, .delete, "/api/v1/cache/invalidate?\(query)&dryRun=true")))
                if query.hasPrefix("tag") {
                    replies.append((query, try await Self.send(hearth, .delete, "/api/v1/cache/invalidate?\(query)")))
                }
            }
            replies.append(("customer", try await Self.send(hearth, .delete, "/api/v1/customers/\(address)")))
            for (path, body) in [
                ("/api/v1/cache/query", #"{"query": \#(quoted), "language": "en", "customerId": \#(quoted)}"#),
                ("/api/v1/cache/explain", #"{"query": \#(quoted)}"#),
                ("/api/v1/cache/feedback", #"{"cacheKey": "\#(cacheKey)", "helpful": true, "customerId": \#(quoted)}"#),
                (
                    "/v1/chat/completions",
                    #"{"model": \#(quoted), "messages": [{"role": "user", "content": \#(quoted)}], "user": \#(quoted)}"#
                ),
            ] {
                replies.append((path, try await Self.send(hearth, .post, path, body, headers: ["X-Request-Id": payload])))
            }
            let entry =
                #"{"entries": [{"query": \#(quoted), "language": "en", "response": \#(quoted), "confidence": 0.9, "#
                + #""metadata": {"tags": [\#(quoted)], "note": \#(quoted)}}]}"#
            replies.append(("entries", try await Self.send(hearth, .put, "/api/v1/cache/entries", entry)))
            for (place, reply) in replies {
                #expect(reply.status < 500, "\(place) with \(payload): \(reply.status) \(reply.text)")
                for word in ["syntax error", "sqlite", "SQLSTATE", "near \"", "unterminated"] where !payload.contains(word) {
                    #expect(!reply.text.contains(word), "\(place) with \(payload): \(reply.text)")
                }
            }
        }
        // What was kept and who may come in is as before.
        #expect(try await Self.send(hearth, .get, "/api/v1/cache/entries/\(cacheKey)").status == 200)
        #expect(try await Self.send(hearth, .get, "/api/v1/cache/health").json["status"].text == "healthy")
        #expect(try await hearth.terminate() == .init(status: 0))
    }

    @Test(
        "sqlmap finds nothing", .enabled(if: ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] != nil, "HEARTH_TEST_LONG=1"),
        arguments: [
            ["/api/v1/cache/top-queries?limit=10&language=en&order=count"], ["/api/v1/audit?actor=all&action=entries.write"],
            ["/api/v1/cache/invalidate?tag=a&dryRun=true", "--method", "DELETE"], ["/api/v1/jobs/prune-cache*/runs?outcome=failure"],
            // Answers name what was asked, and times differ: without a word that tells answers from errors sqlmap takes chance for a finding.
            ["/api/v1/cache/query", "--data", #"{"query": "Do you sell soap?", "customerId": "anna"}"#, "--string", "soap"],
            ["/api/v1/jobs", "--headers", "X-API-Key: nobody*"],
        ])
    func sqlmap(target: [String]) async throws {
        let python = try await ScratchPython.path(with: "sqlmap")
        let stage = try await Stage(latencyMilliseconds: 0)
        let hearth = try await stage.start(
            settings: Stage.quietSettings + "\ncredentials: {failuresPerMinute: 10000}\n",
            environment: ["HEARTH_API_KEYS": "all=\(Self.key)"]
        )
        let isBeforeAccess = target.contains("--headers")
        var words: [String] = ["-m", "sqlmap.sqlmap", "-u", hearth.url + target[0]]
        words += Array(target.dropFirst())
        if !isBeforeAccess { words += ["-H", "X-API-Key: \(Self.key)"] }
        words += [
            "--batch", "--level", "2", "--risk", "1", "--threads", "4", "--ignore-code", "*", "--flush-session", "--disable-coloring",
        ]
        let run = try RunningProgram(
            python, words, folder: stage.folder.path, environment: ["PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "HOME": stage.folder.path])
        try await run.waitForEnd(within: .seconds(600))
        #expect(!run.output.contains("is vulnerable") && !run.output.contains("injection point"), "\(run.output.suffix(4000))")
        #expect(run.output.contains("not appear to be injectable") || run.output.contains("not injectable"), "\(run.output.suffix(4000))")
        #expect(try await Self.send(hearth, .get, "/api/v1/cache/health").json["status"].text == "healthy")
    }
}
