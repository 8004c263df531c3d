/// Writes families as messages of `io.prometheus.client`, each with its length in front.
///
/// The definition is https://github.com/prometheus/client_model/blob/v0.6.1/io/prometheus/client/metrics.proto, whose field numbers stand
/// beside each line. Buffers of inner messages are used again, so that a scrape allocates a handful of times.
struct ProtobufWriter {
    private var output: [UInt8] = []
    private var family: [UInt8] = []
    private var metric: [UInt8] = []
    private var value: [UInt8] = []
    private var part: [UInt8] = []

    static func render(_ families: [MetricFamilySnapshot], lineCount: Int) -> [UInt8] {
        var writer = ProtobufWriter()
        // A bucket takes about 15 bytes, a counter with its labels about 80.
        writer.output.reserveCapacity(lineCount * 32 + families.count * 192)
        for family in families { writer.write(family) }
        return writer.output
    }

    private mutating func write(_ snapshot: MetricFamilySnapshot) {
        let descriptor = snapshot.descriptor
        family.removeAll(keepingCapacity: true)
        family.append(field: 1, text: descriptor.name)
        family.append(field: 2, text: descriptor.help)
        family.append(field: 3, unsigned: Self.type(of: descriptor.kind))
        for child in snapshot.children {
            metric.removeAll(keepingCapacity: true)
            metric.append(contentsOf: child.labelFields)
            write(child.instrument, as: descriptor.kind, bounds: descriptor.buckets)
            family.append(field: 4, message: metric)
        }
        output.append(varint: UInt64(family.count))
        output.append(contentsOf: family)
    }

    /// `MetricType`, which has no infos: they are gauges.
    private static func type(of kind: MetricDescriptor.Kind) -> UInt64 {
        switch kind {
        case .counter: 0
        case .gauge, .info: 1
        case .histogram: 4
        }
    }

    private mutating func write(_ instrument: Instrument, as kind: MetricDescriptor.Kind, bounds: HistogramBounds) {
        value.removeAll(keepingCapacity: true)
        switch instrument {
        case .counter(let counter): value.append(field: 1, double: Double(counter.value))
        // One division is rounded correctly, so that the number is the one that the digits of the texts are read as.
        case .dollars(let counter): value.append(field: 1, double: Double(counter.microDollars) / 1e6)
        case .seconds(let counter): value.append(field: 1, double: Double(counter.nanoseconds) / 1e9)
        case .floating(let counter): value.append(field: 1, double: counter.value)
        case .gauge(let gauge): value.append(field: 1, double: gauge.value)
        case .histogram(let histogram): write(histogram, bounds: bounds)
        }
        switch kind {
        case .gauge, .info: metric.append(field: 2, message: value)
        case .counter: metric.append(field: 3, message: value)
        case .histogram: metric.append(field: 7, message: value)
        }
    }

    /// A `Histogram`; the bucket without end is left out, since the count says it.
    private mutating func write(_ histogram: Histogram, bounds: HistogramBounds) {
        let exemplars = histogram.exemplars?.all
        var cumulative: UInt64 = 0
        let sum = histogram.sum
        var buckets: [UInt64] = []
        buckets.reserveCapacity(bounds.values.count + 1)
        for index in 0...bounds.values.count {
            cumulative &+= histogram.bucketCount(at: index)
            buckets.append(cumulative)
        }
        // Read after the buckets, so that it holds all that they do.
        let native = histogram.native?.snapshot()
        value.append(field: 1, unsigned: native?.count ?? cumulative)  // sample_count
        value.append(field: 2, double: sum)  // sample_sum
        for (index, bound) in bounds.values.enumerated() {
            part.removeAll(keepingCapacity: true)
            part.append(field: 1, unsigned: buckets[index])  // cumulative_count
            part.append(field: 2, double: bound)  // upper_bound
            if let exemplar = exemplars?[index] { part.append(field: 3, message: Self.message(exemplar)) }
            value.append(field: 3, message: part)
        }
        if let exemplar = exemplars?[bounds.values.count] {
            part.removeAll(keepingCapacity: true)
            part.append(field: 1, unsigned: native?.count ?? cumulative)
            part.append(field: 2, double: .infinity)
            part.append(field: 3, message: Self.message(exemplar))
            value.append(field: 3, message: part)
        }
        if let native { write(native) }
    }

    /// The threshold alone says that it is one, also where nothing was counted.
    private mutating func write(_ native: NativeBuckets.Snapshot) {
        value.append(field: 5, zigzag: NativeBuckets.schema)  // schema
        value.append(field: 6, double: NativeBuckets.zeroThreshold)  // zero_threshold
        value.append(field: 7, unsigned: native.zeroCount)  // zero_count
        for span in native.spans {
            part.removeAll(keepingCapacity: true)
            part.append(field: 1, zigzag: span.offset)
            part.append(field: 2, unsigned: span.length)
            value.append(field: 12, message: part)  // positive_span
        }
        for delta in native.deltas { value.append(field: 13, zigzag: delta) }  // positive_delta
    }

    private static func message(_ exemplar: Exemplar) -> [UInt8] {
        var bytes = ProtobufFields.labels([("trace_id", exemplar.traceID), ("span_id", exemplar.spanID)])
        bytes.append(field: 2, double: exemplar.value)
        let milliseconds = UInt64(max(0, exemplar.moment.milliseconds))
        var moment: [UInt8] = []
        moment.append(field: 1, unsigned: milliseconds / 1000)
        moment.append(field: 2, unsigned: milliseconds % 1000 * 1_000_000)
        bytes.append(field: 3, message: moment)
        return bytes
    }
}
