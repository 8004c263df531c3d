import HearthTelemetry
import HearthTestKit
import Synchronization
import Testing

@testable import HearthDrivers

/// Servers that are away for moments.
extension RedisClientTests {
    /// When the breaker of a client went through its states.
    private final class BreakerLog: RedisObserver {
        struct Change: Sendable {
            var state: CircuitBreaker.State
            var at: Duration
        }

        let changes = Mutex<[Change]>([])

        func breakerChanged(to state: CircuitBreaker.State) {
            let now = SystemTimeSource().uptime()
            changes.withLock { $0.append(Change(state: state, at: now)) }
        }
        func connected(_ outcome: RedisConnectOutcome) {}
        func protocolFailed() {}
        func topologyRefreshed() {}

        /// How long it was open, each time.
        var openTimes: [Duration] {
            changes.withLock { changes in
                zip(changes, changes.dropFirst()).filter { $0.state == .open && $1.state == .halfOpen }.map { $1.at - $0.at }
            }
        }
    }

    @Test("A server that is frozen for moments: breakers open and close again, and come back at different times")
    func blips() async throws {
        let server = try await RedisServer.start()
        let logs = (0..<8).map { _ in BreakerLog() }
        var clients: [RedisClient] = []
        for log in logs {
            var options = RedisPoolOptions()
            options.minimumConnections = 2
            options.breaker.openTime = .seconds(1)
            clients.append(try RedisClient(target: RedisTarget(url: server.url), options: options, observer: log))
        }
        let services = clients.map { client in Task { await client.run() } }
        for client in clients { #expect(await client.waitUntilConnected(atMost: .seconds(20))) }
        for _ in 0..<3 {
            server.process.freeze()
            // A request every few milliseconds, as look-ups come.
            await withTaskGroup(of: Void.self) { group in
                for client in clients {
                    group.addTask {
                        for _ in 0..<6 {
                            _ = try? await client.send([RedisCommand("PING")], slot: 0, within: .milliseconds(50))
                        }
                    }
                }
            }
            server.process.thaw()
            for client in clients { #expect(await client.waitUntilConnected(atMost: .seconds(20))) }
        }
        for service in services { service.cancel() }
        for service in services { await service.value }
        await server.stop()

        let times = logs.flatMap(\.openTimes)
        #expect(times.count >= 12, "\(times)")
        // A second, less or more by a fifth, and the pool looks ten times a second.
        #expect(times.allSatisfy { $0 > .milliseconds(790) && $0 < .seconds(3) }, "\(times)")
        let spread = (times.max() ?? .zero) - (times.min() ?? .zero)
        #expect(spread > .milliseconds(150), "they come back in step: \(times)")
    }

    @Test("The server's clock is compared with this machine's")
    func clock() async throws {
        let server = try await RedisServer.start()
        for seconds: Int64 in [0, 86_400, -86_400] {
            var options = RedisPoolOptions(connection: RedisConnectionOptions(time: SkewedTimeSource(skew: .seconds(seconds))))
            options.minimumConnections = 1
            let skew = try await withRedisClient(server.url, options: options) { try await $0.clockSkew(within: .seconds(20)) }
            #expect(skew.map { ($0 - .seconds(seconds)).magnitude < .seconds(2) } == true, "\(skew.debugDescription)")
        }
        await server.stop()
    }
}

/// A machine whose wall clock is wrong.
private struct SkewedTimeSource: TimeSource {
    let skew: Duration

    func now() -> Timestamp { SystemTimeSource().now() + skew }
    func uptime() -> Duration { SystemTimeSource().uptime() }
}
