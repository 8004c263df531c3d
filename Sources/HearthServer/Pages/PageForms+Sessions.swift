import HTTPTypes
import HearthPages
import HearthTelemetry
import Hummingbird

/// Signing in and out.
extension PageForms {
    private func frame(_ request: Request, _ view: PageView) -> PageFrame {
        return services.frames.frameAtOnce(
            PageReading(
                request, view: view, ignoring: ["return"], tenant: nil, reader: .anonymous,
                serviceURL: PageIdentity.serviceURL(of: request, services.configuration.listener)))
    }

    @Sendable func showSignIn(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        guard !services.access.isOpen else { return PageAnswer.redirect(.seeOther, to: "../cache-analytics") }
        let content = SignInContent(reason: .needed, returnTo: Self.ownAddress(request.uri.queryParameters["return"].map(String.init)))
        return PageAnswer.response(Pages.signIn(content, in: frame(request, .signIn)).page)
    }

    @Sendable func signIn(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var fields = try await received(request)
        let returnTo = Self.ownAddress(fields.text("return"))
        let key = SettingText.trimmed(fields.text("key") ?? "")
        let address = address(request, context)
        var presented = HTTPFields()
        presented[.authorization] = "Bearer " + key.filter { $0.isASCII && !$0.isNewline }
        let admission = services.access.admission(of: presented, from: address)
        services.access.note(admission, from: address)
        switch admission {
        case .admitted(let caller, let fingerprint) where caller.means == .key:
            services.accessInstruments.decisions(.key).increment()
            context.act?.note(caller)
            context.act?.note(action: .signIn)
            let secret: SessionSecret
            do {
                secret = try await services.sessions.begin(key: fingerprint)
            } catch {
                throw APIError(.storeUnavailable, "No session can be kept now. Try again.", retryAfterSeconds: 5)
            }
            // So that a neighbour who guesses does not keep the new session out.
            services.access.limiter.noteSuccess(of: address, with: secret.fingerprint)
            var response = PageAnswer.redirect(.seeOther, to: "../../" + (returnTo ?? ServicePath.pages))
            response.headers[values: .setCookie].append(cookie(request).start(secret))
            return response
        case .held(let wait):
            services.accessInstruments.decisions(.limited).increment()
            return refused(request, .tooMany, .tooManyRequests, returnTo, retryAfter: wait)
        case .refused(let result):
            services.accessInstruments.decisions(result).increment()
            return refused(request, .wrongKey, .unauthorized, returnTo)
        case .admitted, .unverified:
            services.accessInstruments.decisions(.unknown).increment()
            return refused(request, .wrongKey, .unauthorized, returnTo)
        }
    }

    private func refused(
        _ request: Request, _ reason: SignInContent.Reason, _ status: HTTPResponse.Status, _ returnTo: String?, retryAfter: Duration? = nil
    ) -> Response {
        let page = Pages.signIn(SignInContent(reason: reason, returnTo: returnTo), in: frame(request, .signIn)).page
        var response = PageAnswer.response(page, status: status)
        if let retryAfter { response.headers[.retryAfter] = "\(min(120, retryAfter.components.seconds + 1))" }
        return response
    }

    @Sendable func signOut(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        _ = try await received(request)
        if let secret = SessionCookie.secret(in: request.headers) {
            try await end(secret, from: address(request, context))
        }
        var response = PageAnswer.redirect(.seeOther, to: services.access.isOpen ? "../cache-analytics" : "sign-in")
        response.headers[values: .setCookie].append(cookie(request).end)
        return response
    }

    /// Only a session that there is costs a write; whoever makes cookies up has guessed.
    private func end(_ secret: SessionSecret, from address: CallerAddress) async throws(APIError) {
        let limiter = services.access.limiter
        if limiter.hasFailures, let wait = limiter.wait(of: address, with: secret.fingerprint) {
            services.accessInstruments.decisions(.limited).increment()
            throw APIError(holdingOff: wait)
        }
        let failure = APIError(.storeUnavailable, "The session could not be ended now. Try again.", retryAfterSeconds: 5)
        switch await services.sessions.find(secret) {
        case .found:
            do { try await services.sessions.end(secret) } catch { throw failure }
        case .unknown: limiter.noteFailure(of: address)
        case .unavailable: throw failure
        }
    }

    private func address(_ request: Request, _ context: HearthRequestContext) -> CallerAddress {
        CallerAddress.of(
            request.headers, CallerAddress(context.channel.remoteAddress),
            isBehindProxy: services.configuration.listener.isBehindProxy)
    }

    private func cookie(_ request: Request) -> SessionCookie {
        let listener = services.configuration.listener
        return SessionCookie(
            isSecure: listener.isBehindProxy || listener.tls != nil || !listener.isLoopback,
            prefix: PageIdentity.prefix(of: request, isBehindProxy: listener.isBehindProxy))
    }

    /// An address of a page of ours, from the service's root; nil for any other, which a link could name to lead somebody away.
    static func ownAddress(_ text: String?) -> String? {
        guard let text, text.utf8.count <= 2000,
            text == ServicePath.pages || text.hasPrefix(ServicePath.pages + "?")
                || text.hasPrefix(ServicePath.pages + "/"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
            !text.contains(".."), !text.contains("//")
        else { return nil }
        return text
    }
}
