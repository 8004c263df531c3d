package import HearthTelemetry

/// Asks whether a Redis server can be used: connection, login, database, one PING.
///
/// It runs on a thread of its own and opens a new connection each time, so its result says what a new connection would meet. With
/// `rediss://` only the TCP port is checked: hiredis is linked without TLS.
package struct RedisProbe: Sendable {
    package let address: RedisAddress
    private let deadline: Duration
    private let time: any TimeSource
    private let call = BlockingCall(name: "hearth-redis")

    package init(address: RedisAddress, deadline: Duration = .seconds(2), time: any TimeSource = SystemTimeSource()) {
        self.address = address
        self.deadline = deadline
        self.time = time
    }

    package func check() async throws(StoreProbeError) -> StoreProbeResult {
        let start = time.uptime()
        let (address, deadline, time) = (address, deadline, time)
        let outcome = await call.run(deadline: deadline) { () -> Result<Void, StoreProbeError> in
            Result { () throws(StoreProbeError) in
                let connection = try RedisProbeConnection.open(to: address, timeout: deadline)
                guard !address.usesTLS else { return }
                for command in Self.commands(for: address) {
                    guard time.uptime() - start < deadline else { throw Self.timeout(address, deadline) }
                    try connection.send(command)
                }
            }
        }
        let limitation = address.usesTLS ? "only the TCP port was checked; this build of hiredis has no TLS" : nil
        switch outcome {
        case .finished(.success): return StoreProbeResult(latency: time.uptime() - start, limitation: limitation)
        case .finished(.failure(let error)): throw error
        case .deadlinePassed: throw Self.timeout(address, deadline)
        case .stillBusy: throw failure(.busy, "an earlier check has not ended")
        case .threadRefused(let error): throw failure(.unreachable, "\(error)")
        }
    }

    private static func commands(for address: RedisAddress) -> [[String]] {
        var commands: [[String]] = []
        if let password = address.password { commands.append(["AUTH"] + (address.user.map { [$0] } ?? []) + [password.reveal()]) }
        if address.database != 0 { commands.append(["SELECT", "\(address.database)"]) }
        commands.append(["PING"])
        return commands
    }

    private static func timeout(_ address: RedisAddress, _ deadline: Duration) -> StoreProbeError {
        let cause = "\(deadline.wholeMilliseconds) ms have passed"
        return StoreProbeError(kind: .timeout, store: "Redis", address: "\(address)", cause: cause)
    }

    private func failure(_ kind: StoreProbeError.Kind, _ cause: String) -> StoreProbeError {
        StoreProbeError(kind: kind, store: "Redis", address: "\(address)", cause: cause)
    }
}
