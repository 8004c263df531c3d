/// The place of a request in a distributed trace: W3C Trace Context, https://www.w3.org/TR/trace-context-2/.
///
/// The ids are numbers, so that reading a header and beginning a trace allocate nothing; they become text where they are written.
package struct TraceContext: Sendable, Hashable {
    /// The upper and the lower half of the trace's id, not both zero.
    package let traceHigh: UInt64
    package let traceLow: UInt64
    /// The span that is the parent of what happens next; not zero.
    package let span: UInt64
    /// Whether whoever decided about this trace records it.
    package let isSampled: Bool
    /// Whether the trace id was drawn at random in at least its last 7 bytes (a flag of level 2).
    package let isRandom: Bool
    /// What other vendors carry along, passed on as it came; nil if there is none or it is not fit to be passed on.
    package let traceState: String?

    /// Continues the trace of an inbound `traceparent`; nil where it is not valid and so must be ignored with its `tracestate`.
    ///
    /// Refused: version `ff`, upper-case digits, ids of zeros, version `00` with anything after the flags. A later version is read as far
    /// as it looks like `00`, and is passed on as `00`.
    package init?(traceparent: String, tracestate: @autoclosure () -> String? = nil) {
        let text = traceparent.utf8
        let bytes = text.span
        let dash = UInt8(ascii: "-")
        guard bytes.count >= Self.length, bytes.count <= Self.longestHeader, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = HexDigits.value(bytes, 0..<2), version != 0xFF,
            bytes.count == Self.length || version != 0 && bytes[Self.length] == dash,
            let high = HexDigits.value(bytes, 3..<19), let low = HexDigits.value(bytes, 19..<35), high != 0 || low != 0,
            let span = HexDigits.value(bytes, 36..<52), span != 0, let flags = HexDigits.value(bytes, 53..<55)
        else { return nil }
        let state = tracestate()
        self.init(
            traceHigh: high, traceLow: low, span: span, isSampled: flags & 1 != 0, isRandom: version == 0 && flags & 2 != 0,
            traceState: state.flatMap(Self.fit))
    }

    init(traceHigh: UInt64, traceLow: UInt64, span: UInt64, isSampled: Bool, isRandom: Bool, traceState: String? = nil) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.span = span
        self.isSampled = isSampled
        self.isRandom = isRandom
        self.traceState = traceState
    }

    /// Begins a trace.
    package static func new(isSampled: Bool = false, source: IdentifierSource = .system) -> TraceContext {
        new(source: source) { _ in isSampled }
    }

    /// - Parameter isSampled: decides by the lower half of the trace's id.
    static func new(source: IdentifierSource, isSampled: (UInt64) -> Bool) -> TraceContext {
        let (high, low) = source.next()
        return TraceContext(
            // The source may hand out a zero once in 2⁶⁴ numbers, which would be no valid id.
            traceHigh: high == 0 ? 1 : high, traceLow: low, span: newSpan(source), isSampled: isSampled(low), isRandom: true)
    }

    /// The same place with a state that is read later, if it is fit to be passed on.
    func carrying(_ traceState: String) -> TraceContext {
        TraceContext(
            traceHigh: traceHigh, traceLow: traceLow, span: span, isSampled: isSampled, isRandom: isRandom,
            traceState: Self.fit(traceState))
    }

    /// The same trace with a span of our own as the parent of what happens next.
    package func child(source: IdentifierSource = .system) -> TraceContext {
        TraceContext(
            traceHigh: traceHigh, traceLow: traceLow, span: Self.newSpan(source), isSampled: isSampled, isRandom: isRandom,
            traceState: traceState)
    }

    /// 32 hexadecimal digits.
    package var traceID: String { HexDigits.text(traceHigh, traceLow) }
    /// 16 hexadecimal digits.
    package var spanID: String { HexDigits.text(span) }

    /// The flags that are passed on: those of level 2.
    package var flags: UInt8 { (isSampled ? 1 : 0) | (isRandom ? 2 : 0) }

    /// The value of the outbound header, in version 00.
    package var traceparent: String { "00-\(traceID)-\(spanID)-0\(flags)" }

    private static let length = 55
    private static let longestHeader = 512

    static func newSpan(_ source: IdentifierSource) -> UInt64 {
        let (_, low) = source.next()
        return low == 0 ? 1 : low
    }

    /// At most 512 visible characters in at most 32 members, each `key=value`; the keys' grammar is left to those who own them.
    private static func fit(_ traceState: String) -> String? {
        guard traceState.utf8.count <= longestHeader, traceState.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 })
        else { return nil }
        let members = traceState.split(separator: ",").filter { $0.contains { $0 != " " && $0 != "\t" } }
        return (1...32).contains(members.count) && members.allSatisfy { $0.contains("=") } ? traceState : nil
    }
}
