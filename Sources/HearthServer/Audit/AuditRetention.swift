import HearthTelemetry

/// Removes acts that are older than they are kept; part of the job `retain-statistics`.
struct AuditRetention: Sendable {
    let store: any AuditStore
    let kept: Duration

    /// Acts that one transaction removes, so that no other writer waits long.
    private static let slice = 500

    /// Returns how many were removed.
    func run(now: Timestamp) async throws -> Int {
        var total = 0
        var removed = 0
        repeat {
            removed = try await store.remove(before: now - kept, limit: Self.slice)
            total += removed
        } while removed == Self.slice && !Task.isCancelled
        return total
    }
}
