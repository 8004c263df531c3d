/// One observation with its trace, as an example of those that fell into the same bucket.
struct Exemplar: Sendable, Equatable {
    let traceID: String
    /// The caller's span: the one within which the observation was made.
    let spanID: String
    let value: Double
    let moment: Timestamp
}

extension Exemplar {
    /// Appends ` # {trace_id="…",span_id="…"} value seconds` of OpenMetrics 1.0; 63 of the 128 characters that labels may have.
    func append(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: " # {trace_id=\"".utf8)
        bytes.append(contentsOf: traceID.utf8)
        bytes.append(contentsOf: "\",span_id=\"".utf8)
        bytes.append(contentsOf: spanID.utf8)
        bytes.append(contentsOf: "\"} ".utf8)
        bytes.append(sample: value)
        bytes.append(UInt8(ascii: " "))
        bytes.append(decimal: UInt64(max(0, moment.milliseconds)), decimals: 3)
    }
}
