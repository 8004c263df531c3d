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
    let accessInstruments: AccessInstruments
    let isBehindProxy: Bool

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // An address without a route is answered by what comes next: there is nothing.
        guard let template = context.endpointPath else { return try await next(request, context) }
        var context = context
        switch decisions.decision(request.method, template) {
        case .open, .signed: break
        case .needs(let scope): context.caller = try caller(for: scope, request, context)
        case nil:
            context.logger.error("a route without a decision was asked for", metadata: ["route": "\(template)"])
            throw APIError(.forbidden, "Nobody may use this address.")
        }
        return try await next(request, context)
    }

    private func caller(for scope: Scope, _ request: Request, _ context: Context) throws(APIError) -> Caller {
        if access.isOpen {
            context.act?.note(.open)
            return .open
        }
        let address = CallerAddress.of(
            request.headers, CallerAddress(context.channel.remoteAddress), isBehindProxy: isBehindProxy)
        var admission = access.admission(of: request.headers, from: address)
        if case .unverified(let token, let fingerprint) = admission { admission = access.verify(token, fingerprint) }
        access.note(admission, from: address)
        switch admission {
        case .admitted(let caller, _):
            if let result = caller.means.result { accessInstruments.decisions(result).increment() }
            // Also who is refused is on record.
            context.act?.note(caller)
            guard caller.scopes.contains(scope) else { throw refusal(of: caller, lacking: scope) }
            return caller
        case .held(let wait):
            accessInstruments.decisions(.limited).increment()
            instruments.rejections(.rateLimited).increment()
            throw APIError(
                .rateLimited, "Too many credentials from this address were not valid; try again later, with one that is.",
                retryAfterSeconds: Int(wait.components.seconds) + 1)
        case .refused(let result):
            accessInstruments.decisions(result).increment()
            instruments.rejections(.unauthorized).increment()
            // The same words whatever is wrong: they are read by whoever guesses, too.
            throw APIError(
                .unauthorized, "This service needs a credential that is valid: send it as Authorization: Bearer KEY or as X-API-Key.")
        case .unverified:
            throw APIError(.internalError, "The token was not verified.")
        }
    }

    private func refusal(of caller: Caller, lacking scope: Scope) -> APIError {
        instruments.rejections(.forbidden).increment()
        return APIError(
            .forbidden,
            "The credential \(caller.credential) lacks the scope \(scope.rawValue), which this address needs; use one that has it.")
    }
}
