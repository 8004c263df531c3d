import HearthTelemetry
import NIOCore

/// Asks sentinels where the master is.
struct RedisSentinels: Sendable {
    let master: String
    let target: RedisTarget
    let options: RedisConnectionOptions
    let group: any EventLoopGroup

    /// The master's address as the first sentinel that answers tells it.
    func resolve() async throws(RedisError) -> RedisAddress {
        var last: RedisError?
        for address in target.addresses {
            do throws(RedisError) {
                return try await ask(address)
            } catch {
                last = error
            }
        }
        throw last ?? RedisError(.unreachable, address: "\(target)", cause: "no sentinel is named")
    }

    private func ask(_ address: RedisAddress) async throws(RedisError) -> RedisAddress {
        // The login is the master's; sentinels are asked without one.
        var sentinel = address
        sentinel.user = nil
        sentinel.password = nil
        sentinel.database = 0
        var plain = options
        plain.acceptsAnyRole = true
        let connection = try await RedisConnector(options: plain).connect(to: sentinel, on: group.next())
        defer { connection.close() }
        let question = RedisCommand("SENTINEL", "get-master-addr-by-name", master)
        let reply = try await connection.send([question], deadline: options.time.uptime() + options.handshakeTimeout).first
        guard let items = reply?.items, items.count == 2, let host = items[0].text, let port = items[1].integer,
            (1...65_535).contains(port)
        else {
            throw RedisError(.unreachable, address: "\(sentinel)", cause: "this sentinel does not know a master called \(master)")
        }
        var found = address
        found.host = host
        found.port = Int(port)
        return found
    }
}
