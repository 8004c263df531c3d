import Synchronization

/// A counter of fractional amounts, or one whose total is kept elsewhere (by the kernel, by a library) and copied at a scrape.
package final class FloatingCounter: Sendable {
    private let bits = Atomic<UInt64>(0)

    package init() {}

    /// Adds a finite, non-negative amount; anything else is not added and the result says so.
    @discardableResult
    package func add(_ amount: Double) -> Bool {
        guard amount >= 0, amount.isFinite else { return false }
        bits.addDouble(amount)
        return true
    }

    /// Replaces the total by the one that is kept elsewhere.
    package func set(total: Double) {
        bits.store(total.bitPattern, ordering: .relaxed)
    }

    package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}

extension Atomic where Value == UInt64 {
    /// Adds to the floating-point number whose bits are kept here.
    @inline(__always)
    borrowing func addDouble(_ amount: Double) {
        var current = load(ordering: .relaxed)
        while true {
            let next = (Double(bitPattern: current) + amount).bitPattern
            let (exchanged, original) = weakCompareExchange(expected: current, desired: next, ordering: .relaxed)
            if exchanged { return }
            current = original
        }
    }
}
