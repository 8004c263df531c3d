/// A step of a cache look-up whose time is measured by itself.
package enum LookupStage: Int, MetricLabel {
    case normalize
    case exact
    case embed
    case search

    package static let labelValues = ["normalize", "exact", "embed", "search"]
}
