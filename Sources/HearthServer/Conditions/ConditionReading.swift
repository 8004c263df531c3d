import HearthTelemetry

/// How a condition stands.
struct ConditionReading: Sendable, Equatable {
    enum State: String, Sendable, CaseIterable {
        case fine
        /// It holds, but not for long enough to tell anybody.
        case pending
        case firing
        /// The figure says nothing yet, or cannot be had.
        case unknown
    }

    let condition: AlertCondition
    /// Nil where there is none.
    var value: Double?
    var hasEnoughData: Bool
    var state: State
    /// Since when the state is what it is, as far as this replica has seen it.
    var since: Timestamp
    /// Why there is no figure.
    var problem: String?
}

/// The state of every condition, brought forward by each figure.
struct ConditionStates: Sendable {
    /// What was found out about a figure.
    struct Finding: Sendable {
        var value: Double?
        var hasEnoughData: Bool
        var problem: String?
    }

    private var heldSince: [AlertCondition.Figure: Timestamp] = [:]
    private(set) var readings: [ConditionReading] = []

    mutating func note(_ findings: [AlertCondition.Figure: Finding], at now: Timestamp) {
        readings = AlertCondition.all.map { condition in
            let finding = findings[condition.figure] ?? Finding(value: nil, hasEnoughData: false)
            let state = state(of: condition, finding, at: now)
            let before = readings.first { $0.condition == condition }
            return ConditionReading(
                condition: condition, value: finding.value, hasEnoughData: finding.hasEnoughData, state: state,
                since: before?.state == state ? before?.since ?? now : now, problem: finding.problem)
        }
    }

    private mutating func state(of condition: AlertCondition, _ finding: Finding, at now: Timestamp) -> ConditionReading.State {
        guard let value = finding.value, finding.hasEnoughData else {
            heldSince[condition.figure] = nil
            return .unknown
        }
        guard condition.isMet(by: value) else {
            heldSince[condition.figure] = nil
            return .fine
        }
        let since = heldSince[condition.figure] ?? now
        heldSince[condition.figure] = since
        return now - since >= condition.patience ? .firing : .pending
    }
}
