import HearthDrivers
import Testing

@testable import HearthCLI

@Suite("The line of truth below an answer")
struct AskReportTests {
    private static let plain = Terminal(isInteractive: false, columns: nil, environment: [:], color: .auto)

    private static func line(_ body: String, cacheStatus: String, age: String? = nil, today: AskReport.Today? = nil) throws -> String {
        let answer = try #require(JSONReader.read(body))
        var fields = [(name: "Cache-Status", value: cacheStatus)]
        if let age { fields.append((name: "Age", value: age)) }
        return AskReport(answer: answer, headers: HTTPClientHeaders(fields), today: today).line(plain)
    }

    private static let key = "en:3f2a" + String(repeating: "0", count: 60)

    @Test("A miss that was kept is the documented line, letter by letter")
    func miss() throws {
        let line = try Self.line(
            #"{"cached":false,"responseTime":203.1,"cacheKey":"\#(Self.key)","metadata":{"cost":0.002,"saved":0,"storedAt":"2026-11-22T17:00:00.000Z","expiresAt":"2026-11-23T17:00:00.000Z"}}"#,
            cacheStatus: "hearth; fwd=miss; fwd-status=200; stored")
        #expect(line == "MISS  203.1 ms  asked the provider, kept for 24 h as en:3f2a…  cost $0.002")
    }

    @Test("A hit is the documented line, letter by letter")
    func hit() throws {
        let line = try Self.line(
            #"{"cached":true,"responseTime":0.4,"cacheKey":"\#(Self.key)","metadata":{"cost":0,"saved":0.002}}"#,
            cacheStatus: "hearth; hit; ttl=86395", age: "5", today: .init(hits: 1, requests: 2))
        #expect(line == "HIT     0.4 ms  kept 5 s ago                                   saved $0.002   today: 1 of 2 from the cache")
    }

    @Test(
        "Every Cache-Status has its words",
        arguments: [
            ("hearth; hit; ttl=-35; detail=swr", true, "STALE    0.4 ms  kept 2 min ago, expired 35 s ago, being renewed"),
            ("hearth; hit; ttl=-900; detail=sie", true, "STALE    0.4 ms  kept 2 min ago, expired 15 min ago, the provider failed"),
            ("hearth; hit", true, "HIT     0.4 ms  kept 2 min ago"),
            ("hearth; fwd=miss; fwd-status=200; stored", false, "MISS    0.4 ms  asked the provider, kept for good as en:3f2a…"),
            (
                "hearth; fwd=miss; fwd-status=200; detail=low-confidence", false,
                "MISS    0.4 ms  asked the provider, not kept (low confidence)"
            ),
            ("hearth; fwd=miss; collapsed", false, "MISS    0.4 ms  shared the answer to an identical question"),
            (
                "hearth; fwd=stale; fwd-status=200; stored", false,
                "MISS    0.4 ms  expired, asked the provider again, kept for good as en:3f2a…"
            ),
            ("hearth; fwd=request; fwd-status=200; stored", false, "BYPASS    0.4 ms  asked the provider, kept for good as en:3f2a…"),
            ("", false, "MISS    0.4 ms  asked the provider, not kept"),
        ])
    func statuses(status: String, isCached: Bool, line: String) throws {
        let body = #"{"cached":\#(isCached),"responseTime":0.4,"cacheKey":"\#(Self.key)","metadata":{"cost":0,"saved":0}}"#
        #expect(try Self.line(body, cacheStatus: status, age: "110") == line)
    }

    @Test("Colour surrounds the word and never replaces it")
    func color() throws {
        let answer = try #require(JSONReader.read(#"{"cached":true,"responseTime":1}"#))
        let report = AskReport(answer: answer, headers: HTTPClientHeaders(), today: nil)
        let colored = report.line(Terminal(isInteractive: true, columns: 80, environment: [:], color: .always))
        #expect(colored.hasPrefix("\u{1B}[32mHIT\u{1B}[0m "))
        #expect(colored.replacing("\u{1B}[32m", with: "").replacing("\u{1B}[0m", with: "") == report.line(Self.plain))
    }
}
