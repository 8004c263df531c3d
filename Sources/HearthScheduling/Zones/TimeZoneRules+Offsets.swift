extension TimeZoneRules {
    /// The offset at the beginning of a stretch of time and every other that begins within it, in seconds since 1970; at most a thousand.
    package func offsets(from start: Int64, through end: Int64) -> [(from: Int64, secondsEast: Int64)] {
        var found: [(from: Int64, secondsEast: Int64)] = []
        var instant = start
        while instant <= end, found.count < 1000 {
            let interval = interval(at: instant)
            found.append((max(interval.start, found.isEmpty ? interval.start : instant), interval.offset))
            instant = interval.end
        }
        return found
    }
}
