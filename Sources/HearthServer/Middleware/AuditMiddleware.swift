import HTTPTypes
import HearthTelemetry
import Hummingbird

/// Puts every administrative act on record when its answer is made, refused attempts included.
///
/// It stands outside of ``RequestTelemetryMiddleware``, which makes an answer of every error. Attempts of nobody, without a credential that
/// is valid, are not on record: anybody could fill it; `hearth_access_decisions_total` counts them. Of one credential at most ``minorActs``
/// that changed nothing, or signed in, are.
struct AuditMiddleware: RouterMiddleware {
    typealias Context = HearthRequestContext

    let trail: AuditTrail
    let decisions: RouteDecisions
    let tenants: TenantRules
    let isBehindProxy: Bool
    /// Counts for each credential what failed, and that it signed in.
    let minorActs: RequestLimiter

    /// A loop of them would fill the record and push out what others do.
    static let minorActs = CallerLimits(requestsPerSecond: 1, burst: 60)

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let template = context.endpointPath, decisions.isRecorded(request.method, template) else {
            return try await next(request, context)
        }
        var context = context
        let note = ActNote()
        context.act = note
        let response = try await next(request, context)
        let content = note.content
        guard !content.isOmitted, let caller = content.caller, let action = content.action ?? decisions.action(request.method, template)
        else {
            return response
        }
        let isMinor = (content.status ?? response.status.code) >= 400 || action == .signIn
        if isMinor, case .refused = minorActs.takeAtOnce(caller) {
            trail.drop()
            return response
        }
        let parameters = AuditParameters.of(request, context, isOperator: tenants.isOperator(caller))
        trail.record(
            AuditRecord(
                actor: caller.credential, tenant: caller.tenant,
                address: CallerAddress.text(of: request.headers, context.channel.remoteAddress, isBehindProxy: isBehindProxy),
                action: action, method: request.method.rawValue, route: template,
                parameters: parameters.merging(content.parameters) { $1 }, entries: content.entries,
                status: content.status ?? response.status.code,
                requestID: response.headers[.requestID]))
        return response
    }
}
