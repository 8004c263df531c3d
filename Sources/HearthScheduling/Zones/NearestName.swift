import HearthTelemetry

/// The known name nearest to a misspelled one, for error messages.
package enum NearestName {
    /// Nil when nothing is near enough to be worth suggesting: more than a third of the letters, and at least two, would have to change.
    package static func find(_ name: String, in known: some Sequence<String>) -> String? {
        let wanted = fold(name)
        guard wanted.count <= 64 else { return nil }
        let limit = max(2, wanted.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in known {
            let folded = fold(candidate)
            guard abs(folded.count - wanted.count) <= limit else { continue }
            let changes = EditDistance.between(wanted, folded)
            if changes <= limit, changes < best?.distance ?? .max { best = (candidate, changes) }
        }
        return best?.name
    }

    private static func fold(_ name: String) -> [UInt8] {
        name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
            case UInt8(ascii: "_"), UInt8(ascii: " "): UInt8(ascii: "-")
            default: byte
            }
        }
    }
}
