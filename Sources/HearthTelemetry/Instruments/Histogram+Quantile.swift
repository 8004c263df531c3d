extension Histogram {
    /// The value below which a share of all lies, as Prometheus estimates it: straight between the bounds of a bucket; nil for none.
    package func quantile(_ share: Double) -> Double? {
        let counts = snapshot().counts
        let total = counts.reduce(0, &+)
        guard total > 0 else { return nil }
        let bounds = bucketBounds.values
        let rank = share * Double(total)
        var below = 0.0
        for (index, count) in counts.enumerated() {
            let end = below + Double(count)
            if end >= rank, count > 0 {
                guard index < bounds.count else { return bounds.last }
                let start = index == 0 ? 0 : bounds[index - 1]
                return start + (bounds[index] - start) * (rank - below) / Double(count)
            }
            below = end
        }
        return bounds.last
    }
}
