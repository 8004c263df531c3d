/// Writes families as text 0.0.4, OpenMetrics 1.0 or protobuf.
///
/// The sample lines are the same in both texts, but for exemplars; the descriptive lines and the end differ. No `_created` series and no
/// timestamps of samples are written.
enum ExpositionWriter {
    static func render(_ families: [MetricFamilySnapshot], as syntax: ExpositionFormat.Syntax, lineCount: Int) -> [UInt8] {
        guard syntax != .protobuf else { return ProtobufWriter.render(families, lineCount: lineCount) }
        var bytes: [UInt8] = []
        // A line of the catalogue is about 90 bytes long, a family's head about 150.
        bytes.reserveCapacity(lineCount * 96 + families.count * 192)
        for family in families {
            let isOpenMetrics = syntax == .openMetrics
            bytes.append(contentsOf: isOpenMetrics ? family.openMetricsHead : family.textHead)
            for child in family.children { append(child, withExemplars: isOpenMetrics, to: &bytes) }
        }
        if syntax == .openMetrics { bytes.append(contentsOf: "# EOF\n".utf8) }
        return bytes
    }

    private static func append(_ child: MetricChild, withExemplars: Bool, to bytes: inout [UInt8]) {
        if case .histogram(let histogram) = child.instrument {
            append(histogram, child.lineStarts, withExemplars ? histogram.exemplars?.all : nil, to: &bytes)
            return
        }
        bytes.append(contentsOf: child.lineStarts[0])
        switch child.instrument {
        case .counter(let counter): bytes.append(decimal: counter.value)
        case .dollars(let counter): bytes.append(decimal: counter.microDollars, decimals: 6)
        case .seconds(let counter): bytes.append(decimal: counter.nanoseconds, decimals: 9)
        case .floating(let counter): bytes.append(sample: counter.value)
        case .gauge(let gauge): bytes.append(sample: gauge.value)
        case .histogram: break
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Each bucket is read once and the count is their sum, so updates in progress cannot make the two disagree.
    private static func append(
        _ histogram: Histogram, _ lineStarts: [[UInt8]], _ exemplars: [Exemplar?]?, to bytes: inout [UInt8]
    ) {
        let last = lineStarts.count - 3
        let sum = histogram.sum
        var cumulative: UInt64 = 0
        for index in 0...last {
            cumulative &+= histogram.bucketCount(at: index)
            bytes.append(contentsOf: lineStarts[index])
            bytes.append(decimal: cumulative)
            if let exemplar = exemplars?[index] { exemplar.append(to: &bytes) }
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes.append(contentsOf: lineStarts[last + 1])
        bytes.append(sample: sum)
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: lineStarts[last + 2])
        bytes.append(decimal: cumulative)
        bytes.append(UInt8(ascii: "\n"))
    }
}
