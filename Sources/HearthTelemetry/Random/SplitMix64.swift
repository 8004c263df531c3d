/// A small generator with a seed (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014): a position that takes equal
/// steps, and a mixture of its bits. For simulations, draws and names, never for secrets.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    /// Whoever keeps the position in an atomic adds this to it.
    package static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var position: UInt64

    package init(seed: UInt64) {
        position = seed
    }

    package mutating func next() -> UInt64 {
        position &+= Self.step
        return Self.mixed(position)
    }

    /// A bijection whose every output bit depends on every input bit.
    package static func mixed(_ position: UInt64) -> UInt64 {
        var mixed = (position ^ (position >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
