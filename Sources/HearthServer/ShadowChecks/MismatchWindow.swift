/// The last checks of one category, and whether its answers are trusted because of them.
///
/// Trust ends above the threshold and comes back below half of it, so that a share near the threshold does not change it with every check.
struct MismatchWindow: Sendable {
    /// Checks that are remembered.
    static let length = 100
    /// Fewer say nothing: one mismatch in five is no share of 20 %.
    static let minimumChecks = 20

    enum Change: Sendable, Equatable {
        case lostTrust
        case regainedTrust
    }

    private let threshold: Double
    private var found: [Bool] = []
    private var next = 0
    private(set) var mismatches = 0
    private(set) var isTrusted = true

    init(threshold: Double) {
        self.threshold = threshold
        found.reserveCapacity(Self.length)
    }

    var checks: Int { found.count }
    var share: Double { found.isEmpty ? 0 : Double(mismatches) / Double(found.count) }

    /// Remembers a check, in place of the oldest where there are enough.
    mutating func record(isMismatch: Bool) -> Change? {
        if found.count < Self.length {
            found.append(isMismatch)
        } else {
            if found[next] { mismatches -= 1 }
            found[next] = isMismatch
            next = (next + 1) % Self.length
        }
        if isMismatch { mismatches += 1 }
        guard found.count >= Self.minimumChecks else { return nil }
        if isTrusted, share > threshold {
            isTrusted = false
            return .lostTrust
        }
        if !isTrusted, share < threshold / 2 || mismatches == 0 {
            isTrusted = true
            return .regainedTrust
        }
        return nil
    }
}
