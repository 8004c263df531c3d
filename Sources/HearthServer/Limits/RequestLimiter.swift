import HearthTelemetry
import Synchronization

/// Counts the requests of each credential against its limits, in a table with a bound.
///
/// Requests that are answered from memory are counted here only, without asking anybody; where replicas share a Redis they are told to it
/// with the caller's next request that takes the ordinary way. So a caller whose requests are all hits has its rate on each replica.
final class RequestLimiter: Sendable {
    enum Grant: Sendable, Equatable {
        case unlimited
        case granted(CallerLimits, GCRA.Standing?)
        case refused(CallerLimits, wait: Duration)
    }

    private struct Account {
        var rate = GCRA()
        var inProgress = 0
        /// Requests that the shared count does not know of yet.
        var untold = 0
    }

    private struct Key: Hashable {
        var tenant: Tenant
        var credential: String
    }

    private final class Shard: Sendable {
        let accounts = Mutex<[Key: Account]>([:])
    }

    private static let shardCount = 16

    let capacity: Int
    let instruments: LimitInstruments
    private let standard: CallerLimits
    private let special: [String: CallerLimits]
    private let hasLimits: Bool
    /// Nil for a replica that is alone.
    private let shared: SharedRates?
    private let shards = (0..<RequestLimiter.shardCount).map { _ in Shard() }
    private let timeSource: any TimeSource

    init(
        _ settings: HearthConfiguration.Limiting, shared: SharedRates? = nil, instruments: LimitInstruments, timeSource: any TimeSource
    ) {
        standard = settings.standard
        special = settings.special
        hasLimits = !settings.standard.isUnlimited || settings.special.contains { !$0.value.isUnlimited }
        capacity = settings.trackedCallers
        self.shared = shared
        self.instruments = instruments
        self.timeSource = timeSource
    }

    /// Callers that are counted now.
    var count: Int { shards.reduce(0) { $0 + $1.accounts.withLock { $0.count } } }

    /// Nil where nothing limits the caller.
    func limits(of caller: Caller) -> CallerLimits? {
        guard hasLimits else { return nil }
        let limits = special[caller.credential] ?? standard
        return limits.isUnlimited ? nil : limits
    }

    // MARK: Rates

    /// Takes one request of those that are answered at once.
    func takeAtOnce(_ caller: Caller) -> Grant {
        guard let limits = limits(of: caller) else { return .unlimited }
        guard let rate = limits.rate else { return .granted(limits, nil) }
        return withAccount(caller) { account, now in
            switch account.rate.take(rate, at: now) {
            case .refused(let wait): return .refused(limits, wait: wait)
            case .granted(let standing):
                return .granted(limits, standing)
            }
        }
    }

    /// Undoes ``takeAtOnce(_:)`` for a request that goes the ordinary way after all.
    func giveBack(_ caller: Caller) {
        guard let rate = limits(of: caller)?.rate else { return }
        withAccount(caller) { account, _ in
            account.rate.giveBack(rate)
        }
    }

    /// Notes that a request which was taken by ``takeAtOnce(_:)`` has been answered, so that the others are told of it.
    func noteAnswered(_ caller: Caller) {
        guard shared != nil, let rate = limits(of: caller)?.rate else { return }
        withAccount(caller) { account, _ in account.untold = min(account.untold + 1, rate.burst) }
    }

    /// Takes one request here and, if it is granted, from what all replicas have together.
    ///
    /// While Redis does not answer, each replica grants the whole rate by itself.
    func take(_ caller: Caller) async -> Grant {
        let grant = takeAtOnce(caller)
        guard case .granted(let limits, .some) = grant, let rate = limits.rate, let shared else { return grant }
        let untold = withAccount(caller) { account, _ in
            defer { account.untold = 0 }
            return account.untold
        }
        let reply = await shared.take(tenant: caller.tenant, credential: caller.credential, rate, debt: untold)
        instruments.sharedChecks(reply == nil ? .error : .ok).increment()
        return withAccount(caller) { account, now in
            guard let reply else {
                account.untold = min(account.untold + untold + 1, rate.burst)
                return grant
            }
            if !reply.isGranted { account.rate.giveBack(rate) }
            account.rate.raise(to: now + reply.ahead, rate, at: now)
            return reply.isGranted
                ? .granted(limits, account.rate.standing(rate, at: now))
                : .refused(limits, wait: max(reply.ahead + rate.interval - rate.window, .milliseconds(1)))
        }
    }

    // MARK: Requests in progress

    /// A place among the requests in progress, until it is let go.
    final class Place: Sendable {
        private let release: @Sendable () -> Void

        fileprivate init(release: @escaping @Sendable () -> Void) { self.release = release }
        deinit { release() }
    }

    /// Nil where the caller has as many in progress as it may.
    func enter(_ caller: Caller, atMost limit: Int) -> Place? {
        let isRoom = withAccount(caller) { account, _ in
            guard account.inProgress < limit else { return false }
            account.inProgress += 1
            return true
        }
        return isRoom ? Place { [self] in withAccount(caller) { account, _ in account.inProgress = max(0, account.inProgress - 1) } } : nil
    }

    // MARK: The table

    private func withAccount<Value: Sendable>(_ caller: Caller, _ body: (inout Account, Duration) -> Value) -> Value {
        let key = Key(tenant: caller.tenant, credential: caller.credential)
        let now = timeSource.uptime()
        let shard = shards[Int(truncatingIfNeeded: UInt(bitPattern: key.hashValue) % UInt(Self.shardCount))]
        let limit = max(1, capacity / Self.shardCount)
        return shard.accounts.withLock { accounts in
            if accounts.count >= limit, accounts[key] == nil { Self.makeRoom(&accounts, limit, at: now) }
            return body(&accounts[key, default: Account()], now)
        }
    }

    /// Forgets callers that have their whole burst again, then those that are nearest to it; never one with requests in progress.
    private static func makeRoom(_ accounts: inout [Key: Account], _ limit: Int, at now: Duration) {
        accounts = accounts.filter { $0.value.inProgress > 0 || $0.value.rate.arrival > now }
        guard accounts.count >= limit else { return }
        let idle = accounts.filter { $0.value.inProgress == 0 }.sorted { $0.value.rate.arrival < $1.value.rate.arrival }
        for (key, _) in idle.prefix(max(1, limit / 10)) { accounts[key] = nil }
    }
}
