package import HearthTelemetry
import Synchronization

/// By how much the lifetimes of each category are shortened at the moment; changed while the service runs.
///
/// One relaxed load for each answer that is stored; answers that are kept already have an end of their own and are not touched.
package final class LifetimeFactors: Sendable {
    private final class Factor: Sendable {
        let bits = Atomic<UInt64>((1.0).bitPattern)
    }

    private let factors = ResponseCategory.allCases.map { _ in Factor() }

    package init() {}

    /// 1 is the configured lifetime; never more, and never nothing.
    package subscript(category: ResponseCategory) -> Double {
        get { Double(bitPattern: factors[category.index].bits.load(ordering: .relaxed)) }
        set { factors[category.index].bits.store(min(max(newValue, Self.smallest), 1).bitPattern, ordering: .relaxed) }
    }

    private static let smallest = 0.01
}
