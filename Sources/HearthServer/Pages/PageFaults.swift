import HTTPTypes
import HearthPages
import HearthScheduling
import HearthTelemetry
import Hummingbird

/// Errors as pages, for requests below `/admin` that prefer HTML; everybody else gets JSON.
struct PageFaults: Sendable {
    let frames: PageFrames
    let listener: HearthConfiguration.Listener

    static func concern(_ request: Request) -> Bool {
        let path = request.uri.path
        // Deeper than any page there is nothing, and the links of a page would lead elsewhere.
        guard path == "/admin" || path.hasPrefix("/admin/"), path.utf8.count(where: { $0 == UInt8(ascii: "/") }) <= 4 else { return false }
        return request.headers[.accept]?.lowercased().contains("text/html") == true
    }

    /// Nil where the error is sent as JSON.
    func response(of failure: APIError, request: Request, context: HearthRequestContext) -> Response? {
        guard Self.concern(request) else { return nil }
        let view = Self.view(of: request.uri.path)
        let caller = context.identity?.caller
        let reader: PageReader =
            caller.map { PageIdentity.reader(of: $0, isOpen: $0.means == .nothing) } ?? .anonymous
        let reading = PageReading(
            request, view: view, ignoring: Set(ActionOrder.names + ["action", "id", "format", "problem", "return"]), tenant: nil,
            reader: reader,
            serviceURL: PageIdentity.serviceURL(of: request, listener))
        let frame = frames.frameAtOnce(reading)
        if failure.code == .unauthorized {
            let hadSession = SessionCookie.value(of: SessionCookie.name, in: request.headers) != nil
            let content = SignInContent(
                reason: hadSession ? .expired : .needed, returnTo: request.method == .get ? reading.address.text : nil)
            return PageAnswer.response(Pages.signIn(content, in: frame).page, status: .unauthorized)
        }
        let fault = Self.fault(of: failure, request, requestID: context.requestID, holder: caller?.credential)
        var response = PageAnswer.response(Pages.fault(fault, in: frame).page, status: failure.status)
        if let seconds = failure.retryAfterSeconds { response.headers[.retryAfter] = String(min(max(seconds, 1), 120)) }
        if let allow = failure.allow { response.headers[.allow] = allow }
        return response
    }

    /// The view of the address, or one that lies as deep: links are relative.
    private static func view(of path: String) -> PageView {
        let pages = "/" + ServicePath.pages
        if path.hasPrefix(pages), let view = PageView(path: String(path.dropFirst(pages.count))) { return view }
        return switch path.split(separator: "/", omittingEmptySubsequences: false).count - 1 {
        case ...2: .overview
        case 3: .help
        default: .job("")
        }
    }

    private static func fault(of failure: APIError, _ request: Request, requestID: String, holder: String?) -> PageFault {
        switch failure.code {
        case .forbidden: failure.lackingScope.map { .forbidden(scope: $0, holder: holder) } ?? .invalid(reason: failure.message)
        case .notFound: failure.missing ?? .unknownPage(path: request.uri.path)
        case .rateLimited: .tooMany(retryAfterSeconds: failure.retryAfterSeconds ?? 1)
        case .overloaded, .storeUnavailable: .unavailable(reason: failure.message, retryAfterSeconds: failure.retryAfterSeconds)
        case .internalError: .failed(requestID: requestID)
        default: .invalid(reason: failure.message)
        }
    }
}

/// Who reads a page, and under which address.
enum PageIdentity {
    static func reader(of caller: Caller, isOpen: Bool) -> PageReader {
        isOpen ? .open : .signedIn(name: caller.credential, canAct: caller.scopes.contains(.admin))
    }

    private static let forwardedProtocol = HTTPField.Name.known("X-Forwarded-Proto")
    private static let forwardedHost = HTTPField.Name.known("X-Forwarded-Host")
    private static let forwardedPrefix = HTTPField.Name.known("X-Forwarded-Prefix")

    static func serviceURL(of request: Request, _ listener: HearthConfiguration.Listener) -> String {
        guard listener.isBehindProxy else {
            return (listener.tls == nil ? "http://" : "https://") + (request.head.authority ?? "127.0.0.1:4327")
        }
        let host = request.headers[forwardedHost] ?? request.head.authority ?? "127.0.0.1:4327"
        return (request.headers[forwardedProtocol] == "http" ? "http://" : "https://") + host + prefix(of: request, isBehindProxy: true)
    }

    /// What a trusted proxy puts in front of every address, such as `/hearth`; empty for nothing.
    static func prefix(of request: Request, isBehindProxy: Bool) -> String {
        guard isBehindProxy, let prefix = request.headers[forwardedPrefix], prefix.utf8.count <= 200,
            prefix.wholeMatch(of: /(?:\/[A-Za-z0-9._~-]+)+/) != nil
        else { return "" }
        return prefix
    }
}
