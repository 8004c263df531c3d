package import HearthTelemetry

/// Everything about a job but what it does.
package struct JobRules: Sendable, Equatable {
    /// Lower-case words joined by hyphens.
    package var name: String
    package var timetable: Timetable
    package var overlap = OverlapPolicy.skip
    package var catchUp = CatchUpPolicy.latest
    /// How late an occurrence may still be started; nil is half the period, at most an hour; zero is none.
    package var startDeadline: Duration?
    /// Occurrences are delayed by a part of this that depends on the name alone.
    package var jitter = Duration.zero
    /// Limit of one attempt.
    package var timeout = Duration.seconds(3600)
    /// Limit of all attempts of one occurrence together, from the start of the first.
    package var deadline: Duration?
    package var retry = RetryPolicy()
    package var isEnabled = true

    package init(name: String, timetable: Timetable) {
        self.name = name
        self.timetable = timetable
    }

    /// Words that stand beside job names in addresses.
    package static let reservedNames: Set<String> = ["runs", "timeline", "upcoming", "explain"]

    /// Lower-case letters, digits and hyphens between them, at most 64.
    package static func isValid(name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 64, !reservedNames.contains(name) else { return false }
        let hyphen = UInt8(ascii: "-")
        return first != hyphen && last != hyphen
            && bytes.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == hyphen }
    }

    /// The delay of this job's occurrences: the same on every replica and after every restart.
    package var jitterOffset: Duration {
        let limit = jitter.wholeMilliseconds
        guard limit > 0 else { return .zero }
        return .milliseconds(Int64(StableHash.fnv1a(name) % UInt64(limit)))
    }

    /// The start deadline in force, computed from the period where none is set.
    package func startDeadline(from now: Timestamp) -> Duration {
        if let startDeadline { return startDeadline }
        guard let period = timetable.period(from: now) else { return .seconds(3600) }
        return min(.milliseconds(period.wholeMilliseconds / 2), .seconds(3600))
    }

    /// A fingerprint by which replicas notice that their job tables differ.
    package var configHash: String {
        let text = """
            \(name)\n\(timetable.fingerprint)\n\(overlap.rawValue) \(catchUp) \(startDeadline?.wholeMilliseconds ?? -1) \
            \(jitter.wholeMilliseconds) \(timeout.wholeMilliseconds) \(deadline?.wholeMilliseconds ?? -1) \(retry.attempts) \
            \(retry.base.wholeMilliseconds) \(retry.ceiling.wholeMilliseconds) \(isEnabled)
            """
        let digits = String(StableHash.fnv1a(text), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// A hash that is the same in every process, unlike `Hashable`.
enum StableHash {
    /// FNV-1a with 64 bits (Fowler, Noll, Vo).
    static func fnv1a(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
