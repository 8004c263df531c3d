import HearthTelemetry
import HearthTestKit
import Testing

@Suite("A low hit rate, with a real Prometheus, Alertmanager and webhook", .timeLimit(.minutes(10)))
struct HitRateDrillTests {
    /// At 120 the half hour for which a cold cache may warm up is 15 seconds, and the 10 minutes before the alert are 5.
    static let setup = DrillStage.Setup(
        compression: RuleCompression(factor: 120), scrapeInterval: .milliseconds(250), settings: "cache: {lookupDeadline: 5s}\n")

    @Test("Questions that nobody has asked before make HearthCacheHitRateLow a ticket; when known ones come again it is over")
    func hitRate() async throws {
        let stage = try await DrillStage.start(Self.setup)
        do {
            let rows = try await Drill.hitRate.run(on: stage)
            print(([DrillTable.head] + rows.map(DrillTable.line)).joined(separator: "\n"))
            let row = try #require(rows.first)
            #expect(row.pending < row.firing && row.receiver == "tickets")
            // The rule waits for 10 minutes, which are 5 seconds here; Prometheus looks each quarter of a second.
            #expect(row.firing - row.pending > .milliseconds(4900))
        } catch {
            await stage.stop()
            throw error
        }
        await stage.stop()
    }
}

extension Drill {
    /// Two of three questions are new.
    static let hitRate = Drill(
        fault: "two of three questions are new", alerts: [.init(alert: "HearthCacheHitRateLow")], limit: .seconds(90),
        inject: { $0.traffic.change(perSecond: 60, newShare: 0.67) },
        heal: { $0.traffic.change(perSecond: 60, newShare: 0) })
}
