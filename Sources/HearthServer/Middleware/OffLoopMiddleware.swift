import Hummingbird

/// Takes what may calculate for a while off the connection's event loop: figures over many days, lists, pages.
struct OffLoopMiddleware: RouterMiddleware {
    typealias Context = HearthRequestContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { try await next(request, context) }
    }
}
