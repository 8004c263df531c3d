package import HearthDrivers
import HearthTelemetry

/// Claims in Redis: a key with a random token that ends by itself unless it is renewed, so that nobody waits long for a dead replica.
package struct RedisFlights: SharedFlights {
    /// How long a claim holds without a renewal.
    private static let hold = Duration.seconds(3)

    private let client: RedisClient
    private let layout: RedisAnswerLayout
    /// As long as both look-ups that came before: a Redis that is fast enough for them is fast enough for a claim.
    private let deadline: Duration

    package init(client: RedisClient, store: RedisAnswerStore) {
        self.client = client
        layout = store.layout
        deadline = store.lookupDeadline * 2
    }

    private static let renewScript = RedisScript(
        "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end")
    private static let releaseScript = RedisScript(
        "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end")

    package func claim(_ key: CacheKey) async -> FlightClaim {
        let bucket = layout.bucket(of: key)
        let token = RequestIdentifier.new()
        let command = RedisCommand("SET", bucket.flight(key), token, "NX", "PX", "\(Self.hold.wholeMilliseconds)")
        guard let reply = try? await client.send([command], slot: bucket.slot, within: deadline).first else { return .unavailable }
        switch reply {
        case .status: return .granted(token: token)
        case .null: return .taken
        case .error, .integer, .bytes, .array: return .unavailable
        }
    }

    package func renew(_ key: CacheKey, token: String) async -> Bool {
        // No answer says nothing about the claim, which outlives one renewal that came to nothing.
        await call(Self.renewScript, key, [token, "\(Self.hold.wholeMilliseconds)"]) != .integer(0)
    }

    package func release(_ key: CacheKey, token: String) async {
        _ = await call(Self.releaseScript, key, [token])
    }

    /// Nil where Redis did not answer in time.
    private func call(_ script: RedisScript, _ key: CacheKey, _ arguments: [String]) async -> RedisValue? {
        let bucket = layout.bucket(of: key)
        let call = RedisScript.Call(script, keys: [bucket.flight(key)], texts: arguments)
        return try? await client.evaluate([call], slot: bucket.slot, within: deadline).first
    }
}
