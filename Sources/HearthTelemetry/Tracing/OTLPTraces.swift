import Tracing

/// Writes spans as the JSON form of `ExportTraceServiceRequest` (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
///
/// Ids are hexadecimal, 64-bit numbers are texts, enumerations are numbers, and names are in lower camel case.
package struct OTLPTraces: Sendable {
    /// Everything before the first span, the same for every export.
    private let head: [UInt8]

    /// - Parameters:
    ///   - resource: what is true of the whole process, such as `service.name`.
    ///   - version: of the program, which is the instrumentation too.
    package init(resource: [(name: String, value: String)], version: String) {
        var writer = OTLPWriter()
        writer.raw(#"{"resourceSpans":[{"resource":{"attributes":"#)
        writer.attributes(resource.map { ($0.name, .string($0.value)) })
        writer.raw(#"},"scopeSpans":[{"scope":{"name":"hearth","version":"#)
        writer.text(version)
        writer.raw(#"},"spans":["#)
        head = writer.bytes
    }

    package func encode(_ spans: [FinishedSpan]) -> [UInt8] {
        var writer = OTLPWriter()
        // A span of ours takes some 700 bytes.
        writer.bytes.reserveCapacity(head.count + spans.count * 800)
        writer.bytes += head
        for (position, span) in spans.enumerated() {
            if position > 0 { writer.raw(",") }
            writer.span(span)
        }
        writer.raw("]}]}]}")
        return writer.bytes
    }
}

private struct OTLPWriter {
    var bytes: [UInt8] = []

    mutating func raw(_ text: String) { bytes += text.utf8 }

    mutating func text(_ text: String) { JSONText.append(text, to: &bytes) }

    /// 64-bit numbers are texts, since JSON's numbers are not exact beyond 2⁵³.
    mutating func quoted(_ number: some BinaryInteger) { raw("\"\(number)\"") }

    mutating func span(_ span: FinishedSpan) {
        let context = span.identity.context
        raw(#"{"traceId":""#)
        raw(context.traceID)
        raw(#"","spanId":""#)
        raw(context.spanID)
        raw("\"")
        if let state = context.traceState {
            raw(#","traceState":"#)
            text(state)
        }
        if span.identity.parent != 0 { raw(#","parentSpanId":"\#(HexDigits.text(span.identity.parent))""#) }
        raw(#","flags":\#(Self.flags(of: span.identity)),"name":"#)
        text(span.name)
        raw(#","kind":\#(Self.number(of: span.kind)),"startTimeUnixNano":"#)
        quoted(span.startNanoseconds)
        raw(#","endTimeUnixNano":"#)
        quoted(span.endNanoseconds)
        raw(#","attributes":"#)
        attributes(span.attributes)
        count("droppedAttributesCount", span.droppedAttributes)
        if !span.events.isEmpty { events(span.events) }
        count("droppedEventsCount", span.droppedEvents)
        if !span.links.isEmpty { links(span.links) }
        count("droppedLinksCount", span.droppedLinks)
        if let status = span.status { self.status(status) }
        raw("}")
    }

    private mutating func count(_ name: String, _ dropped: Int) {
        if dropped > 0 { raw(#","\#(name)":\#(dropped)"#) }
    }

    private mutating func events(_ events: [SpanEvent]) {
        raw(#","events":["#)
        for (position, event) in events.enumerated() {
            raw(position > 0 ? #",{"timeUnixNano":"# : #"{"timeUnixNano":"#)
            quoted(event.nanosecondsSinceEpoch)
            raw(#","name":"#)
            text(event.name)
            raw(#","attributes":"#)
            attributes(event.attributes.list)
            raw("}")
        }
        raw("]")
    }

    private mutating func links(_ links: [TraceContext]) {
        raw(#","links":["#)
        for (position, link) in links.enumerated() {
            if position > 0 { raw(",") }
            raw(#"{"traceId":"\#(link.traceID)","spanId":"\#(link.spanID)","flags":\#(link.flags)}"#)
        }
        raw("]")
    }

    /// The status without a message: the attribute `error.type` says what it was.
    private mutating func status(_ status: SpanStatus) {
        switch status.code {
        case .ok: raw(#","status":{"code":1}"#)
        case .error: raw(#","status":{"code":2}"#)
        }
    }

    mutating func attributes(_ attributes: [(name: String, value: SpanAttribute)]) {
        raw("[")
        for (position, attribute) in attributes.enumerated() {
            raw(position > 0 ? #",{"key":"# : #"{"key":"#)
            text(attribute.name)
            raw(#","value":"#)
            value(attribute.value)
            raw("}")
        }
        raw("]")
    }

    private mutating func value(_ value: SpanAttribute) {
        switch value {
        case .string(let text): stringValue(text)
        case .int32(let number): raw(#"{"intValue":"\#(number)"}"#)
        case .int64(let number): raw(#"{"intValue":"\#(number)"}"#)
        case .double(let number): doubleValue(number)
        case .bool(let isTrue): raw(#"{"boolValue":\#(isTrue)}"#)
        case .stringArray(let texts): array(texts.map { .string($0) })
        case .int32Array(let numbers): array(numbers.map { .int32($0) })
        case .int64Array(let numbers): array(numbers.map { .int64($0) })
        case .doubleArray(let numbers): array(numbers.map { .double($0) })
        case .boolArray(let values): array(values.map { .bool($0) })
        // Those that describe themselves have become texts when the span ended; the library may add others.
        default: stringValue("")
        }
    }

    private mutating func stringValue(_ text: String) {
        raw(#"{"stringValue":"#)
        self.text(text)
        raw("}")
    }

    /// What is no number in JSON is written as the text that the protobuf mapping gives it.
    private mutating func doubleValue(_ number: Double) {
        let text = number.isFinite ? "\(number)" : number.isNaN ? #""NaN""# : number > 0 ? #""Infinity""# : #""-Infinity""#
        raw(#"{"doubleValue":\#(text)}"#)
    }

    private mutating func array(_ values: [SpanAttribute]) {
        raw(#"{"arrayValue":{"values":["#)
        for (position, value) in values.enumerated() {
            if position > 0 { raw(",") }
            self.value(value)
        }
        raw("]}}")
    }

    /// The W3C flags, and whether the parent is known to be, and is, another process's (bits 8 and 9).
    private static func flags(of identity: SpanIdentity) -> Int {
        Int(identity.context.flags) | 0x100 | (identity.isParentRemote ? 0x200 : 0)
    }

    private static func number(of kind: SpanKind) -> Int {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}
