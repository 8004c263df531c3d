import HearthTelemetry
import HearthTestKit

/// A fault, and the alerts that must tell of it and of its end.
struct Drill: Sendable {
    struct Expected: Sendable {
        var alert: String
        /// Those that tell it from others of the same name.
        var labels: [String: String] = [:]
        /// False where something critical of its family may silence it, so that it fires and nobody need be told.
        var isTold = true
    }

    /// As the table names it.
    var fault: String
    var alerts: [Expected]
    /// How long the alerts may take to be told of, and how long to be over.
    var limit = Duration.seconds(60)
    var inject: @Sendable (DrillStage) async throws -> Void
    var heal: @Sendable (DrillStage) async throws -> Void

    /// Injects the fault, waits for every alert, heals, and waits for their end.
    func run(on stage: DrillStage) async throws -> [DrillRow] {
        for expected in alerts {
            try await Deadline.until("\(expected.alert) is silent before", within: limit) { try await stage.state(of: expected) == nil }
        }
        let clock = SystemTimeSource()
        let began = clock.now()
        try await inject(stage)
        var rows: [DrillRow] = []
        do {
            rows = try await onEach(of: alerts) { try await stage.awaitStart(of: $0, after: began, within: limit) }
        } catch {
            try await heal(stage)
            throw error
        }
        let healed = clock.now()
        try await heal(stage)
        let ends = try await onEach(of: alerts) { try await stage.awaitEnd(of: $0, after: healed, within: limit) }
        for index in rows.indices {
            rows[index].fault = fault
            rows[index].began = began
            rows[index].healed = healed
            rows[index].resolved = ends[index].resolved
            rows[index].toldOver = ends[index].toldOver
            guard rows[index].told == nil, let late = stage.notification(of: alerts[index], isFiring: true, after: began) else { continue }
            (rows[index].told, rows[index].receiver) = (late.at, late.receiver)
        }
        return rows
    }

    private func onEach<Value: Sendable>(
        of alerts: [Expected], _ body: @escaping @Sendable (Expected) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            for (index, expected) in alerts.enumerated() { group.addTask { (index, try await body(expected)) } }
            return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}

/// What was seen of one alert, from the fault to the end of the alert.
struct DrillRow: Sendable {
    var alert: String
    var fault = ""
    var began = Timestamp(milliseconds: 0)
    var pending: Timestamp
    var firing: Timestamp
    /// Nil where something critical silenced it.
    var told: Timestamp?
    var receiver: String?
    var healed = Timestamp(milliseconds: 0)
    var resolved: Timestamp?
    /// Nil for receivers that are not told of an end.
    var toldOver: Timestamp?
}

/// The times of a drill, in seconds since its fault.
enum DrillTable {
    static let head = """
        | Alert | Fault | Pending | Firing | Told | Receiver | Healed | Resolved | All-clear |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- |
        """

    static func line(_ row: DrillRow) -> String {
        func seconds(_ moment: Timestamp?) -> String {
            guard let moment else { return "–" }
            let tenths = (moment.milliseconds - row.began.milliseconds + 50) / 100
            return "\(tenths / 10).\(abs(tenths % 10))"
        }
        let cells = [
            row.alert, row.fault, seconds(row.pending), seconds(row.firing), row.told == nil ? "silenced" : seconds(row.told),
            row.receiver ?? "–", seconds(row.healed), seconds(row.resolved), seconds(row.toldOver),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }
}
