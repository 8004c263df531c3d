import Synchronization

/// A fast source of numbers that do not repeat within a process and are unlikely to meet those of another.
///
/// SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014) over an atomic counter: one addition per
/// number and no system call, from any number of threads. For names, never for secrets.
package final class IdentifierSource: Sendable {
    /// Seeded by the operating system.
    package static let system: IdentifierSource = {
        var random = SystemRandomNumberGenerator()
        return IdentifierSource(seed: random.next(), key: random.next())
    }()

    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    private let position: Atomic<UInt64>
    private let key: UInt64

    /// Equal arguments give an equal sequence, for tests.
    package init(seed: UInt64, key: UInt64) {
        position = Atomic(seed)
        self.key = key
    }

    /// 128 bits; the upper half alone does not repeat within 2⁶⁴ calls.
    package func next() -> (UInt64, UInt64) {
        let position = position.wrappingAdd(Self.step, ordering: .relaxed).newValue
        return (Self.mixed(position), Self.mixed(position ^ key))
    }

    /// A bijection whose every output bit depends on every input bit.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
