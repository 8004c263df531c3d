import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

@Suite("Shadow checks", .serialized, .timeLimit(.minutes(10)))
struct ShadowCheckTests {
    static let always = [
        "HEARTH_SHADOW_SHARE": "1", "HEARTH_SHADOW_CHECKS_PER_DAY": "1000", "HEARTH_SHADOW_MISMATCH_THRESHOLD": "0.5",
    ]
    private static let parcels = Array(1...24)

    func ask(
        _ parcel: Int, _ hearth: RunningHearth, headers: [String: String] = [:]
    ) async throws -> (key: String, isCached: Bool) {
        let reply = try await hearth.client.post(
            "/api/v1/cache/query", #"{"query": "What does parcel \#(parcel) hold?", "language": "en", "category": "services"}"#,
            headers: headers)
        #expect(reply.status == 200, "\(reply.text)")
        return (try #require(reply.json["cacheKey"].text), reply.json["cached"].bool == true)
    }

    /// Asks for what is kept and waits until the hit has been compared or left out; with a directive it goes past the short way.
    func check(_ parcel: Int, _ hearth: RunningHearth, headers: [String: String] = [:]) async throws {
        let before = try await settled(hearth)
        #expect(try await ask(parcel, hearth, headers: headers).isCached)
        try await Deadline.until("the hit has been dealt with") { try await settled(hearth) == before + 1 }
    }

    func settled(_ hearth: RunningHearth) async throws -> Double {
        let metrics = try await hearth.metrics()
        return (metrics.value("hearth_cache_shadow_checks_total") ?? -1) + (metrics.value("hearth_cache_shadow_skips_total") ?? -1)
    }

    func verdicts(_ hearth: RunningHearth) async throws -> [Double?] {
        let metrics = try await hearth.metrics()
        return ["match", "mismatch", "error"].map { metrics.value("hearth_cache_shadow_checks_total", ["verdict": $0]) }
    }

    private func factor(_ hearth: RunningHearth) async throws -> Double? {
        try await hearth.metrics().value("hearth_cache_lifetime_factor", ["category": "services"])
    }

    /// How many days the kept answer is good in all; reading it is no hit.
    private func days(_ key: String, _ hearth: RunningHearth) async throws -> Double {
        let entry = try await hearth.client.get("/api/v1/cache/entries/\(key)").json
        let stored = try #require(entry["storedAt"].text.flatMap { Timestamp(iso8601: $0) })
        let end = try #require(entry["expiresAt"].text.flatMap { Timestamp(iso8601: $0) })
        return (end - stored).fractionalSeconds / 86_400
    }

    private func response(_ key: String, _ hearth: RunningHearth) async throws -> String {
        try await hearth.client.get("/api/v1/cache/entries/\(key)").json["response"].text ?? ""
    }

    private func lines(_ hearth: RunningHearth, beginning message: String) -> [JSONNode] {
        hearth.program.errorLines.compactMap { JSONNode($0) }.filter { $0["message"].text?.hasPrefix(message) == true }
    }

    @Test("Swapped answers are found, their category is kept half as long until answers agree again, and the cost is told")
    func swapped() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: Self.always)
        var keys: [String] = []
        for parcel in Self.parcels { keys.append(try await ask(parcel, hearth).key) }
        #expect(try await verdicts(hearth) == [0, 0, 0])
        #expect(try await factor(hearth) == 1)
        // 30 days and the jitter of 5 %.
        #expect((28.5...31.5).contains(try await days(keys[0], hearth)))

        try await stage.provider.behave(#""mode": "swapped""#)
        for parcel in Self.parcels {
            try await check(parcel, hearth, headers: parcel.isMultiple(of: 2) ? ["Cache-Control": "max-stale=1"] : [:])
        }
        #expect(try await verdicts(hearth) == [0, 24, 0])
        #expect(try await factor(hearth) == 0.5)
        let warnings = lines(hearth, beginning: "kept answers differ")
        #expect(warnings.count == 1)
        #expect(warnings.first?["level"].text == "warning" && warnings.first?["category"].text == "services")
        #expect(lines(hearth, beginning: "kept answer differs from").isEmpty == false)
        // The newer answer has taken the place of the other, with the lifetime that holds now.
        #expect(try await response(keys[23], hearth).contains("parcel 23"))
        #expect((14.25...15.75).contains(try await days(keys[23], hearth)))
        #expect((14.25...15.75).contains(try await days(try await ask(99, hearth).key, hearth)))

        try await stage.provider.behave(#""mode": "normal""#)
        for _ in 0..<8 where try await factor(hearth) != 1 { for parcel in Self.parcels { try await check(parcel, hearth) } }
        #expect(try await factor(hearth) == 1)
        #expect(try await response(keys[23], hearth).contains("parcel 24"))
        #expect(lines(hearth, beginning: "kept answers differ").count == 1)
        let notices = lines(hearth, beginning: "kept answers agree")
        #expect(notices.count == 1 && notices.first?["level"].text == "notice")
        #expect((28.5...31.5).contains(try await days(try await ask(100, hearth).key, hearth)))
        try await expectCost(of: try await verdicts(hearth), hearth, stage)
        #expect(try await hearth.terminate() == .init(status: 0))
    }

    /// Every check is a call of $0.002 that no caller pays for, and it is taken off the savings.
    private func expectCost(of verdicts: [Double?], _ hearth: RunningHearth, _ stage: Stage) async throws {
        let checks = verdicts.compactMap(\.self).reduce(0, +)
        // 24 parcels, and the two that were asked for later.
        #expect(try await stage.provider.calls == Int(checks) + 26)
        let savings = try await hearth.statistics()["savings"]
        let shadow = try #require(savings["shadow"].number)
        #expect(abs(shadow - checks * 0.002) < 1e-9)
        let avoided = try #require(savings["avoided"].number)
        #expect(abs(try #require(savings["net"].number) - (avoided - shadow)) < 1e-9)
        let metrics = try await hearth.metrics()
        #expect(abs(try #require(metrics.value("hearth_cost_usd_total", ["purpose": "shadow"])) - shadow) < 1e-9)
        #expect(abs(try #require(metrics.value("hearth_cost_usd_total", ["purpose": "client"])) - 26 * 0.002) < 1e-9)
        // Nothing that a check asked for was refused by the gate on a caller's behalf.
        #expect(metrics.value("hearth_cache_write_skips_total") == 0)
        #expect(metrics.value("hearth_cache_shadow_waiting") == 0)
    }

    @Test("Unless it is configured nothing is asked again, and the metrics are there at rest")
    func off() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for _ in 0..<5 { _ = try await ask(1, hearth) }
        _ = try await ask(1, hearth, headers: ["Cache-Control": "max-stale=1"])
        #expect(try await stage.provider.calls == 1)
        #expect(try await verdicts(hearth) == [0, 0, 0])
        #expect(try await factor(hearth) == 1)
        #expect(try await hearth.statistics()["savings"]["shadow"].number == 0)
    }

    @Test("A day has its limit, and what somebody wrote by hand is not checked")
    func limits() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: Self.always.merging(["HEARTH_SHADOW_CHECKS_PER_DAY": "3"]) { $1 })
        let written = try await hearth.client.send(
            .put, "/api/v1/cache/entries",
            body: Array(
                #"{"entries": [{"query": "What does parcel 5 hold?", "language": "en", "response": "Tea.", "confidence": 0.9}]}"#.utf8))
        #expect(written.status == 200)
        for _ in 0..<3 { #expect(try await ask(5, hearth).isCached) }
        _ = try await ask(1, hearth)
        for _ in 0..<5 { try await check(1, hearth) }
        #expect(try await verdicts(hearth) == [3, 0, 0])
        #expect(try await hearth.metrics().value("hearth_cache_shadow_skips_total", ["reason": "daily_limit"]) == 2)
        #expect(try await stage.provider.calls == 4)
    }

    @Test("A provider that fails is no mismatch, is left alone when its breaker is open, and delays no hit")
    func failing() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: Self.always)
        _ = try await ask(1, hearth)
        try await stage.provider.behave(#""status": 500"#)
        for _ in 0..<12 { try await check(1, hearth) }
        let verdicts = try await verdicts(hearth)
        #expect(verdicts[0] == 0 && verdicts[1] == 0)
        #expect((1...11).contains(verdicts[2] ?? 0))
        #expect((try await hearth.metrics().value("hearth_cache_shadow_skips_total", ["reason": "busy"]) ?? 0) == 12 - (verdicts[2] ?? 0))
        try await stage.provider.behave(#""status": 0, "mode": "refusal""#)
        #expect(try await ask(1, hearth).isCached)
    }
}
