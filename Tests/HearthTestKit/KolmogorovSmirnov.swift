/// The two-sample statistic: the greatest distance of the two empirical distribution functions.
package enum KolmogorovSmirnov {
    package static func difference(_ first: [Double], _ second: [Double]) -> Double {
        let (first, second) = (first.sorted(), second.sorted())
        var (one, other, greatest) = (0, 0, 0.0)
        while one < first.count, other < second.count {
            let value = min(first[one], second[other])
            while one < first.count, first[one] <= value { one += 1 }
            while other < second.count, second[other] <= value { other += 1 }
            greatest = max(greatest, abs(Double(one) / Double(first.count) - Double(other) / Double(second.count)))
        }
        return greatest
    }
}
