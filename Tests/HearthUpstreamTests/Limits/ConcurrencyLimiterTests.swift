import Synchronization
import Testing

@testable import HearthUpstream

@Suite("Concurrency limiter", .timeLimit(.minutes(10)))
struct ConcurrencyLimiterTests {
    /// Waits until cancelled, as a limit that is never reached.
    private static let forever: ConcurrencyLimiter.Pause = { _ in try await Task.sleep(for: .seconds(3600)) }

    private final class Counts: Sendable {
        let inside = Atomic<Int>(0)
        let most = Atomic<Int>(0)
        let passed = Atomic<Int>(0)
    }

    private func refusal(of limiter: ConcurrencyLimiter) async -> ConcurrencyLimiter.Refusal? {
        do throws(ConcurrencyLimiter.Refusal) {
            try await limiter.acquire()
            return nil
        } catch {
            return error
        }
    }

    @Test("A thousand tasks pass eight slots, never more than eight at once, and none is lost")
    func thousand() async throws {
        let limiter = ConcurrencyLimiter(slots: 8, queueLength: 1000, longestWait: .seconds(30), pause: Self.forever)
        let counts = Counts()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<1000 {
                group.addTask {
                    guard (try? await limiter.acquire()) != nil else { return }
                    counts.most.max(counts.inside.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
                    await Task.yield()
                    counts.inside.subtract(1, ordering: .relaxed)
                    counts.passed.add(1, ordering: .relaxed)
                    limiter.release()
                }
            }
        }
        #expect(counts.passed.load(ordering: .relaxed) == 1000)
        #expect((1...8).contains(counts.most.load(ordering: .relaxed)))
        #expect(limiter.inFlight == 0)
        #expect(limiter.waiting == 0)
    }

    @Test("A thousand tasks of which every second is cancelled leave every slot free")
    func cancelStorm() async throws {
        let limiter = ConcurrencyLimiter(slots: 4, queueLength: 1000, longestWait: .seconds(30), pause: Self.forever)
        let counts = Counts()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<1000 {
                group.addTask {
                    let task = Task {
                        guard (try? await limiter.acquire()) != nil else { return }
                        await Task.yield()
                        counts.passed.add(1, ordering: .relaxed)
                        limiter.release()
                    }
                    if number % 2 == 0 { task.cancel() }
                    await task.value
                }
            }
        }
        #expect(counts.passed.load(ordering: .relaxed) >= 500)
        #expect(limiter.inFlight == 0)
        #expect(limiter.waiting == 0)
        #expect(await refusal(of: limiter) == nil)
    }

    @Test("With a full queue the answer comes at once")
    func full() async throws {
        let limiter = ConcurrencyLimiter(slots: 1, queueLength: 0, longestWait: .seconds(30), pause: Self.forever)
        try await limiter.acquire()
        #expect(await refusal(of: limiter) == .full)
        limiter.release()
        #expect(await refusal(of: limiter) == nil)
    }

    @Test("A wait that is too long ends, and the slot goes to nobody that has left")
    func tooLong() async throws {
        let limiter = ConcurrencyLimiter(slots: 1, queueLength: 5, longestWait: .seconds(30), pause: { _ in })
        try await limiter.acquire()
        #expect(await refusal(of: limiter) == .waitedTooLong)
        #expect(limiter.waiting == 0)
        limiter.release()
        #expect(limiter.inFlight == 0)
    }

    @Test("The shorter of the two limits is waited for")
    func shorterLimit() async throws {
        let asked = Mutex<[Duration]>([])
        let limiter = ConcurrencyLimiter(slots: 1, queueLength: 5, longestWait: .seconds(10)) { limit in
            asked.withLock { $0.append(limit) }
        }
        try await limiter.acquire()
        for limit in [Duration.seconds(3), .seconds(20)] {
            _ = await Task { try await limiter.acquire(waitingAtMost: limit) }.result
        }
        #expect(asked.withLock { $0 } == [.seconds(3), .seconds(10)])
    }

    @Test("A cancelled task leaves the queue and those behind it move up")
    func cancelled() async throws {
        let limiter = ConcurrencyLimiter(slots: 1, queueLength: 5, longestWait: .seconds(30), pause: Self.forever)
        try await limiter.acquire()
        let first = Task { await refusal(of: limiter) }
        while limiter.waiting < 1 { await Task.yield() }
        let second = Task { await refusal(of: limiter) }
        while limiter.waiting < 2 { await Task.yield() }
        first.cancel()
        #expect(await first.value == .cancelled)
        #expect(limiter.waiting == 1)
        limiter.release()
        #expect(await second.value == nil)
        #expect(limiter.inFlight == 1)
    }
}
