import HearthTelemetry
import Hummingbird

/// Refuses lists and figures while there is more to do than can be done in time; everything else passes.
struct OverloadMiddleware: RouterMiddleware {
    typealias Context = HearthRequestContext

    let overload: OverloadGuard

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        if overload.isShedding, let template = context.endpointPath, WorkClass.isListing(request.method, template),
            !overload.admits(.listing)
        {
            throw APIError(
                .overloaded, "Hearth has more to do than it can in time, and leaves lists and figures for later; ask again in a moment.",
                retryAfterSeconds: Int(overload.retryAfter.components.seconds))
        }
        return try await next(request, context)
    }
}
