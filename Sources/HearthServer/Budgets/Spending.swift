/// What calls to the provider use up.
struct Spending: Sendable, Equatable {
    static let none = Spending(microDollars: 0, tokens: 0)

    var microDollars: Int64
    /// Of the request and of the answer.
    var tokens: Int64

    static func + (left: Spending, right: Spending) -> Spending {
        Spending(microDollars: left.microDollars &+ right.microDollars, tokens: left.tokens &+ right.tokens)
    }

    static func - (left: Spending, right: Spending) -> Spending {
        Spending(microDollars: left.microDollars &- right.microDollars, tokens: left.tokens &- right.tokens)
    }

    static func += (left: inout Spending, right: Spending) { left = left + right }
}

/// What a tenant may spend in a day of UTC.
struct Budget: Sendable, Equatable {
    enum Limit: Sendable, Equatable {
        case money
        case tokens
    }

    /// Nil is unlimited.
    var microDollarsPerDay: Int64?
    /// Nil is unlimited.
    var tokensPerDay: Int64?

    var isUnlimited: Bool { microDollarsPerDay == nil && tokensPerDay == nil }

    /// What forbids to spend this much more; nil where nothing does.
    func limit(on more: Spending, beside spent: Spending) -> Limit? {
        if let microDollarsPerDay, spent.microDollars + more.microDollars > microDollarsPerDay { return .money }
        if let tokensPerDay, spent.tokens + more.tokens > tokensPerDay { return .tokens }
        return nil
    }

    /// Whether nothing at all is left.
    func isUsedUp(by spent: Spending) -> Bool {
        microDollarsPerDay.map { spent.microDollars >= $0 } == true || tokensPerDay.map { spent.tokens >= $0 } == true
    }
}
