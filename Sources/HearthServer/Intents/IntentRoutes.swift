import Foundation
import HTTPTypes
import HearthCache
import HearthTelemetry
import Hummingbird
import NIOCore

/// `POST /api/v1/ai/intent`: what a message wants, kept by the same rules as answers.
struct IntentRoutes: Sendable {
    let answerer: QuestionAnswerer
    let tenants: TenantRules
    let timeSource: any TimeSource
    let limits: HearthConfiguration.Limits

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.post("ai/intent", use: classify)
    }

    @Sendable private func classify(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let protection = tenants.protection(of: context.caller.tenant)
        let control = try CacheRoutes.cacheControl(of: request, protection)
        let body = try await RequestBodyReader.read(request, limit: limits.bodyBytes)
        let startedAt = timeSource.uptime()
        let message = try Self.message(body, maximumCharacters: limits.queryCharacters)
        let answered = try await SharedAnswerProtection.guarding(protection, since: startedAt, timeSource) {
            try await answerer.answer(
                message, by: context.caller.tenant, control: control, requestID: context.requestID, trace: context.trace,
                startedAt: startedAt)
        }
        guard let intent = Intent(answered.answer.text) else {
            throw APIError(.internalError, "The kept classification cannot be read; ask with Cache-Control: no-cache.")
        }
        if let protection {
            let response = Self.response(intent, answered, protection, context, elapsed: timeSource.uptime() - startedAt)
            await protection.hold(since: startedAt, timeSource)
            return response
        }
        return Self.response(intent, answered, nil, context, elapsed: timeSource.uptime() - startedAt)
    }

    private static func response(
        _ intent: Intent, _ answered: AnsweredQuestion, _ protection: SharedAnswerProtection?, _ context: HearthRequestContext,
        elapsed: Duration
    ) -> Response {
        let isUnsourced = protection?.hidesOrigin == true
        let json =
            isUnsourced
            ? JSONBody.encode(UnsourcedIntentResponse(intent, answered.answer))
            : JSONBody.encode(IntentResponse(intent, answered, responseTime: elapsed))
        let headers = AnswerHeaders.fields(
            isUnsourced
                ? AnswerHeaders.unsourced(requestID: context.requestID, bodyBytes: json.count)
                : AnswerHeaders.list(
                    cacheStatus: answered.status.header, ageSeconds: answered.age?.components.seconds, requestID: context.requestID,
                    bodyBytes: json.count, responseTime: elapsed))
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: json)))
    }

    private static func message(_ data: Data, maximumCharacters: Int) throws(APIError) -> CacheQuery {
        var body = FieldReader(try JSONRequest.object(data))
        let message = body.query("message", maximumCharacters: maximumCharacters)
        let language = body.choice("language", of: Language.self)
        let customer = body.customer()
        let skipCache = body.boolean("skipCache") ?? false
        try FieldReader.finish([body], "The request has faulty fields")
        return CacheQuery(query: message ?? "", language: language, customer: customer, skipCache: skipCache)
    }
}

/// The body without anything that tells a kept classification from a new one.
struct UnsourcedIntentResponse: Encodable, Sendable {
    var intent: String
    var category: String
    var language: String
    var confidence: Double
    var entities: [IntentResponse.Entity]
    var metadata: UnsourcedQueryResponse.Metadata

    init(_ intent: Intent, _ answer: CachedAnswer) {
        let plain = UnsourcedQueryResponse(answer)
        self.intent = intent.intent
        category = intent.category.rawValue
        language = intent.language.rawValue
        confidence = plain.confidence
        entities = intent.entities.map { IntentResponse.Entity(type: $0.type, value: $0.value) }
        metadata = plain.metadata
    }
}

/// The body of an answered `POST /api/v1/ai/intent`.
struct IntentResponse: Encodable, Sendable {
    struct Entity: Encodable, Sendable {
        var type: String
        var value: String
    }

    var intent: String
    var category: String
    var language: String
    var confidence: Double
    var entities: [Entity]
    var cached: Bool
    var cacheKey: String
    var source: String
    /// Milliseconds.
    var responseTime: Double
    var metadata: QueryResponse.Metadata

    init(_ intent: Intent, _ answered: AnsweredQuestion, responseTime: Duration) {
        let shared = QueryResponse(
            answered.answer, isCached: answered.isCached, isKept: answered.isKept,
            costMicroDollars: answered.costMicroDollars, savedMicroDollars: answered.savedMicroDollars)
        self.intent = intent.intent
        category = intent.category.rawValue
        language = intent.language.rawValue
        confidence = shared.confidence
        entities = intent.entities.map { Entity(type: $0.type, value: $0.value) }
        cached = shared.cached
        cacheKey = shared.cacheKey
        source = answered.source.rawValue
        self.responseTime = (responseTime.fractionalSeconds * 1_000_000).rounded() / 1000
        metadata = shared.metadata
    }
}
