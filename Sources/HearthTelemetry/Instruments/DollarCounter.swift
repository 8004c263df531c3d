import Synchronization

/// An amount of money that only grows: exact millionths of a US dollar inside, dollars outside.
///
/// Sums of prices such as $0.002 stay exact, which a floating-point counter would not be.
package final class DollarCounter: Sendable {
    private let total = Atomic<UInt64>(0)

    package init() {}

    /// Adds an amount; a negative one is not added, since a counter may not fall, and the result says so.
    @discardableResult
    package func add(microDollars amount: Int64) -> Bool {
        guard amount >= 0 else { return false }
        total.wrappingAdd(UInt64(amount), ordering: .relaxed)
        return true
    }

    package var microDollars: UInt64 { total.load(ordering: .relaxed) }
}
