import HearthTestKit
import Testing

@Suite("The commands beside a running service", .serialized, .timeLimit(.minutes(10)))
struct CommandTests {
    @Test("ask prints the answer and one line of truth: MISS, then HIT; its faults have their statuses")
    func ask() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let arguments = ["ask", "Do you sell gift cards?", "--url", hearth.url]
        let miss = try await stage.run(arguments)
        #expect(miss.status == 0)
        let missLines = miss.output.split(separator: "\n")
        #expect(missLines.first == "Yes, we sell gift cards. (simulated answer)")
        #expect(
            missLines.last?.wholeMatch(of: /MISS +\d+\.\d ms  asked the provider, kept for \d+ [dh] as en:[0-9a-f]{4}… +cost \$0\.002/)
                != nil)
        let hit = try await stage.run(arguments)
        #expect(
            hit.output.split(separator: "\n").last?
                .wholeMatch(of: /HIT +\d+\.\d ms  kept \d+ m?s ago +saved \$0\.002   today: 1 of 2 from the cache/) != nil)
        #expect(hit.errors.isEmpty)
        let json = try await stage.run(arguments + ["--json"])
        #expect(JSONNode(json.output)?["cached"].bool == true)
        let fromInput = try await stage.run(["ask", "-", "--url", hearth.url], input: "Do you sell gift cards?\n")
        #expect(fromInput.output.contains("HIT"))

        #expect(try await stage.run(["ask", "", "--url", hearth.url]).status == 2)
        #expect(try await stage.run(["ask", "Hi", "--language", "xx", "--url", hearth.url]).status == 2)
        #expect(try await stage.run(["ask"]).status == 2)
        let nobody = try await stage.run(["ask", "Hi", "--url", "http://127.0.0.1:\(try await FreePort.find())"])
        #expect(nobody.status == 1)
        #expect(nobody.errors.split(separator: "\n").count == 1)
        #expect(nobody.errors.contains("hearth serve"))
        try await stage.provider.die()
        let failed = try await stage.run(["ask", "Do you repair umbrellas?", "--url", hearth.url])
        #expect(failed.status == 1)
        #expect(failed.errors.contains("(request "))
    }

    @Test("cache key gives the keys that the service uses")
    func cacheKeys() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let questions: [(text: String, language: String?)] = [
            ("Do you sell gift cards?", nil), ("  what are YOUR hours ?", nil), ("price for 2", "en"), ("price for 3", "en"),
            ("¿Cuánto cuesta un corte de pelo?", nil), ("Сколько стоит стрижка?", nil), ("Quanto custa um corte?", "pt"),
            ("כמה עולה תספורת?", nil), ("Say \"hi\" 👩‍👩‍👧", "en"),
        ]
        var keys: [String] = []
        for question in questions {
            keys.append(try await hearth.ask(question.text, language: question.language).json["cacheKey"].text ?? "none")
        }
        let input = questions.map { RunningHearth.body($0.text, language: $0.language) }.joined(separator: "\n")
        let batch = try await stage.run(["cache", "key", "--batch"], input: input + "\n")
        #expect(batch.status == 0)
        let answers = batch.output.split(separator: "\n").compactMap { JSONNode($0) }
        #expect(answers.map { $0["cacheKey"].text ?? "none" } == keys)
        #expect(answers.allSatisfy { $0.names == ["cacheKey", "normalizedQuery", "language"] })
        let detected = try await stage.run(["cache", "key", "--batch", "--detection"], input: "{\"query\": \"¿Qué horario tienen?\"}\n")
        let detection = JSONNode(detected.output)?["detection"] ?? .null
        #expect(detection.names == ["language", "confidence", "isDecided"])
        #expect(detection["language"].text == "es")
        let faulty = try await stage.run(["cache", "key", "--batch"], input: "nonsense\n{\"query\": \"Hi\", \"language\": \"xx\"}\n")
        #expect(faulty.output.split(separator: "\n").compactMap { JSONNode($0)?["error"].text }.count == 2)
    }

    @Test("Answers are kept, shown, explained and removed from the shell")
    func cacheEntries() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        func cache(_ arguments: String..., input: String? = nil) async throws -> (status: Int32, output: String, errors: String) {
            try await stage.run(["cache"] + arguments + ["--url", hearth.url], input: input)
        }
        let unknown = try await cache("explain", "Do you sell gloves?", "--language", "en")
        #expect(unknown.output.hasPrefix("MISS"))
        let kept = try await cache("set", "Do you sell gloves?", "-", "--language", "en", "--tag", "winter", input: "Yes, in winter.")
        #expect(kept.status == 0, "\(kept.errors)")
        let key = try #require(kept.output.firstMatch(of: /Kept as (en:[0-9a-f]{64})/)).1
        #expect(try await hearth.ask("do you sell GLOVES", language: "en").json["response"].text == "Yes, in winter.")
        #expect(try await stage.provider.calls == 0)
        let explained = try await cache("explain", "Hi! Do you sell gloves, please?", "--language", "en")
        #expect(explained.output.hasPrefix("HIT"))
        #expect(explained.output.contains("Yes, in winter."))
        let shown = try await cache("get", String(key))
        #expect(shown.output.contains("[\"winter\"]"))
        #expect(JSONNode(try await cache("get", String(key), "--json").output)?["response"].text == "Yes, in winter.")

        let weak = try await cache("set", "Do you sell hats?", "Perhaps.", "--language", "en", "--confidence", "0.1")
        #expect(weak.status == 1)
        #expect(weak.errors.contains("low-confidence"))
        #expect(try await cache("set", "Do you sell hats?", "Yes.", "--language", "en", "--category", "prices").status == 2)
        #expect(try await cache("invalidate").status == 2)
        #expect(try await cache("invalidate", "--all", "--tag", "winter").status == 2)
        #expect(try await cache("invalidate", "--tag", "winter", "--dry-run").output.contains("1 would be removed"))
        // Without a terminal nobody is asked: a flag has to say it, and what removes everything wants a word.
        for (arguments, flag) in [
            (["--tag", "winter"], "--yes"), (["--all"], "--confirm REMOVE"), (["--all", "--yes"], "--confirm REMOVE"),
            (["--all", "--confirm", "remove"], "--confirm must be the word REMOVE"),
        ] {
            let refused = try await stage.run(["cache", "invalidate", "--url", hearth.url] + arguments)
            #expect(refused.status == 2 && refused.output.isEmpty, "\(arguments): \(refused.status) \(refused.output) \(refused.errors)")
            #expect(refused.errors.contains(flag), "\(refused.errors)")
        }
        #expect(try await cache("invalidate", "--all", "--dry-run").output.contains("1 would be removed"))
        #expect(try await cache("invalidate", "--tag", "winter", "--yes").output.contains("Removed 1"))
        #expect(try await cache("get", String(key)).status == 1)
        #expect(try await cache("delete", String(key)).output.contains("Nothing was kept"))
        _ = try await cache("set", "Do you sell gloves?", "Yes.", "--language", "en")
        #expect(try await cache("delete", String(key)).output.contains("Removed en:"))
        _ = try await cache("set", "Do you sell gloves?", "Yes.", "--language", "en")
        #expect(try await cache("invalidate", "--all", "--confirm", "REMOVE").output.contains("Removed 1"))
    }

    @Test("warm asks what is new, skips what is kept, and counts")
    func warm() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let file = HearthBinary.packageRoot + "/config/common-queries.json"
        let dry = try await stage.run(["warm", file, "--dry-run", "--url", hearth.url])
        #expect(dry.status == 0)
        #expect(try await stage.provider.calls == 0)
        let first = try await stage.run(["warm", file, "--url", hearth.url, "--json"])
        #expect(first.status == 0)
        let counts = JSONNode(first.output) ?? .null
        let processed = try #require(counts["processed"].integer)
        #expect(processed > 100)
        #expect(counts["cached"].integer == processed)
        #expect(counts["failed"].integer == 0)
        #expect(try await stage.provider.calls == processed)
        let again = try await stage.run(["warm", file, "--url", hearth.url, "--json"])
        #expect(JSONNode(again.output)?["skipped"].integer == processed)
        #expect(try await stage.provider.calls == processed)
        #expect(try await hearth.ask("How much is a haircut?", language: "en").json["cached"].bool == true)
        // Warming is not asking: the callers' figures know one question.
        let report = try await hearth.statistics()
        #expect(report["metrics"]["totalRequests"].integer == 1)
        #expect(report["metrics"]["hitRate"].number == 100)
        #expect(report["savings"]["warming"].number.map { abs($0) } == Double(processed * 2) / 1000)
        #expect(try await stage.run(["warm", "/nowhere.json", "--url", hearth.url]).status == 2)
    }

    @Test("stats shows the figures of the API")
    func stats() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        #expect(try await stage.run(["stats", "--url", hearth.url]).output.contains("No questions"))
        for _ in 0..<10 { _ = try await hearth.ask("Do you sell gift cards?") }
        let text = try await stage.run(["stats", "--url", hearth.url]).output
        #expect(text.firstMatch(of: /Questions +10\n/) != nil)
        #expect(text.firstMatch(of: /Hit rate +90\.0 %/) != nil)
        #expect(text.firstMatch(of: /Saved +\$0\.018/) != nil)
        let json = try await stage.run(["stats", "--url", hearth.url, "--json"])
        #expect(JSONNode(json.output)?["metrics"]["hitRate"].number == 90)
        #expect(try await stage.run(["stats", "--period", "yearly", "--url", hearth.url]).status == 2)
    }

    @Test("jobs list, show, run and runs tell what the service's scheduler did")
    func jobs() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        let list = try await stage.run(["jobs", "list", "--url", hearth.url, "--json"])
        #expect(list.status == 0)
        let names = list.output.split(separator: "\n").compactMap { JSONNode($0)?["name"].text }
        let expected: Set = [
            "aggregate-statistics", "prune-cache", "warm-cache", "refresh-popular", "retain-statistics", "probe-stores",
        ]
        #expect(Set(names) == expected)
        let table = try await stage.run(["jobs", "list", "--url", hearth.url]).output
        #expect(expected.allSatisfy { table.contains($0) })

        let started = try await stage.run(["jobs", "run", "prune-cache", "--url", hearth.url, "--json"])
        #expect(started.status == 0)
        let id = try #require(JSONNode(started.output)?["runId"].text)
        let run = try await Deadline.value("the run ends") {
            let run = try await hearth.client.get("/api/v1/jobs/runs/\(id)").json
            return run["finishedAt"] == .null ? nil : run
        }
        #expect(run["outcome"].text == "success")
        #expect(run["trigger"].text == "manual")
        #expect(run["job"].text == "prune-cache")
        try await Deadline.until("the run is counted") {
            try await hearth.metrics().value("hearth_job_runs_total", ["job_name": "prune-cache", "outcome": "success"]) == 1
        }
        #expect(try await stage.run(["jobs", "runs", "prune-cache", "--url", hearth.url]).output.contains("success"))
        let plan = try await stage.run(["jobs", "upcoming", "--hours", "1", "--url", hearth.url]).output
        #expect(plan.contains("probe-stores") && plan.contains("240"))
        let paused = try await stage.run(["jobs", "pause", "prune-cache", "--for", "2h", "--url", hearth.url]).output
        #expect(paused.hasPrefix("Paused prune-cache until 2") && paused.contains("hearth jobs resume prune-cache"))
        #expect(try await stage.run(["jobs", "resume", "prune-cache", "--url", hearth.url]).output.hasPrefix("Resumed prune-cache."))
        let cancelled = try await stage.run(["jobs", "cancel", id, "--url", hearth.url])
        #expect(cancelled.status == 1 && cancelled.errors.contains("has ended"))
        let shown = try await stage.run(["jobs", "show", "prune-cache", "--count", "2", "--url", hearth.url]).output
        #expect(shown.contains("T03:00:00+00:00, "))
        let unknown = try await stage.run(["jobs", "show", "prune-cash", "--url", hearth.url])
        #expect(unknown.status == 1)
        #expect(unknown.errors.contains("prune-cash"))
    }

    @Test("healthcheck: 0 when alive, 1 when not, 2 for wrong use")
    func healthcheck() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        #expect(try await stage.run(["healthcheck", "--url", hearth.url]).status == 0)
        #expect(try await stage.run(["healthcheck"], environment: ["HEARTH_URL": hearth.url]).status == 0)
        #expect(try await stage.run(["healthcheck", "--url", "nonsense"]).status == 2)
        #expect(try await stage.run(["healthcheck", "--timeout", "never"]).status == 2)
        hearth.program.send(signal: 19)
        #expect(try await stage.run(["healthcheck", "--url", hearth.url, "--timeout", "500ms"]).status == 1)
        hearth.program.send(signal: 18)
        try await hearth.killAtOnce()
        #expect(try await stage.run(["healthcheck", "--url", hearth.url]).status == 1)
    }
}
