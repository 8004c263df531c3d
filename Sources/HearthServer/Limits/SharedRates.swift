import HearthDrivers
import HearthTelemetry

/// The rates of callers as all replicas count them together, in Redis; see ``GCRA``.
struct SharedRates: Sendable {
    struct Reply: Sendable, Equatable {
        var isGranted: Bool
        /// How far the arrival time is ahead of now, by the server's clock.
        var ahead: Duration
    }

    private let client: RedisClient
    private let namespace: String
    private let deadline: Duration

    init(client: RedisClient, namespace: String, deadline: Duration) {
        self.client = client
        self.namespace = namespace
        self.deadline = deadline
    }

    /// Key: the arrival time in microseconds of the server's clock. Arguments: interval, window, requests that were granted elsewhere
    /// already. Returns whether one more is granted, and how far ahead the arrival time is then.
    private static let script = RedisScript(
        """
        local time = redis.call('time')
        local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
        local interval, window = tonumber(ARGV[1]), tonumber(ARGV[2])
        local arrival = math.max(now, tonumber(redis.call('get', KEYS[1]) or 0)) + interval * tonumber(ARGV[3])
        arrival = math.min(arrival, now + window)
        local granted = 0
        if arrival + interval - window <= now then
            granted = 1
            arrival = arrival + interval
        end
        if arrival > now then
            redis.call('set', KEYS[1], string.format('%.0f', arrival), 'px', math.ceil((arrival - now) / 1000))
        end
        return {granted, math.ceil(arrival - now)}
        """)

    /// Nil where Redis does not answer.
    func take(tenant: Tenant, credential: String, _ rule: GCRA.Rule, debt: Int) async -> Reply? {
        let key = "{\(namespace):rate:\(tenant.name):\(credential)}"
        let call = RedisScript.Call(
            Self.script, keys: [key], texts: ["\(rule.interval.wholeMicroseconds)", "\(rule.window.wholeMicroseconds)", "\(debt)"])
        guard let items = (try? await client.evaluate([call], slot: RedisSlot.of(key), within: deadline))?.first?.items, items.count == 2,
            let granted = items[0].integer, let ahead = items[1].integer
        else { return nil }
        return Reply(isGranted: granted == 1, ahead: .microseconds(ahead))
    }
}

extension Duration {
    /// One at least.
    fileprivate var wholeMicroseconds: Int64 { max(1, Int64((self / .microseconds(1)).rounded(.up))) }
}
