import Foundation
import HearthTestKit
import Testing

/// How many pairs are tried: all with `HEARTH_TEST_LONG`, some at random with `HEARTH_TEST_PAIRS`.
private let wantedPairs: Int = {
    let environment = ProcessInfo.processInfo.environment
    return environment["HEARTH_TEST_PAIRS"].flatMap { Int($0) } ?? (environment["HEARTH_TEST_LONG"] == nil ? 0 : .max)
}()

/// Faults that are each tested by themselves, two at a time: what mends one may lean on what the other broke.
@Suite("Two faults at once", .serialized, .timeLimit(.minutes(120)), .enabled(if: wantedPairs > 0, "make test-long does this"))
struct FaultPairTests {
    private static var pairs: [(TroubledFleet.Fault, TroubledFleet.Fault)] {
        let faults = TroubledFleet.Fault.allCases
        let all = faults.indices.flatMap { first in faults.indices.dropFirst(first + 1).map { (faults[first], faults[$0]) } }
        return wantedPairs < all.count ? Array(all.shuffled().prefix(wantedPairs)) : all
    }

    @Test("No wrong answer and no failure of Hearth's own while both last; afterwards everything works again by itself, and all is counted")
    func pairs() async throws {
        let fleet = try await TroubledFleet()
        for (first, second) in Self.pairs {
            let name = "\(first) with \(second)"
            let before = try await fleet.settled()
            let load = TroubledLoad(fleet, trouble: [first, second])
            let asking = (0..<4).map { client in Task { await load.run(client) } }
            try await load.untilAsked(40)
            try await fleet.begin(first)
            try await fleet.begin(second)
            try await load.untilAsked(120)
            for fault in [first, second].sorted(by: { $0.isFreeze && !$1.isFreeze }) { try await fleet.end(fault) }
            try await fleet.untilWell(after: name)
            try await load.untilAsked(40)
            for task in asking { task.cancel() }
            for task in asking { await task.value }
            #expect(load.failures.isEmpty, "\(name): \(load.failures.count), such as \(load.failures.prefix(3))")
            guard !first.losesCounts, !second.losesCounts else { continue }
            _ = try await fleet.settled(since: before)
        }
        #expect(try await fleet.replicas.firingsDoneTwice() == 0)
        await fleet.stop()
    }
}
