import Synchronization

/// A fast source of numbers that do not repeat within a process and are unlikely to meet those of another.
///
/// ``SplitMix64`` over an atomic position: one addition per number and no system call, from any number of threads. For names, never for
/// secrets.
package final class IdentifierSource: Sendable {
    /// Seeded by the operating system.
    package static let system: IdentifierSource = {
        var random = SystemRandomNumberGenerator()
        return IdentifierSource(seed: random.next(), key: random.next())
    }()

    private let position: Atomic<UInt64>
    private let key: UInt64

    /// Equal arguments give an equal sequence, for tests.
    package init(seed: UInt64, key: UInt64) {
        position = Atomic(seed)
        self.key = key
    }

    /// 128 bits; the upper half alone does not repeat within 2⁶⁴ calls.
    package func next() -> (UInt64, UInt64) {
        let position = position.wrappingAdd(SplitMix64.step, ordering: .relaxed).newValue
        return (SplitMix64.mixed(position), SplitMix64.mixed(position ^ key))
    }
}
