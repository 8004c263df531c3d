import HearthTestKit
import Testing

/// Faults that are made one after the other on one stage.
struct DrillLane: Sendable, CustomTestStringConvertible {
    var name: String
    var setup: DrillStage.Setup
    /// What a stage needs before its first fault.
    var prepare: @Sendable (DrillStage) async throws -> Void = { _ in }
    var drills: [Drill]

    var testDescription: String { name }

    static let all = [provider, answers, load, redis, redisDown, clock, process, scheduler, room, disk, log]
    static var drilled: Set<String> { Set(all.flatMap { $0.drills.flatMap { $0.alerts.map(\.alert) } } + ["HearthWatchdog"]) }
}
