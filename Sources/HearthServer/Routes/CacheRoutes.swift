import Foundation
import HTTPTypes
import HearthCache
import HearthTelemetry
import Hummingbird
import NIOCore

/// The routes below `/api/v1/cache` that concern answers.
struct CacheRoutes: Sendable {
    let answerer: QuestionAnswerer
    let health: HealthReporter
    let tenants: TenantRules
    let timeSource: any TimeSource
    let limits: HearthConfiguration.Limits

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.post("cache/query", use: query)
        group.get("cache/health") { request, context in
            let format = try ParameterReader.formatAlone(request, "The health was not read")
            let extent: HealthReporter.Extent =
                tenants.isOperator(context.caller) ? .everything : .of(tenants.space(of: context.caller.tenant))
            return format.response(await health.cacheHealth(of: extent))
        }
    }

    @Sendable private func query(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let protection = tenants.protection(of: context.caller.tenant)
        let control = try Self.cacheControl(of: request, protection)
        let body = try await RequestBodyReader.read(request, limit: limits.bodyBytes)
        // The clock of the answer starts when the request is complete; what its sender takes is not ours.
        let startedAt = timeSource.uptime()
        let query = try QueryRequestBody.decode(body, maximumCharacters: limits.queryCharacters)
        let answered = try await SharedAnswerProtection.guarding(protection, since: startedAt, timeSource) {
            try await answerer.answer(
                query, by: context.caller.tenant, control: control, requestID: context.requestID, trace: context.trace,
                startedAt: startedAt)
        }
        let response = Self.response(answered, protection, requestID: context.requestID, elapsed: timeSource.uptime() - startedAt)
        await protection?.hold(since: startedAt, timeSource)
        return response
    }

    static func cacheControl(of request: Request, _ protection: SharedAnswerProtection?) throws(APIError) -> RequestCacheControl {
        guard let header = request.headers[.cacheControl] else { return RequestCacheControl() }
        let control: RequestCacheControl
        do throws(RequestCacheControl.InvalidDirective) {
            control = try RequestCacheControl(header: header)
        } catch {
            throw APIError(
                .invalidHeader, "The header Cache-Control is invalid: \(error.name) \(error.problem).",
                details: [.init(field: "Cache-Control", problem: "\(error.name) \(error.problem)")])
        }
        if control.onlyIfCached { try protection?.requireNoProbe() }
        return control
    }

    private static func response(
        _ answered: AnsweredQuestion, _ protection: SharedAnswerProtection?, requestID: String, elapsed: Duration
    ) -> Response {
        if protection?.hidesOrigin == true {
            let json = JSONBody.encode(UnsourcedQueryResponse(answered.answer))
            return Response(
                status: .ok, headers: AnswerHeaders.fields(AnswerHeaders.unsourced(requestID: requestID, bodyBytes: json.count)),
                body: .init(byteBuffer: ByteBuffer(bytes: json)))
        }
        var json = QueryResponse(
            answered.answer, isCached: answered.isCached, isKept: answered.isKept,
            costMicroDollars: answered.costMicroDollars, savedMicroDollars: answered.savedMicroDollars
        ).openJSON
        QueryResponse.close(&json, source: answered.source, responseTime: elapsed)
        let headers = AnswerHeaders.fields(
            AnswerHeaders.list(
                cacheStatus: answered.status.header, ageSeconds: answered.age?.components.seconds, requestID: requestID,
                bodyBytes: json.count, responseTime: elapsed))
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: json)))
    }
}
