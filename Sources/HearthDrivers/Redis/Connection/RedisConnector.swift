import HearthTelemetry
import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections that are ready for use: logged in, named, in the right database.
struct RedisConnector: Sendable {
    let options: RedisConnectionOptions

    /// - Parameter listener: gets what the server sends unasked; for subscriptions.
    func connect(
        to address: RedisAddress, on eventLoop: any EventLoop, listener: RedisChannelHandler.Listener? = nil
    ) async throws(RedisError) -> RedisConnection {
        let connection: RedisConnection
        do {
            connection = try await open(address, eventLoop, listener)
        } catch {
            throw RedisError(.unreachable, address: "\(address)", cause: Self.cause(error))
        }
        do throws(RedisError) {
            try await shakeHands(connection, address)
            return connection
        } catch {
            // Half logged in it must never be used.
            connection.close()
            throw error
        }
    }

    private func open(
        _ address: RedisAddress, _ eventLoop: any EventLoop, _ listener: RedisChannelHandler.Listener?
    ) async throws -> RedisConnection {
        let options = options
        let traffic = RedisTraffic()
        let tls = try address.usesTLS ? Self.tlsContext(options) : nil
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(.milliseconds(options.connectTimeout.wholeMilliseconds))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        // A certificate names a host; an address in numbers cannot be asked for.
                        let name = address.host.contains(":") || address.host.allSatisfy { $0.isNumber || $0 == "." } ? nil : address.host
                        try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: name))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        RedisChannelHandler(address: address, options: options, traffic: traffic, listener: listener))
                }
            }
        let channel = try await bootstrap.connect(host: address.host, port: address.port).get()
        let handler = try await channel.eventLoop.submit {
            NIOLoopBound(
                try channel.pipeline.syncOperations.handler(type: RedisChannelHandler.self), eventLoop: channel.eventLoop)
        }.get()
        return RedisConnection(channel: channel, handler: handler, traffic: traffic, address: address)
    }

    private static func tlsContext(_ options: RedisConnectionOptions) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let file = options.trustedCertificates { configuration.trustRoots = .file(file) }
        return try NIOSSLContext(configuration: configuration)
    }

    private func shakeHands(_ connection: RedisConnection, _ address: RedisAddress) async throws(RedisError) {
        var commands: [RedisCommand] = []
        if let password = address.password {
            commands.append(RedisCommand(texts: ["AUTH"] + (address.user.map { [$0] } ?? []) + [password.reveal()]))
        }
        commands.append(RedisCommand("CLIENT", "SETNAME", options.clientName))
        commands.append(RedisCommand("SELECT", "\(address.database)"))
        // A replica refuses what is written, and may be behind in what it tells.
        commands.append(RedisCommand("ROLE"))
        let replies = try await connection.send(commands, deadline: options.time.uptime() + options.handshakeTimeout)
        if !options.acceptsAnyRole, let role = replies.last?.items?.first?.text, role != "master" {
            throw RedisError(.unreachable, address: "\(address)", cause: "it is a \(role), not a master")
        }
        for (command, reply) in zip(commands.dropLast(), replies) {
            guard case .error(let error) = reply else { continue }
            let word = String(decoding: command.words[0], as: UTF8.self)
            // Proxies and restricted users may not know names; only the database 0 needs no SELECT, as on a cluster.
            if word == "CLIENT" || word == "SELECT" && address.database == 0 && error.remedy == .command { continue }
            throw RedisError(
                error.remedy == .unavailable ? .reply(error) : .handshake, address: "\(address)", cause: "\(word): \(error)")
        }
    }

    /// NIO's errors name every address that was tried; the first says enough.
    private static func cause(_ error: any Error) -> String {
        if let failure = error as? NIOConnectionError {
            if let first = failure.connectionErrors.first { return "\(first.error)" }
            return failure.dnsAError.map { "\($0)" } ?? "no address"
        }
        return "\(error)"
    }
}
