import HTTPTypes
import HearthServer
import HearthTelemetry
import Measuring
import Tracing

/// Measures what traces cost on the path of a hit, and beside it.
@main
enum TracingBenchmark {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0"

    static func main() {
        print(Measurement.header)
        measureOff()
        measureUnrecorded()
        measureRecorded()
        measureExport()
    }

    private static func tracer(share: Double, capacity: Int = 2048) -> HearthTracer {
        let instruments = TraceInstruments(registry: MetricRegistry(timeSource: SystemTimeSource()))
        return HearthTracer(
            sampler: TraceSampler(share: share),
            queue: SpanQueue(capacity: capacity, batch: 512, instruments: instruments) {}, timeSource: SystemTimeSource())
    }

    private static func headers(traceparent: String?) -> HTTPFields {
        var headers: HTTPFields = [.contentType: "application/json", .contentLength: "54", .userAgent: "benchmark"]
        if let traceparent, let name = HTTPField.Name("traceparent") { headers[name] = traceparent }
        return headers
    }

    /// As a hit does it: reads the header and decides.
    private static func decide(_ tracer: HearthTracer?, _ headers: HTTPFields) -> Bool {
        guard let tracer else { return false }
        return RequestSpan.identity(ofHit: headers, tracer: tracer).isSampled
    }

    private static func measureOff() {
        let headers = headers(traceparent: caller + "1")
        // Looked up at run time, so that the compiler cannot leave the question out.
        let tracer: HearthTracer? = CommandLine.arguments.count > 100 ? tracer(share: 1) : nil
        var recorded = 0
        print(
            Measurement.of("traces off") { if decide(tracer, headers) { recorded += 1 } }.line(aim: 2))
        // Once a second and bucket, as an exemplar.
        print(
            Measurement.of("traces off, the caller's is an exemplar") {
                if RequestSpan.callersTrace(ofHit: headers)?.isSampled == true { recorded += 1 }
            }.line(aim: 100))
    }

    private static func measureUnrecorded() {
        let tracer = tracer(share: 0)
        var recorded = 0
        for (label, traceparent) in [("not recorded: no caller's trace", nil), ("not recorded: the caller says so", caller + "0")] {
            let headers = headers(traceparent: traceparent)
            print(
                Measurement.of(label) { if decide(tracer, headers) { recorded += 1 } }.line(aim: 100))
        }
    }

    private static func span(_ identity: SpanIdentity) -> FinishedSpan {
        FinishedSpan(
            identity: identity, name: "POST /api/v1/cache/query", kind: .server, startNanoseconds: 1, endNanoseconds: 2,
            attributes: [
                (TraceAttribute.cacheResult, "hit"), (TraceAttribute.cacheSource, "memory"), (TraceAttribute.requestMethod, "POST"),
                (TraceAttribute.responseStatus, 200), (TraceAttribute.route, "/api/v1/cache/query"), (TraceAttribute.scheme, "http"),
            ])
    }

    private static func measureRecorded() {
        let roomy = tracer(share: 1, capacity: 100_000)
        print(
            Measurement.of("recorded: one span into the queue and out") {
                roomy.record(span(roomy.identity(ofRequest: caller + "1", tracestate: nil)))
                if roomy.queue.count >= 512 { _ = roomy.queue.take() }
            }.line(aim: 2000))
        let full = tracer(share: 1, capacity: 2)
        print(
            Measurement.of("recorded: the queue is full") {
                full.record(span(full.identity(ofRequest: caller + "1", tracestate: nil)))
            }.line(aim: 2000))
        print(
            Measurement.of("a span of the router's way, start to end") {
                let span = full.start("GET", as: full.identity(ofRequest: nil, tracestate: nil), kind: .server)
                span.set(TraceAttribute.requestMethod, "GET")
                span.set(TraceAttribute.responseStatus, 200)
                span.finish()
            }.line(aim: 5000))
    }

    private static func measureExport() {
        let tracer = tracer(share: 1)
        let spans = (0..<512).map { _ in span(tracer.identity(ofRequest: caller + "1", tracestate: nil)) }
        let encoder = OTLPTraces(resource: [("service.name", "hearth")], version: "0.1.0")
        var bytes = 0
        print(
            Measurement.of("an export of 512 spans, written") { bytes = encoder.encode(spans).count }.line(aim: 10_000_000))
        print("  it has \(bytes / 1000) KB")
    }
}
