import HearthDrivers
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("The time of a key's look-up", .serialized)
struct LookupTimeTests {
    /// `make bench` compares the distributions of single look-ups, in the program as it is shipped; this notices a look-up that ends early.
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
        var times: [[Duration]] = [[], [], []]
        var found = [0, 0, 0]
        for round in 0..<1500 {
            let kind = round % 3
            let begin = clock.now
            for place in 0..<100 where table.find(kinds[kind][(round * 37 + place) % 1000], at: KeyRingTests.now).isUsable {
                found[kind] += 1
            }
            times[kind].append(clock.now - begin)
        }
        #expect(found == [50_000, 0, 0])
        let middles = times.map { $0.sorted()[250].fractionalSeconds }
        // One that looked at the places of a bucket until it found something would differ by a third.
        #expect((middles.max() ?? 0) / (middles.min() ?? 1) < 1.2, "\(middles)")
    }
}
