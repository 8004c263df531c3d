package import HearthTelemetry
package import NIOCore
import NIOPosix

/// Redis as the stores use it: one server, a cluster, or a master that sentinels know.
///
/// Nothing blocks: bytes go through SwiftNIO, the protocol through hiredis' reader and formatter. Every call has a deadline; a server that
/// is dead or silent costs a caller no more than that, and nothing while the breaker is open.
package final class RedisClient: Sendable {
    private enum Route: Sendable {
        case pool(RedisPool)
        case cluster(RedisCluster)
    }

    package let target: RedisTarget
    private let route: Route
    private let options: RedisPoolOptions
    private let group: any EventLoopGroup

    package init(
        target: RedisTarget, options: RedisPoolOptions, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        observer: (any RedisObserver)? = nil
    ) {
        self.target = target
        self.options = options
        self.group = group
        switch target.topology {
        case .single:
            let address = target.addresses[0]
            route = .pool(
                RedisPool(name: "\(target)", options: options, group: group, observer: observer) { () throws(RedisError) in address })
        case .sentinel(let master):
            let sentinels = RedisSentinels(master: master, target: target, options: options.connection, group: group)
            route = .pool(
                RedisPool(name: "\(target)", options: options, group: group, observer: observer) { () async throws(RedisError) in
                    try await sentinels.resolve()
                })
        case .cluster:
            route = .cluster(RedisCluster(target: target, options: options, group: group, observer: observer))
        }
    }

    /// Keeps the connections; returns when the task is cancelled.
    package func run() async {
        switch route {
        case .pool(let pool): await pool.run()
        case .cluster(let cluster): await cluster.run()
        }
    }

    /// Waits until there is a connection, or until the time has passed; true if there is one.
    package func waitUntilConnected(atMost limit: Duration) async -> Bool {
        let end = options.connection.time.uptime() + limit
        while !isConnected {
            guard options.connection.time.uptime() < end, !Task.isCancelled else { return false }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return true
    }

    private var pools: [RedisPool] {
        switch route {
        case .pool(let pool): [pool]
        case .cluster(let cluster): cluster.pools
        }
    }

    package var isConnected: Bool {
        let pools = pools
        return !pools.isEmpty && pools.allSatisfy { $0.connectionCount > 0 && !$0.isRefused }
    }

    /// How long nothing is sent, because too many calls failed in a row; nil where something is.
    package var refusal: Duration? { pools.compactMap(\.refusal).max() }

    /// Why it is not connected, as far as that is known.
    package var lastError: RedisError? { pools.lazy.compactMap(\.lastError).first }
    package var connectionCount: Int { pools.reduce(0) { $0 + $1.connectionCount } }
    package var pendingCount: Int { pools.reduce(0) { $0 + $1.pendingCount } }
    package var connectionLimit: Int { options.maximumConnections }
    package var time: any TimeSource { options.connection.time }

    // MARK: News

    /// Opens a connection that brings the messages of a channel, from whichever server of the store.
    package func subscribe(
        to channel: String, options: RedisConnectionOptions, _ hear: @escaping @Sendable (String) -> Void
    ) async throws(RedisError) -> RedisSubscription {
        var nodes: [RedisAddress] = []
        if case .cluster(let cluster) = route { nodes = cluster.addresses }
        return try await RedisSubscription.open(target, nodes: nodes, channel: channel, options: options, group: group, hear)
    }

    /// Says something on a channel by way of every server of the store; servers that cannot be reached are passed over.
    ///
    /// - Returns: how many took it. On a cluster the nodes pass it on to each other, so a listener hears it as often.
    package func publish(_ message: String, on channel: String, within limit: Duration) async -> Int {
        let command = RedisCommand("PUBLISH", channel, message)
        return await withTaskGroup(of: Bool.self) { group in
            for pool in pools {
                group.addTask {
                    let reply = try? await pool.send([command], within: limit, lane: .interactive).first
                    return reply?.integer != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    // MARK: Commands

    /// Sends commands whose keys are all in one slot, together; error replies are values.
    package func send(
        _ commands: [RedisCommand], slot: Int, within limit: Duration, lane: RedisLane = .interactive
    ) async throws(RedisError) -> [RedisValue] {
        guard !commands.isEmpty else { return [] }
        switch route {
        case .pool(let pool): return try await pool.send(commands, within: limit, lane: lane)
        case .cluster(let cluster): return try await cluster.send(commands, slot: slot, within: limit, lane: lane)
        }
    }

    /// Sends one command for code that must not suspend.
    ///
    /// - Parameter completion: called once with the reply, on an event loop.
    /// - Returns: false where nothing was sent: there is no connection, or the way to the right node may take more than one command.
    package func submit(
        _ command: RedisCommand, within limit: Duration, completion: @escaping @Sendable (Result<RedisValue, RedisError>) -> Void
    ) -> Bool {
        guard case .pool(let pool) = route else { return false }
        do throws(RedisError) {
            try pool.submit([command], within: limit) { outcome in completion(outcome.map { $0.first ?? .null }) }
            return true
        } catch {
            return false
        }
    }

    /// Calls scripts whose keys are all in one slot, together; an error reply is thrown.
    package func evaluate(
        _ calls: [RedisScript.Call], slot: Int, within limit: Duration, lane: RedisLane = .interactive
    ) async throws(RedisError) -> [RedisValue] {
        let started = options.connection.time.uptime()
        var replies = try await send(calls.map(\.byDigest), slot: slot, within: limit, lane: lane)
        let unknown = replies.indices.filter { index in
            guard case .error(let error) = replies[index] else { return false }
            return error.remedy == .sendScript
        }
        if !unknown.isEmpty {
            let left = max(limit - (options.connection.time.uptime() - started), .milliseconds(1))
            let again = try await send(unknown.map { calls[$0].inFull }, slot: slot, within: left, lane: lane)
            for (index, reply) in zip(unknown, again) { replies[index] = reply }
        }
        for case .error(let error) in replies { throw RedisError(.reply(error), address: "\(target)", cause: error.text) }
        return replies
    }

    /// A round trip to every server of the store.
    package func ping(within limit: Duration) async throws(RedisError) {
        let pools = pools
        guard !pools.isEmpty else { throw lastError ?? RedisError(.unreachable, address: "\(target)", cause: "there is no connection") }
        for pool in pools {
            let reply = try await pool.send([RedisCommand("PING")], within: limit, lane: .interactive).first
            if case .error(let error)? = reply { throw RedisError(.reply(error), address: pool.name, cause: error.text) }
        }
    }

    /// How much this machine's clock is ahead of the server's; on a cluster, of the node whose clock differs most.
    package func clockSkew(within limit: Duration) async throws(RedisError) -> Duration? {
        var largest: Duration?
        for pool in pools {
            let (asked, began) = (time.now(), time.uptime())
            let reply = try await pool.send([RedisCommand("TIME")], within: limit, lane: .interactive).first
            guard let parts = reply?.items, parts.count == 2, let seconds = parts[0].text.flatMap({ Int64($0) }),
                let microseconds = parts[1].text.flatMap({ Int64($0) })
            else { continue }
            // The server looked at its clock about half way.
            let own = asked + (time.uptime() - began) / 2
            let skew = own - (Timestamp(seconds: seconds) + .microseconds(microseconds))
            if largest.map({ $0.magnitude < skew.magnitude }) ?? true { largest = skew }
        }
        return largest
    }

    /// Sends one command to every server of the store and returns the replies.
    package func broadcast(_ command: RedisCommand, within limit: Duration) async throws(RedisError) -> [RedisValue] {
        var replies: [RedisValue] = []
        for pool in pools { replies += try await pool.send([command], within: limit, lane: .bulk) }
        return replies
    }
}
