import Foundation
import HearthDrivers
import HearthTestKit

@testable import HearthCache

/// Stores on one Redis server of the test run, each in a namespace of its own.
enum RedisStoreFixture {
    private static let server = Task { try await RedisServer.start() }
    private static let threeMasters = Task { try await RedisCluster.start() }

    static func single() async throws -> RedisAnswerStore {
        let client = try await client()
        return store(on: client, namespace: "test-\(UUID().uuidString)")
    }

    static func cluster() async throws -> RedisAnswerStore {
        store(on: try await sharedCluster.value, namespace: "test-\(UUID().uuidString)")
    }

    static func store(on client: RedisClient, namespace: String, lookupDeadline: Duration = .seconds(5)) -> RedisAnswerStore {
        RedisAnswerStore(
            client: client, namespace: namespace, log: RedisInvalidationLog(client: client, namespace: namespace),
            lookupDeadline: lookupDeadline, writeDeadline: .seconds(30))
    }

    /// A connected client that lives as long as the test run.
    static func client() async throws -> RedisClient { try await shared.value }

    private static let shared = Task { try await connect(server.value.url) }
    private static let sharedCluster = Task { try await connect(threeMasters.value.url) }

    static func connect(_ url: String) async throws -> RedisClient {
        var options = RedisPoolOptions()
        options.minimumConnections = 4
        // All tests use one client; what one of them runs into must not keep the others away.
        options.breaker.failuresToOpen = .max
        let client = try RedisClient(target: RedisTarget(url: url), options: options)
        Task { await client.run() }
        guard await client.waitUntilConnected(atMost: .seconds(20)) else {
            throw RunningProgram.Failure("no connection to Redis: \(client.lastError.map { "\($0)" } ?? "unknown")")
        }
        return client
    }
}
