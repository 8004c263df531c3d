/// Writes families as text 0.0.4 or OpenMetrics 1.0.
///
/// The sample lines are the same in both; the descriptive lines and the end differ. No `_created` series and no timestamps are written.
enum ExpositionWriter {
    static func render(_ families: [MetricFamilySnapshot], as syntax: ExpositionFormat.Syntax, lineCount: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        // A line of the catalogue is about 90 bytes long, a family's head about 150.
        bytes.reserveCapacity(lineCount * 96 + families.count * 192)
        for family in families {
            switch syntax {
            case .text: bytes.append(contentsOf: family.textHead)
            case .openMetrics: bytes.append(contentsOf: family.openMetricsHead)
            }
            for child in family.children { append(child, to: &bytes) }
        }
        if syntax == .openMetrics { bytes.append(contentsOf: "# EOF\n".utf8) }
        return bytes
    }

    private static func append(_ child: MetricChild, to bytes: inout [UInt8]) {
        if case .histogram(let histogram) = child.instrument {
            append(histogram, child.lineStarts, to: &bytes)
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
    private static func append(_ histogram: Histogram, _ lineStarts: [[UInt8]], to bytes: inout [UInt8]) {
        let last = lineStarts.count - 3
        let sum = histogram.sum
        var cumulative: UInt64 = 0
        for index in 0...last {
            cumulative &+= histogram.bucketCount(at: index)
            bytes.append(contentsOf: lineStarts[index])
            bytes.append(decimal: cumulative)
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
