import HearthTelemetry
package import NIOCore
import NIOPosix

/// A connection that brings the messages of one channel.
package struct RedisSubscription: Sendable {
    private let connection: RedisConnection
    private let time: any TimeSource

    /// Connects to the first address that answers and subscribes; on a cluster every node brings the messages of all, a replica as well as
    /// a master.
    ///
    /// - Parameter nodes: those that are known to be in the cluster now; they are tried first, since a configured one may have left it.
    package static func open(
        _ target: RedisTarget, nodes: [RedisAddress] = [], channel: String, options: RedisConnectionOptions,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton, _ hear: @escaping @Sendable (String) -> Void
    ) async throws(RedisError) -> RedisSubscription {
        var last = RedisError(.unreachable, address: "\(target)", cause: "it names no address")
        var options = options
        if case .cluster = target.topology { options.acceptsAnyRole = true }
        let configured = try await addresses(target, options, group)
        for address in nodes + configured.filter({ !nodes.contains($0) }) {
            do throws(RedisError) {
                return try await open(address, channel: channel, options: options, group: group, hear)
            } catch {
                last = error
            }
        }
        throw last
    }

    private static func addresses(
        _ target: RedisTarget, _ options: RedisConnectionOptions, _ group: any EventLoopGroup
    ) async throws(RedisError) -> [RedisAddress] {
        guard case .sentinel(let master) = target.topology else { return target.addresses }
        return [try await RedisSentinels(master: master, target: target, options: options, group: group).resolve()]
    }

    private static func open(
        _ address: RedisAddress, channel: String, options: RedisConnectionOptions, group: any EventLoopGroup,
        _ hear: @escaping @Sendable (String) -> Void
    ) async throws(RedisError) -> RedisSubscription {
        let connection = try await RedisConnector(options: options).connect(to: address, on: group.next()) { message in
            if let items = message.items, items.count == 3, let text = items[2].text { hear(text) }
        }
        let subscribe = RedisCommand("SUBSCRIBE", channel)
        do throws(RedisError) {
            let reply = try await connection.send([subscribe], deadline: options.time.uptime() + options.handshakeTimeout).first
            guard reply?.items?.first?.text == "subscribe" else {
                throw RedisError(.unexpectedReply, address: "\(address)", cause: "the channel was refused: \(reply.debugDescription)")
            }
        } catch {
            connection.close()
            throw error
        }
        return RedisSubscription(connection: connection, time: options.time)
    }

    /// A sign of life: what was said before it has been heard.
    package func ping(within limit: Duration) async throws(RedisError) {
        _ = try await connection.send([RedisCommand("PING")], deadline: time.uptime() + limit)
    }

    package func close() { connection.close() }
}
