import HearthTelemetry
import Tracing

/// The spans of a hit that was answered before the router: those that the router's way makes, written down when all is over.
enum HitSpans {
    /// - Parameters:
    ///   - started: when the request was complete, on the monotonic clock.
    ///   - now: the wall clock at the end.
    static func record(
        _ identity: SpanIdentity, source: AnswerSource, started: Duration, elapsed: Duration, now: Timestamp, tracer: HearthTracer
    ) {
        let clock = SpanClock(wall: now, uptime: started + elapsed)
        let (start, end) = (clock.nanoseconds(at: started), clock.nanoseconds(at: started + elapsed))
        let result = SpanAttribute.string(LookupResult.hit.rawValue)
        let source = SpanAttribute.string(source.rawValue)
        tracer.record(
            FinishedSpan(
                identity: tracer.identity(below: identity.context), name: LookupSpan.name, kind: .internal, startNanoseconds: start,
                endNanoseconds: end,
                attributes: [(TraceAttribute.cacheResult, result), (TraceAttribute.cacheSource, source)]))
        tracer.record(
            FinishedSpan(
                identity: identity, name: "POST " + MemoryHits.path, kind: .server, startNanoseconds: start, endNanoseconds: end,
                attributes: [
                    (TraceAttribute.cacheResult, result), (TraceAttribute.cacheSource, source), (TraceAttribute.requestMethod, "POST"),
                    (TraceAttribute.responseStatus, 200), (TraceAttribute.route, .string(MemoryHits.path)),
                    (TraceAttribute.scheme, "http"),
                ]))
    }
}
