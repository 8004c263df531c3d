import HearthTelemetry

extension HearthConfiguration {
    /// What tenants may spend.
    package struct Budgets: Sendable {
        /// Of every tenant that has none of its own.
        var standard: Budget
        var special: [Tenant: Budget]
        package var assumedOutputTokens: Int
        package var trackedTenants: Int

        /// Whether anybody has a budget.
        var areSet: Bool { !standard.isUnlimited || special.contains { !$0.value.isUnlimited } }

        init(
            standard: Budget = .init(), special: [Tenant: Budget] = [:], assumedOutputTokens: Int = 1000, trackedTenants: Int = 10_000
        ) {
            self.standard = standard
            self.special = special
            self.assumedOutputTokens = assumedOutputTokens
            self.trackedTenants = trackedTenants
        }

        init(reading reader: inout SettingReader) {
            standard = Budget(
                microDollarsPerDay: reader.value(BudgetSettings.dollarsPerDay),
                tokensPerDay: reader.value(BudgetSettings.tokensPerDay).map(Int64.init))
            special = BudgetSettings.parse(reader.value(BudgetSettings.tenants)) ?? [:]
            assumedOutputTokens = reader.value(BudgetSettings.assumedOutputTokens)
            trackedTenants = reader.value(BudgetSettings.trackedTenants)
        }
    }
}

enum BudgetSettings {
    private static let tokens = 0...1_000_000_000_000
    private static let maximumTenants = 1000

    static let dollarsPerDay = Setting<Int64?>(
        SettingPlace("budgets.usdPerDay", variable: "HEARTH_BUDGET_USD_PER_DAY"), default: nil,
        allowed: "an amount in US dollars with up to six decimals, such as 25",
        meaning: "What each tenant may spend on providers in a day of UTC; unset: unlimited",
        read: { text in SettingText.microDollars(text).map { .some($0) } }, write: { $0.map(SettingText.write(microDollars:)) })
    static let tokensPerDay = Setting<Int?>.optionalInteger(
        SettingPlace("budgets.tokensPerDay", variable: "HEARTH_BUDGET_TOKENS_PER_DAY"), in: tokens,
        "Tokens of requests and answers that each tenant may use in a day of UTC; unset: unlimited")
    static let tenants = Setting<String?>(
        "budgets.tenants", default: nil,
        allowed: "names of tenants with what holds for them instead, such as acme=usd:5 tokens:1000000; globex=usd:0.5",
        isList: true, meaning: "Tenants with budgets of their own; what is not named is unlimited for them",
        read: { parse($0) == nil ? nil : .some($0) }, write: { $0 })
    static let assumedOutputTokens = Setting<Int>.integer(
        "budgets.assumedOutputTokens", 1000, in: 1...1_000_000,
        "Tokens that are reserved for the answer to a request that does not limit them")
    static let trackedTenants = Setting<Int>.integer(
        "budgets.trackedTenants", 10_000, in: 10...1_000_000,
        "Tenants whose budgets a replica has in memory; beyond it those that have spent least are read again when they ask")

    static let all = [
        dollarsPerDay.description, tokensPerDay.description, tenants.description, assumedOutputTokens.description,
        trackedTenants.description,
    ]

    /// Nil for a text that is none; an empty table for none.
    static func parse(_ text: String?) -> [Tenant: Budget]? {
        guard let text else { return [:] }
        var all: [Tenant: Budget] = [:]
        for part in text.split(separator: ";").map({ SettingText.trimmed($0) }) where !part.isEmpty {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, let tenant = Tenant(SettingText.trimmed(sides[0])), all[tenant] == nil, all.count < maximumTenants,
                let budget = budget(SettingText.trimmed(sides[1]))
            else { return nil }
            all[tenant] = budget
        }
        return all
    }

    private static func budget(_ text: String) -> Budget? {
        var budget = Budget()
        for word in text.split(separator: " ") {
            let halves = word.split(separator: ":", omittingEmptySubsequences: false)
            guard halves.count == 2 else { return nil }
            switch halves[0] {
            case "usd":
                guard budget.microDollarsPerDay == nil, let amount = SettingText.microDollars(String(halves[1])) else { return nil }
                budget.microDollarsPerDay = amount
            case "tokens":
                guard budget.tokensPerDay == nil, let number = Int(halves[1]), tokens.contains(number) else { return nil }
                budget.tokensPerDay = Int64(number)
            default: return nil
            }
        }
        return budget
    }
}
