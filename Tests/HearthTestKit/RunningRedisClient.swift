package import HearthDrivers

/// Runs a body with a client that is connected, and ends the client behind it.
package func withRedisClient<Value: Sendable>(
    _ url: String, options: RedisPoolOptions? = nil, observer: (any RedisObserver)? = nil,
    _ body: @escaping @Sendable (RedisClient) async throws -> Value
) async throws -> Value {
    var few = RedisPoolOptions()
    few.minimumConnections = 2
    let client = try RedisClient(target: RedisTarget(url: url), options: options ?? few, observer: observer)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await client.run() }
        defer { group.cancelAll() }
        guard await client.waitUntilConnected(atMost: .seconds(30)) else {
            throw RunningProgram.Failure("no connection to Redis: \(client.lastError.map { "\($0)" } ?? "unknown")")
        }
        return try await body(client)
    }
}
