import HearthTelemetry
import NIOCore
import Synchronization

/// The masters of a cluster, each with its own connections, and the way of a command to the one that holds its slot.
///
/// Source: the Redis Cluster specification, "Redirection and resharding".
final class RedisCluster: Sendable {
    private static let maximumRedirections = 5
    /// How long a slot that is being moved is given before the next try; twice as long each time.
    private static let tryAgainDelay = Duration.milliseconds(20)
    private static let longestTryAgainDelay = Duration.milliseconds(500)
    /// How long connections to a node that has no slots are kept: a slot may be on its way to it.
    private static let strangerTime = Duration.seconds(5)
    /// The map is read again at most this often, and never by a request itself.
    private static let refreshInterval = Duration.seconds(1)
    /// The map is read again at least this often: slots for which nobody asks move without a redirection that would tell of it.
    private static let longestRefreshInterval = Duration.seconds(60)

    private struct State {
        var map = RedisSlotMap()
        var pools: [RedisSlotMap.Node: RedisPool] = [:]
        /// When a node was last in the map, or named by another.
        var lastNamed: [RedisSlotMap.Node: Duration] = [:]
        var needsRefresh = true
    }

    private let target: RedisTarget
    private let options: RedisPoolOptions
    private let group: any EventLoopGroup
    private let observer: (any RedisObserver)?
    private let state = Mutex(State())
    private let newPools: AsyncStream<RedisPool>
    private let announce: AsyncStream<RedisPool>.Continuation

    init(target: RedisTarget, options: RedisPoolOptions, group: any EventLoopGroup, observer: (any RedisObserver)?) {
        self.target = target
        self.options = options
        self.group = group
        self.observer = observer
        (newPools, announce) = AsyncStream.makeStream()
    }

    private var time: any TimeSource { options.connection.time }

    /// Those of the nodes that have slots.
    var pools: [RedisPool] { state.withLock { state in state.map.nodes.compactMap { state.pools[$0] } } }

    /// Where the nodes that have slots are.
    var addresses: [RedisAddress] { state.withLock { $0.map.nodes }.map(address) }

    private func address(of node: RedisSlotMap.Node) -> RedisAddress {
        var address = target.addresses[0]
        address.host = node.host
        address.port = node.port
        return address
    }

    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.refreshWhenNeeded() }
            for await pool in newPools { group.addTask { await pool.run() } }
        }
    }

    // MARK: Commands

    /// Sends commands whose keys are all in one slot.
    func send(_ commands: [RedisCommand], slot: Int, within limit: Duration, lane: RedisLane) async throws(RedisError) -> [RedisValue] {
        let deadline = time.uptime() + limit
        guard let home = state.withLock({ state in state.map[slot].flatMap { state.pools[$0] } }) else {
            askForRefresh()
            throw RedisError(.unreachable, address: "\(target)", cause: "no node is known for slot \(slot)")
        }
        var replies: [RedisValue]
        do throws(RedisError) {
            replies = try await home.send(commands, within: limit, lane: lane)
        } catch {
            askForRefresh()
            throw error
        }
        var round = 0
        while time.uptime() < deadline, !Task.isCancelled {
            let unsettled = replies.indices.filter { Self.isUnsettled(replies[$0], round: round) }
            guard !unsettled.isEmpty else { break }
            for index in unsettled {
                replies[index] = try await follow(replies[index], commands[index], slot: slot, round: round, until: deadline, lane)
            }
            round += 1
        }
        return replies
    }

    /// Nodes that send each other's requests to and fro are not followed for ever; a slot that is being moved has the time of the request.
    private static func isUnsettled(_ reply: RedisValue, round: Int) -> Bool {
        guard case .error(let error) = reply else { return false }
        return error.remedy == .redirect && round < maximumRedirections || error.remedy == .tryAgain
    }

    private func follow(
        _ reply: RedisValue, _ command: RedisCommand, slot: Int, round: Int, until deadline: Duration, _ lane: RedisLane
    ) async throws(RedisError) -> RedisValue {
        guard case .error(let error) = reply else { return reply }
        guard let redirection = error.redirection else {
            let delay = min(Self.tryAgainDelay * (1 << min(round, 5)), Self.longestTryAgainDelay)
            try? await Task.sleep(for: max(.zero, min(delay, deadline - time.uptime())))
            let left = deadline - time.uptime()
            guard left > .zero else { return reply }
            askForRefresh()
            guard let pool = state.withLock({ state in state.map[slot].flatMap { state.pools[$0] } }) else { return reply }
            return try await pool.send([command], within: left, lane: lane)[0]
        }
        let node = RedisSlotMap.Node(host: redirection.host, port: redirection.port)
        let pool = pool(of: node)
        if redirection.isPermanent {
            state.withLock { $0.map.assign(redirection.slot...redirection.slot, to: node) }
            askForRefresh()
            return try await pool.sendPatiently([command], until: deadline, lane: lane)[0]
        }
        // ASKING counts for the one command behind it.
        return try await pool.sendPatiently([RedisCommand("ASKING"), command], until: deadline, lane: lane)[1]
    }

    /// The connections to a node; they are opened for a node that is new.
    private func pool(of node: RedisSlotMap.Node) -> RedisPool {
        let now = time.uptime()
        let (pool, isNew) = state.withLock { state -> (RedisPool, Bool) in
            state.lastNamed[node] = now
            if let known = state.pools[node] { return (known, false) }
            let made = makePool(node)
            state.pools[node] = made
            return (made, true)
        }
        if isNew { announce.yield(pool) }
        return pool
    }

    private func makePool(_ node: RedisSlotMap.Node) -> RedisPool {
        let address = address(of: node)
        var share = options
        // The connections are meant for the whole store; a node gets its part of them.
        share.minimumConnections = max(2, options.minimumConnections / 3)
        share.maximumConnections = max(share.minimumConnections, options.maximumConnections / 3)
        return RedisPool(name: "\(address)", options: share, group: group, observer: observer) { () throws(RedisError) in address }
    }

    // MARK: The map

    private func askForRefresh() { state.withLock { $0.needsRefresh = true } }

    private func refreshWhenNeeded() async {
        var lastRead = time.uptime()
        while !Task.isCancelled {
            let wasAsked = state.withLock { state in
                defer { state.needsRefresh = false }
                return state.needsRefresh
            }
            // A node that cannot be reached may have left, its slots having moved before without anybody noticing.
            if wasAsked || pools.contains(where: { $0.connectionCount == 0 }) || time.uptime() - lastRead > Self.longestRefreshInterval {
                if await refresh() { lastRead = time.uptime() } else { askForRefresh() }
            }
            dismissStrangers()
            try? await Task.sleep(for: Self.refreshInterval)
        }
        announce.finish()
    }

    private func refresh() async -> Bool {
        for address in target.addresses + addresses.filter({ !target.addresses.contains($0) }) {
            guard let map = await Self.readMap(from: address, options: options.connection, on: group.next()) else { continue }
            state.withLock { $0.map = map }
            for node in map.nodes { _ = pool(of: node) }
            observer?.topologyRefreshed()
            return true
        }
        return false
    }

    /// Closes the connections to nodes that have left the cluster.
    private func dismissStrangers() {
        let now = time.uptime()
        let dismissed = state.withLock { state in
            let members = Set(state.map.nodes)
            let nodes = state.pools.keys.filter { !members.contains($0) && now - (state.lastNamed[$0] ?? .zero) > Self.strangerTime }
            return nodes.compactMap { node in
                state.lastNamed[node] = nil
                return state.pools.removeValue(forKey: node)
            }
        }
        for pool in dismissed { pool.dismiss() }
    }

    private static func readMap(
        from address: RedisAddress, options: RedisConnectionOptions, on eventLoop: any EventLoop
    ) async -> RedisSlotMap? {
        var plain = options
        plain.acceptsAnyRole = true
        guard let connection = try? await RedisConnector(options: plain).connect(to: address, on: eventLoop) else { return nil }
        defer { connection.close() }
        let deadline = options.time.uptime() + options.handshakeTimeout
        guard let reply = try? await connection.send([RedisCommand("CLUSTER", "SLOTS")], deadline: deadline).first,
            let map = RedisSlotMap(reply: reply, askedHost: address.host), !map.nodes.isEmpty
        else { return nil }
        return map
    }
}

extension RedisPool {
    /// Sends to a node that may have been met a moment ago, whose first connection is still being opened.
    fileprivate func sendPatiently(
        _ commands: [RedisCommand], until deadline: Duration, lane: RedisLane
    ) async throws(RedisError) -> [RedisValue] {
        while connectionCount == 0, time.uptime() < deadline, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
        return try await send(commands, within: max(deadline - time.uptime(), .milliseconds(1)), lane: lane)
    }
}
