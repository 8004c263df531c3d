/// How far a share that was counted may be from the true one (Wilson 1927), at 95 %.
///
/// For 80 of 100: 71.1 % to 86.7 %. Unlike the normal interval it stays within 0 and 1 and is sound for few questions.
struct WilsonInterval: Sendable, Equatable {
    let low: Double
    let high: Double

    /// Nil without a trial.
    init?(successes: Int64, trials: Int64) {
        guard trials > 0, (0...trials).contains(successes) else { return nil }
        let z = 1.959_964
        let number = Double(trials)
        let share = Double(successes) / number
        let denominator = 1 + z * z / number
        let middle = (share + z * z / (2 * number)) / denominator
        let half = z / denominator * (share * (1 - share) / number + z * z / (4 * number * number)).squareRoot()
        low = max(middle - half, 0)
        high = min(middle + half, 1)
    }
}
