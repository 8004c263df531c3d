import HearthTelemetry
import Synchronization

/// Draws a share of all hits at random, from any thread and without a lock.
///
/// ``SplitMix64`` over an atomic position: one relaxed addition for each draw. The system's generator would cost a call into the kernel for
/// each hit.
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
        let drawn = SplitMix64.mixed(state.wrappingAdd(SplitMix64.step, ordering: .relaxed).newValue)
        return drawn < limit || limit == .max
    }
}
