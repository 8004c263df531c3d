package import HearthTelemetry

/// How a change of a zone's offset touched a firing.
package enum DSTKind: String, Sendable, CaseIterable {
    case none
    /// The label fell into a gap; the firing is the first instant after it.
    case gapShifted = "gap_shifted"
    /// The label shows twice and this is the first time.
    case overlapFirst = "overlap_first"
    /// The label shows twice and this is the second time.
    case overlapSecond = "overlap_second"
}

/// One expected occurrence of a schedule.
package struct Firing: Sendable, Equatable {
    /// The instant, a whole second; the identity of the occurrence.
    package var instant: Timestamp
    /// Seconds that the wall clock in question is ahead of UTC at that instant.
    package var offsetSeconds: Int64
    /// The matching label as seconds since the epoch of a clock on the wall; inside a gap it differs from what the clock shows.
    package var labelSeconds: Int64
    package var dstKind: DSTKind

    package init(instant: Timestamp, offsetSeconds: Int64 = 0, labelSeconds: Int64, dstKind: DSTKind = .none) {
        self.instant = instant
        self.offsetSeconds = offsetSeconds
        self.labelSeconds = labelSeconds
        self.dstKind = dstKind
    }

    /// The matching label; inside a gap it differs from what the clock shows.
    package var localLabel: LocalLabel { LocalLabel(seconds: labelSeconds) }

    /// What the wall clock shows at the instant, with its offset: `2026-03-29T04:00:00+03:00`.
    package var localTime: String {
        let shown = LocalLabel(seconds: instant.seconds + offsetSeconds)
        let minutes = abs(offsetSeconds) / 60
        let sign = offsetSeconds < 0 ? "-" : "+"
        return "\(shown)\(sign)\(Self.twoDigits(minutes / 60)):\(Self.twoDigits(minutes % 60))"
    }

    private static func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
