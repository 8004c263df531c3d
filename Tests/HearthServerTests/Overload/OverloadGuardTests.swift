import HearthTelemetry
import HearthTestKit
import HearthUpstream
import Logging
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import HearthServer

@Suite("The guard against overload", .timeLimit(.minutes(2)))
struct OverloadGuardTests {
    /// Draws 0, 1, 2 … 999 and again.
    private final class Draws: Sendable {
        private let next = Atomic<Int>(0)

        func draw() -> Int { next.wrappingAdd(1, ordering: .relaxed).oldValue % 1000 }
    }

    private static func guarding(_ target: Duration? = .milliseconds(50)) -> (OverloadGuard, OverloadInstruments) {
        let draws = Draws()
        let instruments = OverloadInstruments(registry: MetricRegistry())
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return (OverloadGuard(target: target, instruments: instruments, logger: logger) { draws.draw() }, instruments)
    }

    private static func windows(_ count: Int, of delay: Duration, _ note: (Duration) -> Void) {
        for _ in 0..<count * ShedLevel.window { note(delay) }
    }

    @Test("The latest of the loops decides; what is refused is counted, and calls are refused with a time to come back")
    func latest() throws {
        let (overload, instruments) = Self.guarding()
        let (first, second) = (overload.watch(), overload.watch())
        Self.windows(10, of: .seconds(1), first)
        Self.windows(10, of: .zero, second)
        #expect(overload.isShedding && instruments.level.value == 2.5 && instruments.delay.value == 1)
        #expect(!overload.admits(.background))
        #expect(instruments.shed(.background).value == 1)
        let refused = (0..<1000).count { _ in !overload.admits(.miss) }
        #expect(refused == 500 && instruments.shed(.miss).value == 500)
        var waits: Set<Duration> = []
        for _ in 0..<1000 {
            do throws(UpstreamError) {
                try overload.admitCall()
            } catch {
                #expect(error.kind == .overloaded)
                if let wait = error.retryAfter { waits.insert(wait) }
            }
        }
        #expect(waits == [.seconds(3)])
        Self.windows(60, of: .zero, first)
        #expect(!overload.isShedding && instruments.level.value == 0)
        #expect((0..<1000).allSatisfy { _ in overload.admits(.background) && overload.admits(.miss) })
    }

    @Test("Where it is off nothing is ever refused")
    func off() throws {
        let (overload, instruments) = Self.guarding(nil)
        Self.windows(100, of: .seconds(10), overload.watch())
        #expect(!overload.isShedding && overload.admits(.background) && instruments.target.value == 0)
        try overload.admitCall()
    }

    @Test("A loop that is held up again and again is noticed, and its end too")
    func loop() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let (overload, _) = Self.guarding(.milliseconds(20))
        EventLoopLag.measure(on: loop, timeSource: SystemTimeSource(), observe: overload.watch())
        // Holding up is what is tested: nothing else on the loop can run meanwhile.
        let task = loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1)) { _ in
            let until = ContinuousClock.now + .milliseconds(100)
            while ContinuousClock.now < until {}
        }
        try await Deadline.until("background work is refused") { !overload.admits(.background) && overload.retryAfter > .seconds(1) }
        task.cancel()
        try await Deadline.until("nothing is refused any more") { !overload.isShedding }
        try await group.shutdownGracefully()
    }
}
