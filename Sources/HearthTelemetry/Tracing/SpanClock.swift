/// Turns monotonic moments into wall-clock time for the spans that one process makes of one trace.
///
/// The wall clock is read once, where the trace enters; everything below is measured from there. So a step of the wall clock cannot put a
/// child before its parent, and spans of a few microseconds have a length although records have milliseconds.
package struct SpanClock: Sendable {
    private let wall: Timestamp
    private let uptime: Duration

    package init(wall: Timestamp, uptime: Duration) {
        self.wall = wall
        self.uptime = uptime
    }

    package init(_ timeSource: any TimeSource) {
        self.init(wall: timeSource.now(), uptime: timeSource.uptime())
    }

    /// Nanoseconds since 1970.
    package func nanoseconds(at moment: Duration) -> UInt64 {
        let (seconds, attoseconds) = (moment - uptime).components
        let passed = seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
        return UInt64(clamping: wall.milliseconds &* 1_000_000 &+ passed)
    }
}
