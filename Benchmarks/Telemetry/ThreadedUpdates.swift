import Dispatch
import HearthTelemetry
import Synchronization

/// Updates of one instrument by several threads, and by one while another scrapes without a pause.
enum ThreadedUpdates {
    private static let calls = 5_000_000

    static func measure() {
        let counter = Counter()
        report("increment one counter, two threads") { counter.increment() }
        let histogram = Histogram(.http)
        report("observe in one histogram, two threads") { histogram.observe(0.003) }
        let registry = MetricRegistry()
        let cache = CacheInstruments(registry: registry)
        let scraped = cache.request(result: .hit, match: .exact)
        let alone = nanoseconds { scraped.increment() }
        let isDone = Atomic(false)
        let finished = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            while !isDone.load(ordering: .relaxed) { _ = registry.render(.openMetrics) }
            finished.signal()
        }
        let beside = nanoseconds { scraped.increment() }
        isDone.store(true, ordering: .relaxed)
        finished.wait()
        print("  increment alone: \(alone) ns; beside a scrape without end: \(beside) ns; aim at most twice as long")
    }

    private static func report(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let clock = SystemTimeSource()
        let begin = clock.uptime()
        DispatchQueue.concurrentPerform(iterations: 2) { _ in for _ in 0..<calls { body() } }
        let elapsed = (clock.uptime() - begin).fractionalSeconds
        print("  \(name): \((elapsed * 1e10 / Double(calls)).rounded() / 10) ns a call of each thread")
    }

    private static func nanoseconds(_ body: () -> Void) -> Double {
        let clock = SystemTimeSource()
        let begin = clock.uptime()
        for _ in 0..<calls { body() }
        return ((clock.uptime() - begin).fractionalSeconds * 1e10 / Double(calls)).rounded() / 10
    }
}
