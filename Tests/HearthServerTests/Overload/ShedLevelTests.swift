import HTTPTypes
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("What is refused while event loops are late")
struct ShedLevelTests {
    private static let target = Duration.milliseconds(50)

    /// One window after the other with this mean.
    private static func pass(_ windows: Int, of delay: Duration, _ level: inout ShedLevel) {
        for _ in 0..<windows * ShedLevel.window { _ = level.note(delay, target: target) }
    }

    private static func refused(_ level: ShedLevel) -> [Int] {
        [WorkClass.background, .listing, .miss].map { ShedLevel.refused($0, at: level.thousandths) }
    }

    @Test("Work goes in its order while the loop stays late, and comes back more slowly")
    func course() {
        var level = ShedLevel()
        #expect(Self.refused(level) == [0, 0, 0])
        Self.pass(1, of: .milliseconds(51), &level)
        #expect(Self.refused(level) == [250, 0, 0])
        Self.pass(3, of: .milliseconds(400), &level)
        #expect(Self.refused(level) == [1000, 0, 0])
        Self.pass(2, of: .milliseconds(400), &level)
        #expect(Self.refused(level) == [1000, 500, 0])
        // Of those that somebody waits for some always pass.
        Self.pass(100, of: .seconds(2), &level)
        #expect(Self.refused(level) == [1000, 900, 900])
        Self.pass(20, of: .milliseconds(50), &level)
        #expect(Self.refused(level) == [1000, 900, 0])
        Self.pass(40, of: .zero, &level)
        #expect(level.thousandths == 0)
        Self.pass(10, of: .zero, &level)
        #expect(level.thousandths == 0 && level.delay == .zero)
    }

    @Test("The mean of a window decides: one pause among five is an overload only if it is five times the target")
    func mean() {
        for (pause, expected) in [(Duration.milliseconds(240), 0), (.milliseconds(260), 250)] {
            var level = ShedLevel()
            var ended = [level.note(pause, target: Self.target)]
            for _ in 0..<4 { ended.append(level.note(.zero, target: Self.target)) }
            #expect(ended == [false, false, false, false, true])
            #expect(level.thousandths == expected && level.delay == pause / 5)
        }
    }

    @Test("All is back within 15 s of windows, from the highest level")
    func recovery() {
        var level = ShedLevel()
        Self.pass(50, of: .seconds(1), &level)
        #expect(level.thousandths == WorkClass.fullLevel)
        Self.pass(60, of: .zero, &level)
        #expect(level.thousandths == 0)
    }

    @Test("Lists, figures and pages may be refused; health, metrics, questions, acts and messages never by their address")
    func routes() {
        let all = RouterBuilder.routes.filter { $0.method != .other }
        let listings = all.filter { route in
            HTTPRequest.Method(route.method.label).map { WorkClass.isListing($0, route.template) } == true
        }
        let names = Set(listings.map { "\($0.method.label) \($0.template)" })
        #expect(names.isSuperset(of: ["GET /api/v1/cache/statistics", "POST /api/v1/cache/explain", "GET /api/v1/audit", "GET /docs"]))
        for route in listings {
            #expect(route.method == .get || route.template == "/api/v1/cache/explain", "\(route)")
            #expect(route.action == nil, "\(route)")
            #expect(!["/healthz", "/readyz", "/metrics", "/api/v1/cache/health"].contains(route.template))
            #expect(!route.template.hasPrefix("/v1/") && !route.template.hasPrefix("/webhooks/"))
        }
    }
}
