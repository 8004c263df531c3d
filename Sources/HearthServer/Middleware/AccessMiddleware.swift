import HTTPTypes
import HearthTelemetry
import Hummingbird
import Logging

/// Lets a request to its route if the route's decision allows it to whoever asks, and says who that is.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = HearthRequestContext

    let access: CallerAccess
    let decisions: RouteDecisions
    let instruments: HTTPInstruments

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // An address without a route is answered by what comes next: there is nothing.
        guard let template = context.endpointPath else { return try await next(request, context) }
        var context = context
        switch decisions.decision(request.method, template) {
        case .open, .signed: break
        case .needs(let scope): context.caller = try caller(for: scope, request)
        case nil:
            context.logger.error("a route without a decision was asked for", metadata: ["route": "\(template)"])
            throw APIError(.forbidden, "Nobody may use this address.")
        }
        return try await next(request, context)
    }

    private func caller(for scope: Scope, _ request: Request) throws(APIError) -> Caller {
        guard let caller = access.caller(of: request.headers) else {
            instruments.rejections(.unauthorized).increment()
            throw APIError(
                .unauthorized, "This service needs a credential that is valid: send it as Authorization: Bearer KEY or as X-API-Key.")
        }
        guard caller.scopes.contains(scope) else {
            instruments.rejections(.forbidden).increment()
            throw APIError(
                .forbidden,
                "The credential \(caller.credential) lacks the scope \(scope.rawValue), which this address needs; use one that has it.")
        }
        return caller
    }
}
