import Foundation
import HearthTestKit
import Testing

/// `make drill`: each fault that can be made is made, with real servers, and its alerts are followed to their end.
///
/// `HEARTH_DRILL` is `1`, or the name of one lane.
@Suite(
    "The drill", .serialized, .timeLimit(.minutes(20)),
    .enabled(if: ProcessInfo.processInfo.environment["HEARTH_DRILL"] != nil, "make drill takes a quarter of an hour"))
struct DrillTests {
    private static let wanted = ProcessInfo.processInfo.environment["HEARTH_DRILL"] ?? ""
    private static func isWanted(_ name: String) -> Bool { wanted == "1" || wanted == name }

    @Test("Each fault is told of, and so is its end", arguments: DrillLane.all.filter { isWanted($0.name) })
    func lane(lane: DrillLane) async throws {
        let stage = try await DrillStage.start(lane.setup)
        do {
            try await lane.prepare(stage)
        } catch {
            await stage.stop()
            throw error
        }
        print(DrillTable.head)
        for drill in lane.drills {
            do {
                for row in try await drill.run(on: stage) { print(DrillTable.line(row)) }
            } catch {
                Issue.record("\(drill.fault): \(error)")
            }
        }
        let expected = Set(lane.drills.flatMap { $0.alerts.map(\.alert) } + ["HearthWatchdog"])
        let besides = Set(stage.receiver.notifications.compactMap { $0.labels["alertname"] }).subtracting(expected)
        if !besides.isEmpty { print("Told besides, in \(lane.name): \(besides.sorted().joined(separator: ", "))") }
        await stage.stop()
    }

    @Test(
        "The watchdog is heard again and again, is silent while Alertmanager stands still, and is heard again after it",
        .enabled(if: isWanted("watchdog")))
    func watchdog() async throws {
        let stage = try await DrillStage.start(.init())
        func heard() -> Int {
            stage.receiver.notifications.count { $0.receiver == "watchdog" && $0.labels["alertname"] == "HearthWatchdog" }
        }
        try await Deadline.until("the watchdog is heard", within: .seconds(40)) { heard() >= 3 }
        stage.alertmanager.send(signal: SIGSTOP)
        // What was under way arrives still.
        try await Task.sleep(for: .seconds(1))
        let before = heard()
        // Two of its intervals of 5 minutes, which are 7.5 seconds.
        try await Task.sleep(for: .seconds(15))
        #expect(heard() == before)
        stage.alertmanager.send(signal: SIGCONT)
        try await Deadline.until("the watchdog is heard again", within: .seconds(20)) { heard() > before }
        await stage.stop()
    }
}

@Suite("The alerts that are drilled")
struct DrillListTests {
    /// Alerts that no drill makes fire, each with its reason.
    static let notDrilled = [
        "HearthCacheHitRateCollapsed": "compares with yesterday, which is 36 minutes ago even at this pace",
        "HearthScheduleLag": "needs starts that are late by more than a real minute, which no pace makes shorter",
        "HearthAggregationBehind": "the hours of the statistics are those of the clock, at any pace",
        "HearthOccurrencesUnaccounted": "nothing that can be done from outside loses an occurrence; the simulation tries",
        "HearthFenceRejected": "needs replicas on a PostgreSQL and a lost lease; HeldUpJobTests make the metric move",
        "HearthStorePoolExhausted": "needs a PostgreSQL whose connections are all held up; PostgresPoolTests make the metric move",
        "HearthCertificateExpiring": "certificates end by the clock, at any pace; CertificateTests make the metric move",
        "HearthInboxDelayed": "needs a number at Meta, or one that is played; InboxRetryTests make the metric move",
        "HearthInboxGivenUp": "needs a number at Meta, or one that is played; InboxRetryTests make the metric move",
        "HearthMetricsCardinalityCapped": "every label is closed or comes from the configuration, so that no caller can fill a family",
    ]

    @Test("Every alert is drilled, or has a reason why not")
    func allAreKnown() throws {
        let alerts = Set(try RuleDocument.alerts().compactMap(\.alert))
        #expect(alerts.subtracting(Self.notDrilled.keys) == DrillLane.drilled)
        #expect(DrillLane.drilled.isDisjoint(with: Self.notDrilled.keys))
    }
}
