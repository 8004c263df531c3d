import Synchronization

/// A number of things that happened; it only grows.
///
/// One relaxed atomic addition per update, no allocation, from any number of threads. It wraps at 2⁶⁴.
package final class Counter: Sendable {
    private let total = Atomic<UInt64>(0)

    package init() {}

    package func increment() {
        total.wrappingAdd(1, ordering: .relaxed)
    }

    package func increment(by amount: UInt64) {
        total.wrappingAdd(amount, ordering: .relaxed)
    }

    package var value: UInt64 { total.load(ordering: .relaxed) }

    /// Starts again at zero, as after a restart; only for the swift-metrics bridge, whose interface asks for it.
    func reset() {
        total.store(0, ordering: .relaxed)
    }
}
