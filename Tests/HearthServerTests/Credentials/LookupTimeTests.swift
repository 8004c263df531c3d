import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthServer

/// `make bench` does the same with the program as it is shipped, in which the compiler may have found a shorter way.
@Suite("The time of a key's look-up", .serialized)
struct LookupTimeTests {
    private static let count = 100_000
    /// Samples of one distribution are farther apart than 0.0087 once in a thousand times. The rest is for what a program that is not
    /// optimised, and a machine, do besides: 0.05 were seen, and 0.9 for a look-up that ends early.
    private static let limit = 0.15

    private let keys: (valid: [APIKey], revoked: [APIKey], unknown: [APIKey]) = {
        // As many as stay in the processor's cache: who is looked up often must not be found by that.
        (KeyRingTests.keys(50).keys, KeyRingTests.keys(50, revokedAt: KeyRingTests.now).keys, KeyRingTests.keys(50).keys)
    }()

    private var entries: [APIKeyEntry] {
        (keys.valid + keys.revoked).map { key in
            APIKeyEntry(
                id: key.id, caller: Caller(credential: key.name, tenant: key.tenant, scopes: key.scopes), fingerprint: key.fingerprint,
                isRevoked: key.revokedAt != nil, endsAt: .max)
        }
    }

    @Test("Right, revoked and unknown keys take the same time, many and one of each, by the test of Kolmogorov and Smirnov (S22)")
    func sameTime() {
        let table = APIKeyTable(entries)
        for share in [50, 1] {
            let distances = greatestDistances(share) { table.find($0, at: KeyRingTests.now).isUsable }
            print("KS of look-ups of \(share) keys of each kind: \(distances)")
            #expect(distances.allSatisfy { $0 < Self.limit }, "\(distances)")
        }
    }

    @Test("The test sees a look-up that ends as soon as it knows")
    func brokenLookups() {
        let entries = entries
        let byFingerprint = Dictionary(uniqueKeysWithValues: entries.map { ($0.fingerprint, $0) })
        let early = greatestDistances(50) { fingerprint in
            guard let entry = byFingerprint[fingerprint] else { return false }
            return entry.fingerprint.difference(from: fingerprint) == 0 && !entry.isRevoked && entry.endsAt > KeyRingTests.now.milliseconds
        }
        print("KS of look-ups that end early: \(early)")
        #expect((early.max() ?? 0) > Self.limit * 3)
    }

    /// The distances of right and revoked, right and unknown, revoked and unknown keys.
    private func greatestDistances(_ share: Int, _ isUsable: (Fingerprint) -> Bool) -> [Double] {
        let kinds = [keys.valid, keys.revoked, keys.unknown].map { $0.prefix(share).map(\.fingerprint) }
        var times: [[Double]] = [[], [], []]
        var found = [0, 0, 0]
        var random = SeededGenerator(seed: 22)
        let clock = ContinuousClock()
        for _ in 0..<(3 * Self.count) {
            // In no order that a cache or a predictor could learn; all kinds meet the same disturbances.
            let kind = Int(random.next(upperBound: UInt64(3)))
            let fingerprint = kinds[kind][Int(random.next(upperBound: UInt64(share)))]
            let begin = clock.now
            let isFound = isUsable(fingerprint)
            times[kind].append((clock.now - begin).fractionalSeconds)
            if isFound { found[kind] += 1 }
        }
        #expect(found == [times[0].count, 0, 0])
        return [(0, 1), (0, 2), (1, 2)].map { KolmogorovSmirnov.difference(times[$0.0], times[$0.1]) }
    }
}
