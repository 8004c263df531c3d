import HearthDrivers
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("The time of a key's look-up", .serialized)
struct LookupTimeTests {
    /// The largest distance between two empirical distributions (Kolmogorov and Smirnov).
    static func distance(_ left: [Int64], _ right: [Int64]) -> Double {
        let (left, right) = (left.sorted(), right.sorted())
        var (i, j, largest) = (0, 0, 0.0)
        while i < left.count, j < right.count {
            let value = min(left[i], right[j])
            while i < left.count, left[i] == value { i += 1 }
            while j < right.count, right[j] == value { j += 1 }
            largest = max(largest, abs(Double(i) / Double(left.count) - Double(j) / Double(right.count)))
        }
        return largest
    }

    @Test("Right, revoked and unknown keys take the same time (S22)")
    func sameTime() {
        let (valid, revoked) = (KeyRingTests.keys(1000), KeyRingTests.keys(1000, revokedAt: KeyRingTests.now))
        let table = APIKeyTable(
            (valid.keys + revoked.keys).map { key in
                APIKeyEntry(
                    id: key.id, caller: Caller(credential: key.name, tenant: key.tenant, scopes: key.scopes), fingerprint: key.fingerprint,
                    isRevoked: key.revokedAt != nil, endsAt: .max)
            })
        let kinds = [valid.secrets, revoked.secrets, KeyRingTests.keys(1000).secrets].map { $0.map { Fingerprint($0) } }
        let clock = ContinuousClock()
        var times: [[Int64]] = [[], [], []]
        var found = [0, 0, 0]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300_000 {
            // In no order that a cache or a predictor could learn.
            let kind = Int(random.next(upperBound: UInt64(3)))
            let fingerprint = kinds[kind][Int(random.next(upperBound: UInt64(1000)))]
            let begin = clock.now
            let finding = table.find(fingerprint, at: KeyRingTests.now)
            times[kind].append((clock.now - begin).components.attoseconds / 1_000_000_000)
            if finding.isUsable { found[kind] += 1 }
        }
        #expect(found == [times[0].count, 0, 0])
        for (left, right) in [(0, 1), (0, 2), (1, 2)] {
            let distance = Self.distance(times[left], times[right])
            // 0.0087 is what two samples of 100,000 from one distribution exceed once in a thousand times.
            #expect(distance < 0.02, "kinds \(left) and \(right): \(distance)")
        }
    }

    @Test("The distance tells distributions apart that differ by little")
    func distances() {
        var random = SystemRandomNumberGenerator()
        let noise = (0..<50_000).map { _ in Int64(random.next(upperBound: UInt64(100))) }
        let other = (0..<50_000).map { _ in Int64(random.next(upperBound: UInt64(100))) }
        #expect(Self.distance(noise, other) < 0.02)
        #expect(Self.distance(noise, other.map { $0 + 5 }) > 0.04)
    }
}
