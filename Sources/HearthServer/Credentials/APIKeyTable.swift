package import HearthDrivers
package import HearthTelemetry
import Synchronization

/// A key in memory: who presents it, and until when it counts.
package final class APIKeyEntry: Sendable {
    /// Nil for keys of the configuration, whose use nobody records.
    let id: String?
    let caller: Caller
    let fingerprint: Fingerprint
    let isRevoked: Bool
    /// All bits of a revoked key, else none.
    let revocation: UInt64
    /// Milliseconds since 1970; the largest number for a key without an end.
    let endsAt: Int64
    /// The hour of the last use, in hours since 1970; 0 before the first.
    let lastUsedHour: Atomic<Int64>

    package init(id: String?, caller: Caller, fingerprint: Fingerprint, isRevoked: Bool, endsAt: Int64, lastUsedHour: Int64 = 0) {
        self.id = id
        self.caller = caller
        self.fingerprint = fingerprint
        self.isRevoked = isRevoked
        revocation = isRevoked ? .max : 0
        self.endsAt = endsAt
        self.lastUsedHour = Atomic(lastUsedHour)
    }
}

/// Every key that there is, found by its fingerprint.
///
/// A look-up does the same work for a key that is valid, one that is revoked and one that nobody has: eight places of one bucket are looked
/// at at once, and then one entry is compared as a whole. Where none fits that is some other entry, which lies as near or as far in memory
/// as the right one would.
///
/// The places are compared by the arithmetic of vectors alone. Written as a loop over numbers, or with the comparison of vectors, the
/// compiler found out what the arithmetic meant and put a jump for each place in its stead, so that a processor which guesses jumps told
/// right keys from unknown ones.
package struct APIKeyTable: Sendable {
    /// What a look-up found; `entry` means nothing for a key that is not known.
    package struct Finding: Sendable {
        let entry: APIKeyEntry
        let isKnown: Bool
        package let isUsable: Bool
    }

    private let entries: [APIKeyEntry]
    /// The beginnings of the fingerprints, and beside them the entries' positions; position 0 is the stand-in.
    private let tags: [Bucket]
    private let positions: [Bucket]
    private let mask: UInt64

    private typealias Bucket = SIMD8<UInt64>

    package init(_ keys: [APIKeyEntry] = []) {
        var random = SystemRandomNumberGenerator()
        let nobody = Fingerprint(words: SIMD4(random.next(), random.next(), random.next(), random.next()))
        let standIn = APIKeyEntry(id: nil, caller: .nobody, fingerprint: nobody, isRevoked: true, endsAt: .max)
        entries = [standIn] + keys
        var buckets = 4
        var filled = Self.fill(entries, buckets: buckets)
        while filled == nil {
            buckets *= 2
            filled = Self.fill(entries, buckets: buckets)
        }
        tags = filled?.tags ?? []
        positions = filled?.positions ?? []
        mask = UInt64(buckets - 1)
    }

    var count: Int { entries.count - 1 }
    /// Without the stand-in.
    var all: ArraySlice<APIKeyEntry> { entries.dropFirst() }

    package func find(_ fingerprint: Fingerprint, at now: Timestamp) -> Finding {
        let bucket = Int(fingerprint.words[1] & mask)
        // A multiplication takes the same time whatever it multiplies, a division does not.
        let substitute = fingerprint.words[2].multipliedFullWidth(by: UInt64(entries.count)).high
        let differences = tags[bucket] ^ Bucket(repeating: fingerprint.words[0])
        // All bits in the place where nothing differs, and none in the others.
        let fits = (differences | (Bucket.zero &- differences)) &>> 63 &- Bucket(repeating: 1)
        let position = substitute ^ ((positions[bucket] ^ Bucket(repeating: substitute)) & fits).wrappedSum()
        let entry = entries[Int(position)]
        let difference = entry.fingerprint.difference(from: fingerprint)
        // All bits where the end has passed, else none; a branch would take another time.
        let hasEnded = UInt64(bitPattern: (entry.endsAt &- now.milliseconds &- 1) >> 63)
        return Finding(entry: entry, isKnown: difference == 0, isUsable: difference | hasEnded | entry.revocation == 0)
    }

    /// Nil where a bucket would have to hold more than it can; with twice as many it will not for long.
    private static func fill(_ entries: [APIKeyEntry], buckets: Int) -> (tags: [Bucket], positions: [Bucket])? {
        var (tags, positions) = ([Bucket](repeating: .zero, count: buckets), [Bucket](repeating: .zero, count: buckets))
        for (index, entry) in entries.enumerated().dropFirst() {
            let bucket = Int(entry.fingerprint.words[1] & UInt64(buckets - 1))
            guard let place = positions[bucket].indices.first(where: { positions[bucket][$0] == 0 }) else { return nil }
            tags[bucket][place] = entry.fingerprint.words[0]
            positions[bucket][place] = UInt64(index)
        }
        return (tags, positions)
    }
}
