/// Decides whether a trace that begins here is recorded.
///
/// The decision is made from the trace's id alone, as the flag of level 2 allows: the last 7 bytes are random, and a trace is recorded if
/// they are not below a bound. So every service with the same share, or a larger one, decides alike about a trace that none has decided on.
package struct TraceSampler: Sendable, Equatable {
    private static let randomValues: UInt64 = 1 << 56

    /// Of 2⁵⁶: a share of 0.25 is a bound of three quarters.
    private let bound: UInt64

    /// - Parameter share: 0...1; what lies outside counts as the nearest.
    package init(share: Double) {
        let refused = (1 - min(max(share, 0), 1)) * Double(Self.randomValues)
        bound = UInt64(refused.rounded())
    }

    func records(traceLow: UInt64) -> Bool { traceLow & (Self.randomValues - 1) >= bound }
}
