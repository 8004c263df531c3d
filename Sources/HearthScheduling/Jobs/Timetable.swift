package import HearthTelemetry

/// The schedules of one job taken together: an instant named by two of them is one occurrence.
package struct Timetable: Sendable, Equatable {
    package let schedules: [Schedule]

    package init(_ schedules: [Schedule]) {
        self.schedules = schedules
    }

    package var isTimed: Bool { schedules.contains { $0.isTimed } }
    package var runsAtStartup: Bool { schedules.contains { $0.isStartup } }

    /// The expressions as written, joined by " and ".
    package var text: String { schedules.map(\.text).joined(separator: " and ") }

    /// The zone of the first schedule that has a clock.
    package var timezone: String { (schedules.first { $0.isTimed } ?? schedules.first)?.timezone ?? "UTC" }

    /// Text that differs between timetables with different firings.
    package var fingerprint: String {
        schedules.map { "\($0.text)|\($0.timezone)|\($0.dialect.rawValue)" }.joined(separator: "\n")
    }

    package func next(after instant: Timestamp) -> Firing? {
        guard schedules.count > 1 else { return schedules.first?.next(after: instant) }
        var first: Firing?
        for schedule in schedules {
            guard let firing = schedule.next(after: instant) else { continue }
            if let known = first, known.instant <= firing.instant { continue }
            first = firing
        }
        return first
    }

    /// The next firings, at most 1,000.
    package func firings(after instant: Timestamp, count: Int) -> [Firing] {
        var firings: [Firing] = []
        var cursor = instant
        while firings.count < min(count, 1000), let firing = next(after: cursor) {
            firings.append(firing)
            cursor = firing.instant
        }
        return firings
    }

    package func previous(before instant: Timestamp) -> Firing? {
        guard schedules.count > 1 else { return schedules.first?.previous(before: instant) }
        var last: Firing?
        for schedule in schedules {
            guard let firing = schedule.previous(before: instant) else { continue }
            if let known = last, known.instant >= firing.instant { continue }
            last = firing
        }
        return last
    }

    /// The longest pause between the next 64 firings: what an alert may expect between two successes. Nil without a second firing.
    package func expectedInterval(from instant: Timestamp) -> Duration? {
        guard var previous = next(after: instant)?.instant else { return nil }
        var longest: Duration?
        for _ in 0..<64 {
            guard let following = next(after: previous)?.instant else { break }
            longest = max(longest ?? .zero, following - previous)
            previous = following
        }
        return longest
    }

    /// The pause between the next two firings.
    package func period(from instant: Timestamp) -> Duration? {
        guard let first = next(after: instant)?.instant, let second = next(after: first)?.instant else { return nil }
        return second - first
    }
}
