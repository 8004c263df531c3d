import HTTPTypes
import HearthTelemetry
import Hummingbird

/// Refuses what a credential asks for beyond its limits; everything that is let in without a credential passes, and so do scrapes.
struct RequestLimitMiddleware: RouterMiddleware {
    typealias Context = HearthRequestContext

    let limiter: RequestLimiter
    let instruments: HTTPInstruments

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // Whoever was let in by something has a scope. An operator must not lose sight of a service because it is busy.
        guard !context.caller.scopes.isEmpty, context.endpointPath != OperationsRoutes.metricsPath,
            let limits = limiter.limits(of: context.caller)
        else { return try await next(request, context) }
        let place = try place(for: context.caller, limits)
        var fields = limits.fields(nil)
        switch await limiter.take(context.caller) {
        case .unlimited: break
        case .granted(let limits, let standing): fields = limits.fields(standing)
        case .refused(let limits, let wait): throw tooMany(context.caller, limits, wait)
        }
        var response = try await next(request, context)
        for field in fields { response.headers[field.name] = field.value }
        guard let place else { return response }
        // A stream is in progress until its end; without anybody to write it, its body is let go, and the place with it.
        let body = response.body
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            defer { withExtendedLifetime(place) {} }
            try await body.write(writer)
        }
        return response
    }

    private func place(for caller: Caller, _ limits: CallerLimits) throws(APIError) -> RequestLimiter.Place? {
        guard let limit = limits.concurrency else { return nil }
        if let place = limiter.enter(caller, atMost: limit) { return place }
        limiter.instruments.refusals(.concurrency).increment()
        instruments.rejections(.rateLimited).increment()
        var failure = APIError(
            .rateLimited, "The credential \(caller.credential) has \(limit) requests in progress, as many as it may; wait for one to end.",
            retryAfterSeconds: 1)
        failure.fields = limits.fields(nil)
        throw failure
    }

    private func tooMany(_ caller: Caller, _ limits: CallerLimits, _ wait: Duration) -> APIError {
        limiter.instruments.refusals(.rate).increment()
        instruments.rejections(.rateLimited).increment()
        let seconds = CallerLimits.seconds(wait)
        var failure = APIError(
            .rateLimited, "The credential \(caller.credential) asks more often than it may; ask again in \(seconds) s.",
            retryAfterSeconds: Int(clamping: seconds))
        failure.fields = limits.fields(.init(remaining: 0, reset: limits.rate?.window ?? wait))
        return failure
    }
}
