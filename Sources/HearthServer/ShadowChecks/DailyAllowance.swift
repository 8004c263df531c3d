import HearthTelemetry

/// How many checks may be made within one UTC day.
struct DailyAllowance: Sendable {
    private static let day: Int64 = 86_400_000

    let limit: Int
    private var today: Int64?
    private var used = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes one check, if one is left of the day; a day that was never seen begins with none used.
    mutating func take(at now: Timestamp) -> Bool {
        let day = now.milliseconds.flooredQuotient(by: Self.day)
        if today != day {
            today = day
            used = 0
        }
        guard used < limit else { return false }
        used += 1
        return true
    }

    /// Gives back a check of the same day that was not made.
    mutating func giveBack(at now: Timestamp) {
        guard used > 0, today == now.milliseconds.flooredQuotient(by: Self.day) else { return }
        used -= 1
    }
}
