import HearthTelemetry
import Testing
import Tracing

/// Held against JSON written by hand after the protobuf definitions and the examples of the OTLP specification.
@Suite("Spans as OTLP in JSON")
struct OTLPTracesTests {
    private let encoder = OTLPTraces(resource: [("service.name", "hearth"), ("service.version", "0.1.0")], version: "0.1.0")
    private let head =
        #"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"hearth"}},"#
        + #"{"key":"service.version","value":{"stringValue":"0.1.0"}}]},"#
        + #""scopeSpans":[{"scope":{"name":"hearth","version":"0.1.0"},"spans":["#
    private let tail = "]}]}]}"

    private func identity(_ flags: String = "01", state: String? = nil, tracer: HearthTracer) -> SpanIdentity {
        tracer.identity(ofRequest: "00-\(TracerFixture.trace)-\(TracerFixture.span)-\(flags)", tracestate: state)
    }

    private func span(_ identity: SpanIdentity, kind: SpanKind = .server) -> FinishedSpan {
        FinishedSpan(
            identity: identity, name: "POST /api/v1/cache/query", kind: kind, startNanoseconds: 1_795_000_000_000_000_000,
            endNanoseconds: 1_795_000_000_000_250_000, attributes: [])
    }

    private func text(_ spans: [FinishedSpan]) -> String { String(decoding: encoder.encode(spans), as: UTF8.self) }

    @Test("Nothing to export is still a message")
    func empty() {
        #expect(text([]) == head + tail)
    }

    @Test("A span with everything")
    func whole() {
        let tracer = TracerFixture().tracer
        let identity = identity("03", state: "a=1", tracer: tracer)
        var span = span(identity)
        span.attributes = [
            ("http.response.status_code", 500), ("ok", true), ("ratio", 0.5), ("result", "hit \"quoted\"\n"),
            ("words", .stringArray(["a", "b"])),
        ]
        span.events = [
            SpanEvent(name: "exception", at: DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: 7), attributes: ["exception.type": "E"])
        ]
        let link = TraceContext.new(isSampled: true)
        span.links = [link]
        span.status = SpanStatus(code: .error, message: "never written")
        span.droppedAttributes = 3
        let expected =
            #"{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"\#(identity.context.spanID)","traceState":"a=1","#
            + #""parentSpanId":"00f067aa0ba902b7","flags":771,"name":"POST /api/v1/cache/query","kind":2,"#
            + #""startTimeUnixNano":"1795000000000000000","endTimeUnixNano":"1795000000000250000","attributes":["#
            + #"{"key":"http.response.status_code","value":{"intValue":"500"}},{"key":"ok","value":{"boolValue":true}},"#
            + #"{"key":"ratio","value":{"doubleValue":0.5}},{"key":"result","value":{"stringValue":"hit \"quoted\"\n"}},"#
            + #"{"key":"words","value":{"arrayValue":{"values":[{"stringValue":"a"},{"stringValue":"b"}]}}}],"#
            + #""droppedAttributesCount":3,"events":[{"timeUnixNano":"7","name":"exception","#
            + #""attributes":[{"key":"exception.type","value":{"stringValue":"E"}}]}],"#
            + #""links":[{"traceId":"\#(link.traceID)","spanId":"\#(link.spanID)","flags":3}],"status":{"code":2}}"#
        #expect(text([span]) == head + expected + tail)
    }

    @Test("A trace that begins here has no parent, and one parent of our own is not remote")
    func parents() {
        let tracer = TracerFixture().tracer
        let root = tracer.identity(ofRequest: nil, tracestate: nil)
        let child = tracer.identity(below: root.context)
        let text = text([span(root), span(child, kind: .client)])
        #expect(text.components("parentSpanId").count == 2)
        #expect(text.contains(#""parentSpanId":"\#(root.context.spanID)","flags":259"#))
    }

    @Test(
        "Kinds are numbers",
        arguments: [(SpanKind.internal, 1), (.server, 2), (.client, 3), (.producer, 4), (.consumer, 5)])
    func kinds(kind: SpanKind, number: Int) {
        let tracer = TracerFixture().tracer
        #expect(text([span(identity(tracer: tracer), kind: kind)]).contains(#""kind":\#(number),"#))
    }

    @Test(
        "Numbers of every sort",
        arguments: [
            (SpanAttribute.int64(.max), #"{"intValue":"9223372036854775807"}"#), (.int32(-5), #"{"intValue":"-5"}"#),
            (.double(.infinity), #"{"doubleValue":"Infinity"}"#), (.double(.nan), #"{"doubleValue":"NaN"}"#),
            (.int64Array([1]), #"{"arrayValue":{"values":[{"intValue":"1"}]}}"#), (.boolArray([]), #"{"arrayValue":{"values":[]}}"#),
        ])
    func numbers(value: SpanAttribute, expected: String) {
        var span = span(identity(tracer: TracerFixture().tracer))
        span.attributes = [("n", value)]
        #expect(text([span]).contains(#"{"key":"n","value":\#(expected)}"#))
    }

    @Test("A span never ends before it starts")
    func order() {
        let identity = identity(tracer: TracerFixture().tracer)
        let span = FinishedSpan(identity: identity, name: "x", kind: .internal, startNanoseconds: 9, endNanoseconds: 3, attributes: [])
        #expect(span.endNanoseconds == 9)
    }
}

extension String {
    fileprivate func components(_ word: String) -> [Substring] { split(separator: word, omittingEmptySubsequences: false) }
}
