package import HearthTelemetry

/// Asks whether a PostgreSQL server can be used: connection, login, one `SELECT 1`.
///
/// It uses libpq's non-blocking calls on a thread of its own; each wait ends with the deadline. Only libpq's name look-up blocks,
/// and then the thread is left behind until the system's resolver gives up.
package struct PostgresProbe: Sendable {
    package let address: PostgresAddress
    private let deadline: Duration
    private let time: any TimeSource
    private let call = BlockingCall(name: "hearth-postgres")

    package init(address: PostgresAddress, deadline: Duration = .seconds(2), time: any TimeSource = SystemTimeSource()) {
        self.address = address
        self.deadline = deadline
        self.time = time
    }

    package func check() async throws(StoreProbeError) -> StoreProbeResult {
        let start = time.uptime()
        let (address, end, time) = (address, start + deadline, time)
        let outcome = await call.run(deadline: deadline) { () -> Result<Void, StoreProbeError> in
            Result { () throws(StoreProbeError) in
                let connection = try PostgresProbeConnection.open(to: address) { end - time.uptime() }
                try connection.selectOne()
            }
        }
        switch outcome {
        case .finished(.success): return StoreProbeResult(latency: time.uptime() - start)
        case .finished(.failure(let error)): throw error
        case .deadlinePassed: throw failure(.timeout, "\(deadline.wholeMilliseconds) ms have passed")
        case .stillBusy: throw failure(.busy, "an earlier check has not ended")
        case .threadRefused(let error): throw failure(.unreachable, "\(error)")
        }
    }

    private func failure(_ kind: StoreProbeError.Kind, _ cause: String) -> StoreProbeError {
        StoreProbeError(kind: kind, store: "PostgreSQL", address: "\(address)", cause: cause)
    }
}
