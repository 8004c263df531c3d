import HearthTelemetry

/// What a tenant has spent and reserved in one day of UTC, as far as one replica knows.
///
/// It is a plain value; its owner guards it and talks to the others. Before a call its estimate is reserved, and counts as spent; after it the
/// difference is settled. So calls that are made at the same time cannot all find the same money.
struct DayAccount: Sendable, Equatable {
    /// Days since 1970.
    let day: Int64
    /// All that is spent and reserved, the others' included where they were heard of.
    private(set) var known = Spending.none
    /// This replica's own reservations that are not settled.
    private(set) var reserved = Spending.none
    /// What the others have not been told of; less than nothing where a call was cheaper than its estimate.
    private(set) var untold = Spending.none
    /// What the statistics said when the account was opened; nil before they were asked.
    private(set) var baseline: Int64?

    init(day: Int64) { self.day = day }

    static func day(of moment: Timestamp) -> Int64 { moment.seconds / 86_400 }
    static func start(of day: Int64) -> Timestamp { Timestamp(seconds: day * 86_400) }

    /// Takes over what the statistics have of this day; only the first time, since later ones have this replica's own calls in them.
    mutating func open(at microDollars: Int64) {
        guard baseline == nil else { return }
        baseline = microDollars
        known.microDollars = max(known.microDollars, microDollars + reserved.microDollars)
    }

    /// Reserves by what this replica knows.
    mutating func reserve(_ estimate: Spending, within budget: Budget) -> Budget.Limit? {
        if let limit = budget.limit(on: estimate, beside: known) { return limit }
        known += estimate
        untold += estimate
        reserved += estimate
        return nil
    }

    /// Reserves what the others have granted.
    mutating func noteReserved(_ estimate: Spending) { reserved += estimate }

    /// Ends a reservation at what the call took.
    mutating func settle(_ estimate: Spending, at actual: Spending) {
        reserved = reserved - estimate
        charge(actual - estimate)
    }

    /// What was spent without a reservation.
    mutating func charge(_ spending: Spending) {
        known += spending
        untold += spending
    }

    /// What the others are to be told now.
    mutating func takeUntold() -> Spending {
        defer { untold = .none }
        return untold
    }

    /// They could not be told.
    mutating func putBack(_ spending: Spending) { untold += spending }

    /// They have been told, and this is the sum of all.
    mutating func heard(_ total: Spending) { known = total + untold }
}
