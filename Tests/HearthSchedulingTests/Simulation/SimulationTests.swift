import Foundation
import HearthTestKit
import Testing

@testable import HearthScheduling

@Suite("Many replicas, simulated")
struct SimulationTests {
    /// `HEARTH_TEST_LONG=1` runs 10,000 worlds, `HEARTH_SEED` a single one.
    private static var seeds: Range<UInt64> {
        let environment = ProcessInfo.processInfo.environment
        if let seed = environment["HEARTH_SEED"].flatMap({ UInt64($0) }) { return seed..<seed + 1 }
        return 0..<(environment["HEARTH_TEST_LONG"] == nil ? 300 : 10_000)
    }

    @Test("whatever happens to replicas, clocks and messages: one holder, no old writes, nothing early, nothing lost, nothing twice")
    func worlds() async throws {
        let failures = try await withThrowingTaskGroup(of: [String].self) { group in
            let lanes: UInt64 = 2
            for lane in 0..<lanes {
                group.addTask { try await QuietThread.run { try Self.failures(of: Self.seeds.filter { $0 % lanes == lane }) } }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }

    private static func failures(of seeds: [UInt64]) throws -> [String] {
        var failures: [String] = []
        for seed in seeds where failures.count < 5 {
            let world = try SimulatedWorld(seed: seed)
            try world.run(stormSeconds: 600, calmSeconds: 600)
            failures += world.violations.map { "HEARTH_SEED=\(seed) \($0)" }
        }
        return failures
    }

    @Test("a seed tells the same story every time")
    func repeatable() throws {
        let stories = try (0..<2).map { _ in
            let world = try SimulatedWorld(seed: 4711)
            try world.run(stormSeconds: 600, calmSeconds: 300)
            return [UInt64(world.eventsHandled), world.random.next()]
        }
        #expect(stories[0] == stories[1])
    }
}
