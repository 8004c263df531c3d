extension Duration {
    /// Whole nanoseconds, rounded towards zero; the limits of `Int64` beyond 292 years.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carry ? (seconds < 0 ? .min : .max) : sum
    }

    /// The duration in seconds to the nanosecond.
    ///
    /// One correctly rounded division, so that 1.28 s is the same number as the bound 1.28. The 128-bit number of attoseconds is not
    /// converted itself, since the standard library does so generically, at twenty times the cost.
    var seconds: Double { Double(nanoseconds) / 1e9 }
}
