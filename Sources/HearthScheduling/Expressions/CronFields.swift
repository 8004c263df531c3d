/// A parsed cron expression: one bit mask per field.
///
/// A *label* is what a wall clock shows, counted as seconds since 1970-01-01T00:00:00 as if the clock showed UTC.
struct CronFields: Sendable, Equatable {
    static let secondsPerDay: Int64 = 86_400

    /// Bit n: second n.
    var seconds: UInt64 = 1
    /// Bit n: minute n.
    var minutes: UInt64 = 0
    /// Bit n: hour n.
    var hours: UInt64 = 0
    /// Bit n: month n, 1 to 12.
    var months: UInt32 = 0
    var days = DayRule()
    /// Nil means every year.
    var years: YearSet?

    /// Whether the minute or hour field begins with `*`: Vixie's test for jobs that follow elapsed time and not the wall clock.
    var isInterval = false
}
