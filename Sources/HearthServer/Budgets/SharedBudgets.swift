import HearthDrivers
import HearthTelemetry

/// What tenants have spent on all replicas together, in Redis: one hash for each tenant and day, which ends by itself.
struct SharedBudgets: Sendable {
    struct Reply: Sendable, Equatable {
        /// Nil where it was granted.
        var limit: Budget.Limit?
        var total: Spending
    }

    private let client: RedisClient
    private let namespace: String
    private let deadline: Duration

    init(client: RedisClient, namespace: String, deadline: Duration) {
        self.client = client
        self.namespace = namespace
        self.deadline = deadline
    }

    /// Arguments: what was spent and is not known yet, money and tokens; the least that can have been spent; what is to be reserved; the
    /// limits, or nothing. Returns 0 if it was reserved, 1 for a limit on money and 2 for one on tokens, and the sums.
    private static let script = RedisScript(
        """
        local known = redis.call('hmget', KEYS[1], 'usd', 'tokens')
        local usd = math.max(tonumber(known[1] or 0) + tonumber(ARGV[1]), tonumber(ARGV[3]))
        local tokens = tonumber(known[2] or 0) + tonumber(ARGV[2])
        local limit = 0
        if ARGV[6] ~= '' and usd + tonumber(ARGV[4]) > tonumber(ARGV[6]) then limit = 1
        elseif ARGV[7] ~= '' and tokens + tonumber(ARGV[5]) > tonumber(ARGV[7]) then limit = 2
        else
            usd = usd + tonumber(ARGV[4])
            tokens = tokens + tonumber(ARGV[5])
        end
        redis.call('hset', KEYS[1], 'usd', string.format('%.0f', usd), 'tokens', string.format('%.0f', tokens))
        redis.call('expire', KEYS[1], 172800)
        return {limit, usd, tokens}
        """)

    /// Tells what was spent, and reserves if the budget allows it; nil where Redis does not answer.
    func tell(
        _ tenant: Tenant, day: Int64, spent: Spending, atLeast floor: Int64, reserving estimate: Spending, within budget: Budget
    ) async -> Reply? {
        let key = "{\(namespace):budget:\(tenant.name)}:\(day)"
        let call = RedisScript.Call(
            Self.script, keys: [key],
            texts: [
                "\(spent.microDollars)", "\(spent.tokens)", "\(floor)", "\(estimate.microDollars)", "\(estimate.tokens)",
                budget.microDollarsPerDay.map { "\($0)" } ?? "", budget.tokensPerDay.map { "\($0)" } ?? "",
            ])
        guard let items = (try? await client.evaluate([call], slot: RedisSlot.of(key), within: deadline))?.first?.items, items.count == 3,
            let limit = items[0].integer, let usd = items[1].integer, let tokens = items[2].integer
        else { return nil }
        return Reply(limit: limit == 0 ? nil : limit == 1 ? .money : .tokens, total: Spending(microDollars: usd, tokens: tokens))
    }
}
