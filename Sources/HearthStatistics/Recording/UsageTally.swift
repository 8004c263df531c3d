package import HearthTelemetry

/// Everything that is counted about the requests of one cell in one bucket.
///
/// Every field is a sum, so tallies of minutes, replicas and cells are added to those of days, fleets and totals without loss.
/// Sums stop at the largest 64-bit number instead of trapping.
package struct UsageTally: Equatable, Sendable {
    package var requests: Int64 = 0
    /// Requests whose caller got an error instead of an answer.
    package var failed: Int64 = 0
    /// Requests that got their answer from a call that another request made.
    package var shared: Int64 = 0
    package var savedMicroDollars: Int64 = 0
    package var costMicroDollars: Int64 = 0
    package var durationNanoseconds: Int64 = 0
    /// Requests that waited for the provider, and how long.
    package var upstreamRequests: Int64 = 0
    package var upstreamNanoseconds: Int64 = 0
    /// Requests by reason of the miss, one lane per case of `MissReason`; the eighth is free.
    package var missReasons: SIMD8<Int64> = .zero
    /// The whole durations as the callers saw them.
    package var latency = LatencyHistogram()

    package init() {}

    package mutating func record(_ event: UsageEvent) {
        let duration = event.duration.wholeNanoseconds
        requests &+= 1
        if event.failed { failed &+= 1 }
        if event.isShared { shared &+= 1 }
        savedMicroDollars.increase(by: event.savedMicroDollars)
        costMicroDollars.increase(by: event.costMicroDollars)
        durationNanoseconds.increase(by: duration)
        if event.upstreamDuration > .zero {
            upstreamRequests &+= 1
            upstreamNanoseconds.increase(by: event.upstreamDuration.wholeNanoseconds)
        }
        if let reason = event.missReason { missReasons[reason.lane] &+= 1 }
        latency.record(nanoseconds: duration)
    }

    package mutating func add(_ other: UsageTally) {
        requests &+= other.requests
        failed &+= other.failed
        shared &+= other.shared
        savedMicroDollars.increase(by: other.savedMicroDollars)
        costMicroDollars.increase(by: other.costMicroDollars)
        durationNanoseconds.increase(by: other.durationNanoseconds)
        upstreamRequests &+= other.upstreamRequests
        upstreamNanoseconds.increase(by: other.upstreamNanoseconds)
        missReasons &+= other.missReasons
        latency.add(other.latency)
    }

    /// Takes away what was added before.
    package mutating func subtract(_ other: UsageTally) {
        requests &-= other.requests
        failed &-= other.failed
        shared &-= other.shared
        savedMicroDollars &-= other.savedMicroDollars
        costMicroDollars &-= other.costMicroDollars
        durationNanoseconds &-= other.durationNanoseconds
        upstreamRequests &-= other.upstreamRequests
        upstreamNanoseconds &-= other.upstreamNanoseconds
        missReasons &-= other.missReasons
        latency.subtract(other.latency)
    }

    /// Sets everything to zero and keeps the histogram's memory.
    mutating func reset() {
        var latency = LatencyHistogram()
        swap(&latency, &self.latency)
        latency.reset()
        self = UsageTally()
        self.latency = latency
    }
}

extension Int64 {
    /// Adds, and stays at the limit where the sum does not fit.
    mutating func increase(by amount: Int64) {
        let (sum, overflow) = addingReportingOverflow(amount)
        self = overflow ? (amount < 0 ? .min : .max) : sum
    }
}

extension Duration {
    /// The duration in nanoseconds, rounded towards zero; it stays at the limits of `Int64`, which are 292 years.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        var sum = whole
        sum.increase(by: attoseconds / 1_000_000_000)
        return sum
    }
}
