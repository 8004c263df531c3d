import Foundation
import HearthTestKit
import NIOPosix
import Synchronization
import Testing

@testable import HearthServer

@Suite("The limit of scrapes at the same time", .timeLimit(.minutes(1)))
struct ScrapeGateTests {
    private final class End: Sendable {
        let hasCome = Atomic(false)
    }

    @Test("One more than the limit is turned away at once, also where the others only wait, and a place that is left is given again")
    func limit() async throws {
        // One thread: the second waits for it.
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let gate = ScrapeGate(limit: 2, threads: threads)
        let end = End()
        try await withThrowingTaskGroup(of: Int?.self) { group in
            for number in 0..<2 {
                group.addTask {
                    try await gate.pass {
                        while !end.hasCome.load(ordering: .acquiring) { usleep(1000) }
                        return number
                    }
                }
            }
            try await Deadline.until("both are inside") { gate.count == 2 }
            #expect(try await gate.pass { 3 } == nil)
            #expect(gate.count == 2)
            end.hasCome.store(true, ordering: .releasing)
            #expect(try await group.reduce(into: []) { $0.append($1) }.compactMap(\.self).sorted() == [0, 1])
        }
        #expect(gate.count == 0)
        #expect(try await gate.pass { 4 } == 4)
        try await threads.shutdownGracefully()
    }
}
