package import HearthTelemetry

/// Waits for time to pass; tests bring one that waits for the test.
package protocol Sleeper: Sendable {
    /// Returns early by throwing when the task is cancelled. It may wake early, never rely on it to be exact.
    func sleep(for duration: Duration) async throws

    /// The same until a moment of the monotonic clock.
    func sleep(until end: Duration, of time: any TimeSource) async throws
}

extension Sleeper {
    package func sleep(until end: Duration, of time: any TimeSource) async throws { try await sleep(for: end - time.uptime()) }
}

/// Sleeps on the continuous clock without tolerance.
package struct ContinuousSleeper: Sleeper {
    package init() {}

    package func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration, tolerance: .zero, clock: .continuous)
    }
}
