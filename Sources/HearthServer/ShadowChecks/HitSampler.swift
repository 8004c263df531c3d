import Synchronization

/// Draws a share of all hits at random, from any thread and without a lock.
///
/// A counter that is mixed as in SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014): one relaxed
/// addition for each draw. The system's generator would cost a call into the kernel for each hit.
final class HitSampler: Sendable {
    private let state: Atomic<UInt64>
    /// Draws below it count; the share as a part of 2⁶⁴.
    private let limit: UInt64

    /// - Parameter share: 0...1.
    init(share: Double, seed: UInt64 = .random(in: .min ... .max)) {
        state = Atomic(seed)
        // The largest share below 1 is 1 - 2⁻⁵³, and so fits.
        limit = share >= 1 ? .max : UInt64(max(share, 0) * 0x1p64)
    }

    /// Whether this hit is one of the sample.
    func draws() -> Bool {
        // Relaxed: each draw needs a number of its own and nothing else.
        var mixed = state.wrappingAdd(0x9e37_79b9_7f4a_7c15, ordering: .relaxed).newValue
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        return mixed < limit || limit == .max
    }
}
