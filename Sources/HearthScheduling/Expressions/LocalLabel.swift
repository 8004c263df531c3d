import HearthTelemetry

/// What a clock on a wall shows, without saying where: `2026-03-29T03:00:00`.
package struct LocalLabel: Sendable, Equatable, CustomStringConvertible {
    /// Counted from 1970-01-01T00:00:00 as if the clock showed UTC.
    package var seconds: Int64

    package init(seconds: Int64) {
        self.seconds = seconds
    }

    /// Reads what ``description`` wrote; nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count >= 19, let shown = Timestamp(iso8601: text + "Z") else { return nil }
        seconds = shown.seconds
    }

    /// ISO 8601 without an offset.
    package var description: String { String(Timestamp(seconds: seconds).description.dropLast(5)) }
}
