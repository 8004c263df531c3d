import HTTPTypes
import HearthTelemetry
import Hummingbird
import Logging
import Tracing

/// Gives every request its id and trace, turns thrown errors into error answers, and measures all of it.
struct RequestTelemetryMiddleware: RouterMiddleware {
    typealias Context = HearthRequestContext

    let instruments: HTTPInstruments
    /// Nil where traces are off.
    let tracer: HearthTracer?
    /// Nil where no pages are served.
    let faults: PageFaults?
    let timeSource: any TimeSource
    let logger: Logger

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.startedAt = timeSource.uptime()
        if faults != nil, PageFaults.concern(request) { context.identity = KnownCaller() }
        context.requestID = RequestIdentifier.accept(request.headers[.requestID])
        let span = startSpan(of: request)
        context.trace = span?.trace ?? Self.callersTrace(request.headers)
        context.logger[metadataKey: "request_id"] = "\(context.requestID)"
        if let trace = context.trace { context.logger[metadataKey: "trace_id"] = "\(trace.traceID)" }
        let method = HTTPInstruments.Method(request.method.rawValue)
        instruments.activeRequests(method).add(1)
        defer { instruments.activeRequests(method).add(-1) }
        var response: Response
        do {
            response =
                if let span {
                    try await InstrumentationContext.withValue(span.context) { try await next(request, context) }
                } else {
                    try await next(request, context)
                }
        } catch {
            let failure = ErrorAnswer.failure(error, request: request, context: context)
            count(failure)
            response =
                faults?.response(of: failure, request: request, context: context)
                ?? ErrorAnswer.response(of: failure, request: request, context: context, now: timeSource.now())
        }
        response.headers[.requestID] = context.requestID
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = AnswerHeaders.neverCached }
        instruments.record(
            method, instruments.template(context.endpointPath), status: response.status.code,
            duration: timeSource.uptime() - context.startedAt)
        if let span { RequestSpan.finish(span, method: method, route: context.endpointPath, status: response.status.code) }
        return response
    }

    /// By the code and not by the status: a replica that is not ready and a store that is away answer 503, too.
    private func count(_ failure: APIError) {
        switch failure.code {
        case .tooLarge: instruments.rejections(.tooLarge).increment()
        case .budgetExhausted: instruments.rejections(.rateLimited).increment()
        case .overloaded: instruments.rejections(.overloaded).increment()
        default: break
        }
    }

    private func startSpan(of request: Request) -> HearthSpan? {
        guard let tracer else { return nil }
        let identity = RequestSpan.identity(of: request.headers, path: request.uri.path, tracer: tracer)
        return tracer.start(request.method.rawValue, as: identity, kind: .server)
    }

    private static func callersTrace(_ headers: HTTPFields) -> TraceContext? {
        headers[.traceparent].flatMap { TraceContext(traceparent: $0, tracestate: headers[.tracestate]) }
    }
}
