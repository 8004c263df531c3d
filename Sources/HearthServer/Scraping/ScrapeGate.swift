import Synchronization

/// Lets a limited number of scrapes be written at the same time, so that scrapers gone wild cannot take the processors from callers.
final class ScrapeGate: Sendable {
    private let limit: Int
    private let running = Atomic<Int>(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// Runs the body, or returns nil at once where as many run already.
    func pass<Value>(_ body: () -> Value) -> Value? {
        defer { running.wrappingSubtract(1, ordering: .relaxed) }
        guard running.wrappingAdd(1, ordering: .relaxed).newValue <= limit else { return nil }
        return body()
    }
}
