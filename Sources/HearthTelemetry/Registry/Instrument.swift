/// What a registered label set counts with.
enum Instrument: Sendable {
    case counter(Counter)
    case dollars(DollarCounter)
    case seconds(SecondsCounter)
    case floating(FloatingCounter)
    case gauge(Gauge)
    case histogram(Histogram)
}

/// One label set of a family, with the beginnings of its lines rendered once.
struct MetricChild: Sendable {
    let labelValues: [String]
    let instrument: Instrument
    /// `name{labels} ` of each line: one, or one per bucket, then sum, then count.
    let lineStarts: [[UInt8]]
    /// The same labels as fields of a protobuf message.
    let labelFields: [UInt8]

    init(descriptor: MetricDescriptor, labelValues: [String], instrument: Instrument) {
        self.labelValues = labelValues
        self.instrument = instrument
        let pairs = zip(descriptor.labels, labelValues).map { ($0.name, $1) }
        labelFields = ProtobufFields.labels(pairs)
        guard descriptor.kind == .histogram else {
            lineStarts = [LineStart.bytes(name: descriptor.name, labels: pairs)]
            return
        }
        let limits = descriptor.buckets.values.map(CanonicalNumber.text) + ["+Inf"]
        lineStarts =
            limits.map { LineStart.bytes(name: descriptor.name + "_bucket", labels: pairs + [("le", $0)]) }
            + ["_sum", "_count"].map { LineStart.bytes(name: descriptor.name + $0, labels: pairs) }
    }
}
