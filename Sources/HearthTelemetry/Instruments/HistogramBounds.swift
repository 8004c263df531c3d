/// The upper bounds of a histogram's buckets, ascending and finite; `+Inf` is added by the histogram.
package struct HistogramBounds: Sendable, Hashable {
    /// More bounds than this are never needed by the catalogue, and the buckets live inside the histogram object.
    package static let maximumCount = 23

    package let values: [Double]

    /// Takes bounds in any order; what is not finite or said twice is left out, and so is what exceeds ``maximumCount``.
    package init(_ values: [Double]) {
        let ascending = Set(values.filter(\.isFinite)).sorted()
        self.values = Array(ascending.prefix(Self.maximumCount))
    }
}

extension HistogramBounds {
    /// Answers to callers: the OpenTelemetry HTTP bounds with 0.15, 0.2 (the alert's threshold) and 0.3 added.
    package static let http = HistogramBounds([
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ])
    /// Work inside the process and on nearby stores.
    package static let fast = HistogramBounds([
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
    ])
    /// Calls to an AI provider: 0.01·2ⁿ, as OpenTelemetry's conventions advise.
    package static let provider = HistogramBounds([
        0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ])
    /// Tokens per call: 4ⁿ, as OpenTelemetry's conventions advise.
    package static let tokens = HistogramBounds([
        1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
    ])
    /// Runs of jobs and how late they start.
    package static let job = HistogramBounds([0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400])
    /// Ages of kept answers, a second to a week.
    package static let age = HistogramBounds([1, 10, 60, 300, 900, 3600, 14_400, 86_400, 604_800])
    /// Similarities, finest where the threshold is chosen.
    package static let similarity = HistogramBounds([0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.92, 0.94, 0.96, 0.98, 1])
}
