import Synchronization

/// A length of time that only grows: exact nanoseconds inside, seconds outside. It wraps after 584 years.
package final class SecondsCounter: Sendable {
    private let total = Atomic<UInt64>(0)

    package init() {}

    /// Adds a duration; a negative one is not added, since a counter may not fall.
    package func add(_ duration: Duration) {
        guard duration > .zero else { return }
        total.wrappingAdd(UInt64(duration.nanoseconds), ordering: .relaxed)
    }

    package var nanoseconds: UInt64 { total.load(ordering: .relaxed) }
}
