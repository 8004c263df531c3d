import Foundation
import HearthTelemetry
import HearthTestKit
import NIOCore
import NIOPosix
import Testing

@testable import HearthServer

@Suite("The lag of event loops", .timeLimit(.minutes(10)))
struct EventLoopLagTests {
    @Test("A loop that is held up for a second is seen to be late, an idle one is on time")
    func heldUp() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let registry = MetricRegistry()
        let lag = ServiceInstruments(registry: registry).eventLoopLag
        let loop = group.next()
        EventLoopLag.measure(on: loop, timeSource: SystemTimeSource()) { lag.observe($0) }
        try await Deadline.until("the idle loop was measured") { lag.count >= 2 }
        let held = DispatchSemaphore(value: 0)
        // Holding up is what is tested: nothing else on the loop can run meanwhile.
        loop.execute { _ = held.wait(timeout: .now() + 1.5) }
        let before = lag.sum
        try await Deadline.until("the lag was seen") { lag.sum - before > 1 }
        try await group.shutdownGracefully()
    }
}
