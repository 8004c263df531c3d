import Synchronization

/// A number that goes up and down.
package final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    package init() {}

    package func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    package func set(_ value: Int) { set(Double(value)) }

    package func set(_ value: Bool) { set(value ? 1.0 : 0.0) }

    /// Sets the moment in seconds since 1970, the unit of every `…_timestamp_seconds`.
    package func set(_ moment: Timestamp) { set(Double(moment.milliseconds) / 1000) }

    package func set(_ duration: Duration) { set(duration.seconds) }

    package func add(_ amount: Double) {
        bits.addDouble(amount)
    }

    package func increment() { add(1) }

    package func decrement() { add(-1) }

    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}
