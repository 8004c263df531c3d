import NIOPosix
import Synchronization

/// Lets a limited number of scrapes wait or be written at the same time, so that scrapers gone wild cannot take the processors from callers.
///
/// They are written by threads of their own: else as many as there are processors could hold up the tasks of all callers, and the limit
/// would never be seen on a machine that has fewer processors than that.
final class ScrapeGate: Sendable {
    private let limit: Int
    private let threads: NIOThreadPool
    private let running = Atomic<Int>(0)

    init(limit: Int, threads: NIOThreadPool = .singleton) {
        self.limit = limit
        self.threads = threads
    }

    /// Scrapes that wait or are being written.
    var count: Int { running.load(ordering: .relaxed) }

    /// Runs the body, or returns nil at once where as many run or wait already.
    func pass<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async throws -> Value? {
        defer { running.wrappingSubtract(1, ordering: .relaxed) }
        guard running.wrappingAdd(1, ordering: .relaxed).newValue <= limit else { return nil }
        return try await threads.runIfActive(body)
    }
}
