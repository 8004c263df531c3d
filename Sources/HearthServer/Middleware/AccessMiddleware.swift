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
    let sessions: BrowserSessions
    /// Under which names the service may be asked where everybody is let in.
    let hosts: HostNames

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // An address without a route is answered by what comes next: there is nothing.
        guard let template = context.endpointPath else { return try await next(request, context) }
        var context = context
        defer { if !context.caller.scopes.isEmpty { context.identity?.note(context.caller) } }
        switch decisions.decision(request.method, template) {
        case .open, .signed: break
        case .needs(let scope):
            // Only pages: a cookie is sent along by whatever site the browser has open, and the interface has no other protection.
            if !access.isOpen, RouteDecisions.isPage(template), !CallerAccess.presentsCredential(request.headers),
                let secret = SessionCookie.secret(in: request.headers)
            {
                context.caller = try await caller(for: scope, secret, request, context)
                context.session = secret
            } else {
                context.caller = try caller(for: scope, request, context)
            }
        case nil:
            context.logger.error("a route without a decision was asked for", metadata: ["route": "\(template)"])
            throw APIError(.forbidden, "Nobody may use this address.")
        }
        return try await next(request, context)
    }

    private func caller(for scope: Scope, _ request: Request, _ context: Context) throws(APIError) -> Caller {
        if access.isOpen {
            guard hosts.contain(request.head.authority) else {
                instruments.rejections(.forbidden).increment()
                throw APIError(
                    .forbidden,
                    "Without credentials this service is asked as localhost only, so that no other site's page can be; "
                        + "name other hosts in HEARTH_HOSTNAMES.")
            }
            guard !RequestOrigin.isForeign(request.head, isBehindProxy: isBehindProxy) else {
                instruments.rejections(.forbidden).increment()
                throw APIError(
                    .forbidden,
                    "A page of another site sent this, and nothing was done. Programs send neither Origin nor Sec-Fetch-Site; "
                        + "with credentials a page may ask from anywhere.")
            }
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
            return try checked(caller, for: scope, context)
        case .held(let wait): throw held(for: wait)
        case .refused(let result):
            accessInstruments.decisions(result).increment()
            instruments.rejections(.unauthorized).increment()
            // The same words whatever is wrong: they are read by whoever guesses, too.
            throw Self.unauthorized
        case .unverified:
            throw APIError(.internalError, "The token was not verified.")
        }
    }

    /// By the session of a browser, as long as its key is valid.
    private func caller(
        for scope: Scope, _ secret: SessionSecret, _ request: Request, _ context: Context
    ) async throws(APIError) -> Caller {
        let address = CallerAddress.of(
            request.headers, CallerAddress(context.channel.remoteAddress), isBehindProxy: isBehindProxy)
        // Looking for a session that nobody has costs a query of the database.
        if access.limiter.hasFailures, let wait = access.limiter.wait(of: address, with: secret.fingerprint) { throw held(for: wait) }
        switch await sessions.find(secret) {
        case .found(let session):
            let finding = access.keys.find(session.key, at: access.timeSource.now())
            guard finding.isUsable else {
                accessInstruments.decisions(finding.isKnown && !finding.entry.isRevoked ? .expired : .revoked).increment()
                throw Self.unauthorized
            }
            access.limiter.noteSuccess(of: address, with: secret.fingerprint)
            accessInstruments.decisions(.key).increment()
            context.act?.note(finding.entry.caller)
            return try checked(finding.entry.caller, for: scope, context)
        case .unknown:
            access.limiter.noteFailure(of: address)
            accessInstruments.decisions(.unknown).increment()
            instruments.rejections(.unauthorized).increment()
            throw Self.unauthorized
        case .unavailable:
            throw APIError(
                .storeUnavailable, "Sessions cannot be looked up now. Try again, or send the key with the request.", retryAfterSeconds: 5)
        }
    }

    private func held(for wait: Duration) -> APIError {
        accessInstruments.decisions(.limited).increment()
        instruments.rejections(.rateLimited).increment()
        return APIError(holdingOff: wait)
    }

    private static let unauthorized = APIError(
        .unauthorized, "This service needs a credential that is valid: send it as Authorization: Bearer KEY or as X-API-Key.")

    private func checked(_ caller: Caller, for scope: Scope, _ context: Context) throws(APIError) -> Caller {
        context.identity?.note(caller)
        guard caller.scopes.contains(scope) else { throw refusal(of: caller, lacking: scope) }
        return caller
    }

    private func refusal(of caller: Caller, lacking scope: Scope) -> APIError {
        instruments.rejections(.forbidden).increment()
        var failure = APIError(
            .forbidden,
            "The credential \(caller.credential) lacks the scope \(scope.rawValue), which this address needs; use one that has it.")
        failure.lackingScope = scope.rawValue
        return failure
    }
}

extension APIError {
    /// For an address that has guessed too often.
    init(holdingOff wait: Duration) {
        self.init(
            .rateLimited, "Too many credentials from this address were not valid; try again later, with one that is.",
            retryAfterSeconds: Int(wait.components.seconds) + 1)
    }
}
