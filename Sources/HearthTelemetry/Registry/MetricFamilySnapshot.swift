/// A family as it is exposed: its label sets in order, and its descriptive lines rendered once.
struct MetricFamilySnapshot: Sendable {
    let descriptor: MetricDescriptor
    let children: [MetricChild]
    let textHead: [UInt8]
    let openMetricsHead: [UInt8]

    init(descriptor: MetricDescriptor, children: [MetricChild]) {
        self.descriptor = descriptor
        self.children = children.sorted { $0.labelValues.lexicographicallyPrecedes($1.labelValues) }
        textHead = FamilyHead.text(descriptor)
        openMetricsHead = FamilyHead.openMetrics(descriptor)
    }
}
