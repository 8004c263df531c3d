import HearthTelemetry
import Testing
import Tracing

/// A tracer with its queue and clock.
struct TracerFixture {
    let time = ManualTimeSource(now: Timestamp(milliseconds: 1_795_000_000_000))
    let registry = MetricRegistry(timeSource: SystemTimeSource())
    let instruments: TraceInstruments
    let queue: SpanQueue
    let tracer: HearthTracer

    init(share: Double = 1, capacity: Int = 100) {
        instruments = TraceInstruments(registry: registry)
        queue = SpanQueue(capacity: capacity, batch: 50, instruments: instruments) {}
        tracer = HearthTracer(
            sampler: TraceSampler(share: share), queue: queue, timeSource: time, identifiers: IdentifierSource(seed: 3, key: 5))
    }

    static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    static let span = "00f067aa0ba902b7"
    static let sampled = "00-\(trace)-\(span)-01"
    static let unsampled = "00-\(trace)-\(span)-00"
}

@Suite("Which traces are recorded")
struct SamplingTests {
    @Test("The share decides about traces that begin here", arguments: [0, 0.01, 0.25, 0.5, 1])
    func share(share: Double) {
        let tracer = TracerFixture(share: share).tracer
        let recorded = (0..<20_000).count { _ in tracer.identity(ofRequest: nil, tracestate: nil).isSampled }
        #expect(abs(Double(recorded) / 20_000 - share) < 0.015, "\(recorded)")
        if share == 0 { #expect(recorded == 0) }
        if share == 1 { #expect(recorded == 20_000) }
    }

    @Test("A caller's decision is followed, whatever the share", arguments: [0, 1])
    func followed(share: Double) {
        let tracer = TracerFixture(share: share).tracer
        for _ in 0..<100 {
            #expect(tracer.identity(ofRequest: TracerFixture.sampled, tracestate: nil).isSampled)
            #expect(!tracer.identity(ofRequest: TracerFixture.unsampled, tracestate: nil).isSampled)
        }
    }

    @Test("The span of a request hangs below its caller's, with the flags of level 2 and the state")
    func parent() {
        let identity = TracerFixture(share: 0).tracer
            .identity(ofRequest: "00-\(TracerFixture.trace)-\(TracerFixture.span)-03", tracestate: "a=1")
        #expect(identity.context.traceID == TracerFixture.trace && identity.context.spanID != TracerFixture.span)
        #expect(identity.parent == 0x00f0_67aa_0ba9_02b7 && identity.isParentRemote)
        #expect(identity.context.traceparent.hasSuffix("-03") && identity.context.traceState == "a=1")
    }

    @Test("A trace that begins here, recorded or not, is random and has no parent", arguments: [0, 1])
    func root(share: Double) {
        let identity = TracerFixture(share: share).tracer.identity(ofRequest: "nonsense", tracestate: "a=1")
        #expect(identity.parent == 0 && !identity.isParentRemote && identity.context.isRandom && identity.context.traceState == nil)
        #expect(TraceContext(traceparent: identity.context.traceparent) == identity.context)
    }

    @Test("A probe begins no trace but continues a caller's")
    func probe() {
        let tracer = TracerFixture(share: 1).tracer
        #expect(!tracer.identity(ofRequest: nil, tracestate: nil, mayBegin: false).isSampled)
        #expect(tracer.identity(ofRequest: TracerFixture.sampled, tracestate: nil, mayBegin: false).isSampled)
    }

    @Test("Two services with one share decide alike about a trace, and a larger share records what a smaller one does")
    func consistent() {
        func records(_ share: Double, _ low: UInt64) -> Bool {
            TracerFixture(share: share).tracer.identity(ofTrace: 1, low).isSampled
        }
        for low in stride(from: UInt64(0), to: 1 << 56, by: 1 << 48) {
            #expect(records(0.3, low) == records(0.3, low | 0xFF << 56))
            #expect(!records(0.3, low) || records(0.6, low))
        }
    }
}

@Suite("Spans")
struct SpanTests {
    private let fixture = TracerFixture()
    private var tracer: HearthTracer { fixture.tracer }

    @Test("Children hang below the span under way, in this task and in tasks that it starts")
    func nesting() async {
        let outer = tracer.start("outer", kind: .server)
        await InstrumentationContext.withValue(outer.context) {
            let inner = tracer.start("inner")
            #expect(inner.trace.traceID == outer.trace.traceID && inner.identity.parent == outer.trace.span)
            #expect(!inner.identity.isParentRemote)
            let far = await Task { [tracer] in tracer.start("far", below: .new()) }.value
            #expect(far.identity.parent == outer.trace.span)
            inner.finish()
            far.finish()
        }
        outer.finish()
        #expect(fixture.queue.take().map(\.name) == ["inner", "far", "outer"])
    }

    @Test("Without a span under way the given trace is continued, and without one a trace begins")
    func explicit() {
        let parent = TraceContext.new(isSampled: false)
        let below = tracer.start("below", below: parent)
        #expect(below.identity.parent == parent.span && !below.isRecording)
        #expect(tracer.start("root").identity.parent == 0)
    }

    @Test("A span that is not recorded takes nothing and hands on its identity")
    func unrecorded() {
        let span = tracer.start("x", as: tracer.identity(ofRequest: TracerFixture.unsampled, tracestate: nil), kind: .server)
        span.set("a", "b")
        span.operationName = "y"
        span.fail("boom")
        span.addEvent("event")
        span.finish()
        #expect(span.attributes.isEmpty && span.operationName == "x" && fixture.queue.count == 0)
        #expect(span.context.trace == span.trace && span.trace.traceID == TracerFixture.trace)
    }

    @Test("Times are those of the clocks, with nanoseconds, and steps of the wall clock do not show within a trace")
    func times() throws {
        let outer = tracer.start("outer")
        fixture.time.advance(by: .nanoseconds(1_500_001))
        fixture.time.stepWallClock(to: Timestamp(milliseconds: 5))
        InstrumentationContext.withValue(outer.context) {
            let inner = tracer.start("inner")
            fixture.time.advance(by: .microseconds(3))
            inner.finish()
        }
        outer.finish()
        let spans = fixture.queue.take()
        let base: UInt64 = 1_795_000_000_000_000_000
        #expect(spans.map(\.startNanoseconds) == [base + 1_500_001, base])
        #expect(spans.map(\.endNanoseconds) == [base + 1_503_001, base + 1_503_001])
    }

    @Test("Only the first end counts, and nothing changes after it")
    func ended() throws {
        let span = tracer.start("x")
        span.set("a", 1)
        span.finish()
        span.set("a", 2)
        span.end()
        span.finish()
        let ended = fixture.queue.take()
        #expect(ended.count == 1)
        #expect(try #require(ended.first).attributes.map(\.value) == [1])
    }

    @Test("A span is bounded: attributes, events, links and the length of texts")
    func limits() throws {
        let span = tracer.start("n".repeated(1000))
        for number in 0..<40 { span.set("key\(number + 10)", .string("v".repeated(1000))) }
        for _ in 0..<20 {
            span.addEvent("event")
            span.addLink(SpanLink(context: tracer.start("other").context, attributes: [:]))
        }
        span.finish()
        let ended = try #require(fixture.queue.take().first)
        #expect(ended.name.count == 256)
        #expect(ended.attributes.count == 32 && ended.droppedAttributes == 8)
        #expect(ended.attributes.allSatisfy { $0.value == .string("v".repeated(256)) })
        #expect(ended.attributes.map(\.name) == ended.attributes.map(\.name).sorted())
        #expect(ended.events.count == 8 && ended.droppedEvents == 12)
        #expect(ended.links.count == 8 && ended.droppedLinks == 12)
    }

    private struct Spoken: Error, CustomStringConvertible {
        var description: String { "Do you sell gift cards?" }
    }

    @Test("An error is recorded by its type and never by its words, by the library's own verbs too")
    func errors() throws {
        #expect(throws: Spoken.self) { try tracer.withSpan("x") { _ in throw Spoken() } }
        let ended = try #require(fixture.queue.take().first)
        #expect(ended.status?.code == .error)
        #expect(ended.attributes.map(\.name) == ["error.type"])
        let bytes = OTLPTraces(resource: [], version: "1").encode([ended])
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("Spoken") && text.contains("exception.type") && !text.contains("gift"))
    }

    @Test("The library's carriers bring a trace in and take it out")
    func carriers() {
        struct Fields: Injector, Extractor {
            func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) { carrier[key] = value }
            func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
        }
        var context = InstrumentationContext.topLevel
        tracer.extract(["traceparent": TracerFixture.sampled, "tracestate": "a=1"], into: &context, using: Fields())
        let span = tracer.startSpan("x", context: context)
        #expect(span.identity.isParentRemote && span.trace.traceID == TracerFixture.trace)
        var carrier: [String: String] = [:]
        tracer.inject(span.context, into: &carrier, using: Fields())
        #expect(carrier == ["traceparent": span.trace.traceparent, "tracestate": "a=1"])
        #expect(tracer.activeSpan(identifiedBy: span.context) === span)
        var nothing = InstrumentationContext.topLevel
        tracer.extract(["traceparent": "rubbish"], into: &nothing, using: Fields())
        #expect(nothing.trace == nil)
    }

    @Test("A span ends its life with its last user")
    func noCycle() {
        weak var watched: HearthSpan?
        do {
            let span = tracer.start("x")
            watched = span
            _ = span.context
            span.finish()
        }
        #expect(watched == nil)
    }
}

@Suite("The queue of spans")
struct SpanQueueTests {
    @Test("A full queue drops the newest and counts it; batches are taken oldest first")
    func bound() {
        let fixture = TracerFixture(capacity: 10)
        for number in 0..<15 { fixture.tracer.start("\(number)").finish() }
        #expect(fixture.queue.count == 10)
        #expect(fixture.instruments.spans(.dropped).value == 5)
        #expect(fixture.queue.take().map(\.name) == ["0", "1", "2", "3", "4"])
        #expect(fixture.queue.take().map(\.name) == ["5", "6", "7", "8", "9"])
        #expect(fixture.queue.take().isEmpty)
    }

    @Test("Four threads lose nothing without counting it")
    func threads() async {
        let fixture = TracerFixture(capacity: 1000)
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { for _ in 0..<1000 { fixture.tracer.start("x").finish() } }
            }
        }
        #expect(fixture.queue.count == 1000)
        #expect(fixture.instruments.spans(.dropped).value == 3000)
    }
}

extension String {
    fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}
