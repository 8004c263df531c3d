import Hummingbird

/// Keeps what belongs to the whole service (jobs, the inbox, its page) to those who run it.
struct OperatorMiddleware: RouterMiddleware {
    typealias Context = HearthRequestContext

    let tenants: TenantRules

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard tenants.isOperators(context.caller) else {
            throw APIError(
                .forbidden, "This concerns all tenants, and is for those who run the service: use a key of theirs; see tenants.operator.")
        }
        return try await next(request, context)
    }
}
