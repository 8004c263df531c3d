import HearthTelemetry
import HearthTestKit
import Synchronization
import Testing

@testable import HearthPages
@testable import HearthServer

@Suite("Parts of pages that are slow, hang or fail", .timeLimit(.minutes(1)))
struct PanelShelfTests {
    private let shelf = PanelShelf(timeSource: SystemTimeSource())

    /// A load that a test lets go on.
    private final class Gate: Sendable {
        private let counter = Counter()
        private let opened = AsyncStream<Void>.makeStream()

        var loads: Int { counter.value }

        func open() { opened.continuation.finish() }

        func load(_ value: Int) async -> Int {
            counter.increase()
            for await _ in opened.stream {}
            return value
        }
    }

    private final class Counter: Sendable {
        private let state = Mutex(0)

        var value: Int { state.withLock { $0 } }

        func increase() { state.withLock { $0 += 1 } }
    }

    /// Until it is there; a busy machine may not come to it in the half second that a part is given.
    private static func know(_ value: Int, _ shelf: PanelShelf) async throws {
        try await Deadline.until("it is known") {
            if case .ready = await shelf.panel("known", { value }) { return true }
            return false
        }
    }

    @Test("What comes in time is shown, and what fails says why")
    func inTime() async throws {
        // A busy machine may not come to it in half a second.
        try await Deadline.until("it is shown") {
            if case .ready(7) = await shelf.panel("a", { 7 }) { return true }
            return false
        }
        try await Deadline.until("the reason is shown") {
            let failed: Panel<Int> = await shelf.panel("b") { throw APIError(.storeUnavailable, "The store is away.") }
            if case .missing(.failed(reason: "The store is away.")) = failed { return true }
            return false
        }
    }

    @Test("What hangs costs half a second and shows what was known, is asked once, and is fresh when it comes back")
    func hanging() async throws {
        let gate = Gate()
        let clock = ContinuousClock()
        let started = clock.now
        let first: Panel<Int> = await shelf.panel("slow") { await gate.load(1) }
        guard case .missing(.slow) = first else { throw RunningProgram.Failure("\(first)") }
        let elapsed = clock.now - started
        #expect(elapsed >= .milliseconds(450))
        // Whoever comes later does not wait again for what hangs already.
        let second: Panel<Int> = await shelf.panel("slow") { await gate.load(2) }
        guard case .missing(.slow) = second else { throw RunningProgram.Failure("\(second)") }
        #expect(gate.loads == 1)
        gate.open()
        try await Deadline.until("it has come back") {
            if case .ready(3) = await shelf.panel("slow", { 3 }) { return true }
            return false
        }
    }

    @Test("What was known before is shown with its moment")
    func kept() async throws {
        try await Self.know(1, shelf)
        let gate = Gate()
        let panel: Panel<Int> = await shelf.panel("known") { await gate.load(2) }
        guard case .kept(1, _, let took, heldBy: nil) = panel else { throw RunningProgram.Failure("\(panel)") }
        #expect(took >= .milliseconds(450))
        gate.open()
    }

    @Test("Where a job holds the store, its name is told")
    func held() async throws {
        let shelf = PanelShelf(timeSource: SystemTimeSource(), holder: { "prune-cache" })
        let gate = Gate()
        let missing: Panel<Int> = await shelf.panel("new") { await gate.load(1) }
        guard case .missing(.busy(job: "prune-cache", _)) = missing else { throw RunningProgram.Failure("\(missing)") }
        try await Self.know(1, shelf)
        let kept: Panel<Int> = await shelf.panel("known") { await gate.load(2) }
        guard case .kept(1, _, _, heldBy: "prune-cache") = kept else { throw RunningProgram.Failure("\(kept)") }
        gate.open()
    }

    @Test("No more parts are kept than there is room for")
    func bounds() async {
        for number in 0..<(PanelShelf.capacity + 200) { _ = await shelf.panel("\(number)") { number } }
        #expect(shelf.count <= PanelShelf.capacity)
    }

    @Test("A hundred who look at once cost one rendering")
    func shared() async {
        // Time stands still, so that the second for which a rendering is good is not over before all have come.
        let renderings = PageRenderings(timeSource: ManualTimeSource(now: Timestamp(seconds: 1_790_000_000)))
        let count = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    _ = await renderings.page("address") {
                        count.increase()
                        // Long enough for the others to come while it is made; who waits for it is nowhere to be seen.
                        try? await Task.sleep(for: .milliseconds(20))
                        return RenderedPage(page: [], fragment: [], entityTag: "\"x\"", updated: "")
                    }
                }
            }
        }
        #expect(count.value == 1)
    }
}
