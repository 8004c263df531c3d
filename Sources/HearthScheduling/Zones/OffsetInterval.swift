/// A stretch of time during which a zone keeps one offset from UTC.
struct OffsetInterval: Sendable, Equatable {
    /// Stand-ins for "always was" and "always will be", far from overflow.
    static let distantPast = Int64.min / 8
    static let distantFuture = Int64.max / 8

    /// First second of the interval, in seconds since the epoch.
    var start: Int64
    /// First second after it.
    var end: Int64
    /// Seconds that local clocks are ahead of UTC.
    var offset: Int64
    /// The smallest label no clock of the zone has shown or jumped over before `start`.
    ///
    /// Below `start + offset` after a gap, above it after an overlap, equal where nothing happened.
    var firstFreshLabel: Int64
}
