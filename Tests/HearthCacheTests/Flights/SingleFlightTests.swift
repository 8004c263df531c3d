import Synchronization
import Testing

@testable import HearthCache

@Suite("Merging identical calls")
struct SingleFlightTests {
    struct Failed: Error, Equatable {}
    private typealias Flight = SingleFlight<String, Int, Failed>

    /// Opens for everyone at once.
    private final class Gate: Sendable {
        private let stream: AsyncStream<Never>
        private let end: AsyncStream<Never>.Continuation

        init() { (stream, end) = AsyncStream.makeStream() }
        func open() { end.finish() }
        func pass() async { for await _ in stream {} }
    }

    private final class CallCount: Sendable {
        private let count = Atomic<Int>(0)

        var value: Int { count.load(ordering: .relaxed) }
        func countOne() -> Int { count.add(1, ordering: .relaxed).newValue }
    }

    private func waitFor(_ count: Int, _ flight: Flight) async {
        while flight.waiterCount < count { await Task.yield() }
    }

    @Test("A thousand identical callers cause one call and get one answer")
    func merging() async {
        let flight = Flight(followerLimit: 2000)
        let calls = CallCount()
        let gate = Gate()
        let outcomes = await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<1000 {
                group.addTask {
                    let landed = await flight.outcome(for: "q") {
                        await gate.pass()
                        return .success(calls.countOne())
                    }
                    return try? landed.outcome?.get()
                }
            }
            await waitFor(1000, flight)
            gate.open()
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(calls.value == 1)
        #expect(outcomes.count == 1000)
        #expect(outcomes.allSatisfy { $0 == 1 })
    }

    @Test("If the call fails for a thousand callers, it is made twice and no more")
    func failing() async {
        let flight = Flight(followerLimit: 2000)
        let calls = CallCount()
        let gate = Gate()
        let failures = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<1000 {
                group.addTask {
                    let landed = await flight.outcome(for: "q") {
                        await gate.pass()
                        _ = calls.countOne()
                        return .failure(Failed())
                    }
                    if case .failure = landed.outcome { return true }
                    return false
                }
            }
            await waitFor(1000, flight)
            gate.open()
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(calls.value == 2)
        #expect(failures == 1000)
    }

    @Test("After a failure the next caller makes its own call, not the failed one again; the others get what comes of it")
    func promotedMakesItsOwn() async {
        let flight = Flight(followerLimit: 10)
        let refused = CallCount()
        let gate = Gate()
        let leader = Task {
            await flight.outcome(for: "q") {
                await gate.pass()
                _ = refused.countOne()
                return .failure(Failed())
            }
        }
        await waitFor(1, flight)
        let promoted = Task { await flight.outcome(for: "q") { .success(2) } }
        await waitFor(2, flight)
        let follower = Task { await flight.outcome(for: "q") { .success(3) } }
        await waitFor(3, flight)
        gate.open()
        let (first, second, third) = (await leader.value, await promoted.value, await follower.value)
        #expect(first.outcome == .failure(Failed()) && first.role == .led)
        #expect(second.outcome == .success(2) && second.role == .led)
        #expect(third.outcome == .success(2) && third.role == .followed)
        #expect(refused.value == 1)
    }

    @Test("A failure whose caller has gone is told to the others as another's, for they may do better by themselves")
    func promotedLeaves() async {
        let flight = Flight(followerLimit: 10)
        let (first, second, isAsked) = (Gate(), Gate(), Gate())
        let leader = Task {
            await flight.outcome(for: "q") {
                await first.pass()
                return .failure(Failed())
            }
        }
        await waitFor(1, flight)
        let promoted = Task {
            await flight.outcome(for: "q") {
                isAsked.open()
                await second.pass()
                return .failure(Failed())
            }
        }
        await waitFor(2, flight)
        let follower = Task { await flight.outcome(for: "q") { .success(3) } }
        await waitFor(3, flight)
        first.open()
        #expect(await leader.value.role == .led)
        await isAsked.pass()
        promoted.cancel()
        #expect(await promoted.value.outcome == nil)
        second.open()
        let landed = await follower.value
        #expect(landed.outcome == .failure(Failed()) && landed.role == .followed)
        #expect(flight.waiterCount == 0)
    }

    @Test("The call outlives the caller that started it while another waits")
    func leaderLeaves() async {
        let flight = Flight(followerLimit: 10)
        let gate = Gate()
        let leader = Task {
            await flight.outcome(for: "q") {
                await gate.pass()
                return .success(7)
            }.outcome
        }
        await waitFor(1, flight)
        let follower = Task { await flight.outcome(for: "q") { .success(0) } }
        await waitFor(2, flight)
        leader.cancel()
        #expect(await leader.value == nil)
        gate.open()
        let landed = await follower.value
        #expect((try? landed.outcome?.get()) == 7)
        // One of those who had it pays for it.
        #expect(landed.role == .led)
    }

    @Test("A call that nobody waits for any more is cancelled")
    func abandoned() async {
        let flight = Flight(followerLimit: 10)
        let cancelled = Gate()
        let caller = Task {
            await flight.outcome(for: "q") {
                await withTaskCancellationHandler {
                    await Gate().pass()
                } onCancel: {
                    cancelled.open()
                }
                return .failure(Failed())
            }
        }
        await waitFor(1, flight)
        caller.cancel()
        await cancelled.pass()
        #expect(await caller.value.outcome == nil)
        #expect(flight.waiterCount == 0)
    }

    @Test("Callers beyond the limit are refused at once")
    func refusal() async {
        let flight = Flight(followerLimit: 0)
        let gate = Gate()
        let leader = Task {
            await flight.outcome(for: "q") {
                await gate.pass()
                return .success(1)
            }.role
        }
        await waitFor(1, flight)
        #expect(await flight.outcome(for: "q") { .success(2) }.role == .refused)
        gate.open()
        #expect(await leader.value == .led)
    }
}
