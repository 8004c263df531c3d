/// How a question and a kept answer were found to belong together; the `match` label of `hearth_cache_requests_total`.
package enum Match: Int, MetricLabel {
    /// The same question after normalisation.
    case exact
    /// A question that means the same.
    case semantic
    /// No kept answer was used.
    case none

    package static let labelValues = ["exact", "semantic", "none"]
}
