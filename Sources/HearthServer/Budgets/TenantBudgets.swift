import HearthTelemetry
import HearthUpstream
import Synchronization

/// Holds tenants to what they may spend in a day: no call to a provider is made without a reservation.
///
/// Where replicas share a Redis the sums are there. While it does not answer, each replica goes on from the last sums that it heard of, so
/// each may spend what was left then; what it spends is told as soon as there is somebody to tell. A replica alone keeps the sums itself, and
/// takes those of the day from the statistics when it starts.
final class TenantBudgets: Sendable {
    /// What a call may use up until it has ended.
    struct Reservation: Sendable {
        fileprivate let tenant: Tenant
        fileprivate let day: Int64
        fileprivate let estimate: Spending
    }

    /// What the statistics have of a tenant's day, in millionths of a US dollar; nil where they cannot be read.
    typealias Baseline = @Sendable (Tenant, _ start: Timestamp) async -> Int64?

    let capacity: Int
    /// Tokens of an answer to a request that does not limit them.
    let assumedOutputTokens: Int64
    private let standard: Budget
    private let special: [Tenant: Budget]
    private let shared: SharedBudgets?
    private let baseline: Baseline
    private let instruments: LimitInstruments
    private let timeSource: any TimeSource
    private let accounts = Mutex<[Tenant: DayAccount]>([:])

    init(
        _ settings: HearthConfiguration.Budgets, shared: SharedBudgets? = nil, instruments: LimitInstruments, timeSource: any TimeSource,
        baseline: @escaping Baseline
    ) {
        standard = settings.standard
        special = settings.special
        capacity = settings.trackedTenants
        assumedOutputTokens = Int64(settings.assumedOutputTokens)
        self.shared = shared
        self.baseline = baseline
        self.instruments = instruments
        self.timeSource = timeSource
    }

    /// Makes a call within the tenant's budget.
    ///
    /// - Parameter actual: what the call took, by its result; nil where the result does not say, and the estimate stands.
    func around<Value: Sendable>(
        _ estimate: Spending, of tenant: Tenant, actual: (Value) -> Spending?, _ call: () async throws(UpstreamError) -> Value
    ) async throws(UpstreamError) -> Value {
        guard let reservation = try await reserve(estimate, for: tenant) else { return try await call() }
        do throws(UpstreamError) {
            let value = try await call()
            await settle(reservation, at: actual(value) ?? estimate)
            return value
        } catch {
            await settle(reservation, at: error.mayBeBilled ? estimate : .none)
            throw error
        }
    }

    /// Nil where the tenant has no budget.
    private func reserve(_ estimate: Spending, for tenant: Tenant) async throws(UpstreamError) -> Reservation? {
        let budget = special[tenant] ?? standard
        guard !budget.isUnlimited else { return nil }
        let day = DayAccount.day(of: timeSource.now())
        if withAccount(tenant, day, { $0.baseline == nil }), let spent = await baseline(tenant, DayAccount.start(of: day)) {
            withAccount(tenant, day) { $0.open(at: spent) }
        }
        let limit: Budget.Limit?
        if let reply = await tell(tenant, day, reserving: estimate, within: budget) {
            limit = reply.limit
        } else {
            limit = withAccount(tenant, day) { $0.reserve(estimate, within: budget) }
        }
        guard let limit else { return Reservation(tenant: tenant, day: day, estimate: estimate) }
        instruments.refusals(limit == .money ? .budgetMoney : .budgetTokens).increment()
        throw usedUp(limit, of: tenant, day)
    }

    private func settle(_ reservation: Reservation, at actual: Spending) async {
        withAccount(reservation.tenant, reservation.day) { $0.settle(reservation.estimate, at: actual) }
        guard actual != reservation.estimate else { return }
        _ = await tell(reservation.tenant, reservation.day, reserving: .none, within: Budget())
    }

    /// What was spent without being asked before.
    func charge(_ spending: Spending, to tenant: Tenant) {
        guard !(special[tenant] ?? standard).isUnlimited else { return }
        withAccount(tenant, DayAccount.day(of: timeSource.now())) { $0.charge(spending) }
    }

    /// Tells the others what they do not know yet, and asks for more; nil where there is nobody or nobody answers.
    private func tell(_ tenant: Tenant, _ day: Int64, reserving estimate: Spending, within budget: Budget) async -> SharedBudgets.Reply? {
        guard let shared else { return nil }
        let (untold, floor) = withAccount(tenant, day) { ($0.takeUntold(), $0.baseline ?? 0) }
        let reply = await shared.tell(tenant, day: day, spent: untold, atLeast: floor, reserving: estimate, within: budget)
        instruments.sharedChecks(reply == nil ? .error : .ok).increment()
        withAccount(tenant, day) { account in
            guard let reply else { return account.putBack(untold) }
            account.heard(reply.total)
            if reply.limit == nil { account.noteReserved(estimate) }
        }
        return reply
    }

    private func usedUp(_ limit: Budget.Limit, of tenant: Tenant, _ day: Int64) -> UpstreamError {
        UpstreamError(
            kind: .budgetExhausted,
            message: "The budget of \(limit == .money ? "US dollars" : "tokens") of the tenant \(tenant) for this day (UTC) leaves no room "
                + "for this call. Kept answers are served; raise the budget, or ask again tomorrow.",
            retryAfter: min(.seconds(120), max(.seconds(1), DayAccount.start(of: day + 1) - timeSource.now())))
    }

    // MARK: The table

    struct Figures: Sendable, Equatable {
        var tenants = 0
        var exhausted = 0
        var reservedMicroDollars: Int64 = 0
    }

    var figures: Figures {
        let today = DayAccount.day(of: timeSource.now())
        return accounts.withLock { accounts in
            accounts.reduce(into: Figures()) { figures, entry in
                figures.tenants += 1
                figures.reservedMicroDollars += entry.value.reserved.microDollars
                let budget = special[entry.key] ?? standard
                if entry.value.day == today, budget.isUsedUp(by: entry.value.known) { figures.exhausted += 1 }
            }
        }
    }

    /// The tenant's account of a day. A new day opens a new one; what is settled of a day that is over goes to one that nobody keeps.
    @discardableResult
    private func withAccount<Value: Sendable>(_ tenant: Tenant, _ day: Int64, _ body: (inout DayAccount) -> Value) -> Value {
        accounts.withLock { accounts in
            if let account = accounts[tenant], account.day > day {
                var past = DayAccount(day: day)
                return body(&past)
            }
            if accounts[tenant] == nil, accounts.count >= capacity { makeRoom(&accounts, before: day) }
            if accounts[tenant]?.day != day { accounts[tenant] = DayAccount(day: day) }
            return body(&accounts[tenant, default: DayAccount(day: day)])
        }
    }

    /// Closes accounts of days that are over, then those with least in them; the statistics have what was spent.
    private func makeRoom(_ accounts: inout [Tenant: DayAccount], before day: Int64) {
        accounts = accounts.filter { $0.value.day >= day }
        guard accounts.count >= capacity else { return }
        let idle = accounts.filter { $0.value.reserved == .none && (shared == nil || $0.value.untold == .none) }
            .sorted { $0.value.known.microDollars < $1.value.known.microDollars }
        for (tenant, _) in idle.prefix(max(1, capacity / 10)) { accounts[tenant] = nil }
    }
}

extension UpstreamError {
    /// Whether the provider may charge for a call that failed: it had the question, and perhaps answered it.
    fileprivate var mayBeBilled: Bool {
        guard madeCall else { return false }
        if streamFault == .reported { return hasBegun }
        return switch kind {
        case .timeout, .cancelled, .invalidAnswer: true
        case .network: streamFault != nil
        case .rateLimited, .auth, .clientError, .serverError, .overloaded, .breakerOpen, .shutDown, .budgetExhausted: false
        }
    }
}
