import Foundation
import HearthCache
import HearthTelemetry
import Hummingbird

/// The routes about kept answers one by one: look up, write, read, remove, explain, judge.
struct EntryRoutes: Sendable {
    let identifier: QuestionIdentifier
    let cache: AnswerCache
    let keeper: GivenAnswerKeeper
    let reporter: UsageReporter
    let lookups: LookupSpan
    let tenants: TenantRules
    let timeSource: any TimeSource
    let limits: HearthConfiguration.Limits

    /// Items of one batch.
    static let maximumBatch = 100

    private struct Found: Encodable { var items: [FoundDocument] }
    private struct Written: Encodable { var results: [WrittenDocument] }
    private struct Invalidated: Encodable {
        var invalidated: Int
        /// Present and true where nothing was removed.
        var dryRun: Bool?
    }
    private struct Judged: Encodable {
        var cacheKey: String
        var confidence: Double
        /// Whether it is still served.
        var served: Bool
    }

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.post("cache/lookup", use: lookUp)
        group.post("cache/explain", use: explain)
        group.post("cache/feedback", use: judge)
    }

    func addAdministration(to group: RouterGroup<HearthRequestContext>) {
        group.put("cache/entries", use: write)
        group.get("cache/entries/{cacheKey}", use: read)
        group.delete("cache/entries/{cacheKey}", use: remove)
    }

    // MARK: Batches

    /// Answers what is kept and says why the rest is not; the provider is never asked.
    @Sendable private func lookUp(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        try tenants.requireUnprotected(context.caller)
        var body = FieldReader(try JSONRequest.object(try await RequestBodyReader.read(request, limit: limits.bodyBytes)))
        var items = body.objects("items", upTo: Self.maximumBatch)
        var queries: [CacheQuery] = []
        for index in items.indices {
            let text = items[index].query(maximumCharacters: limits.queryCharacters)
            let language = items[index].choice("language", of: Language.self)
            let category = items[index].choice("category", of: ResponseCategory.self)
            let customer = items[index].customer()
            queries.append(CacheQuery(query: text ?? "", language: language, category: category, customer: customer))
        }
        try FieldReader.finish([body] + items, "Nothing was looked up")
        var found: [FoundDocument] = []
        for query in queries { found.append(await lookUp(query, context)) }
        return JSONAnswer.response(Found(items: found))
    }

    /// Counts like a question that came alone.
    private func lookUp(_ query: CacheQuery, _ context: HearthRequestContext) async -> FoundDocument {
        let started = timeSource.uptime()
        let question = identifier.identify(query.query, language: query.language, by: context.caller.tenant)
        let now = timeSource.now()
        let document: FoundDocument
        var event = UsageEvent(
            finishedAt: now, result: .miss, language: question.key.language, category: query.category ?? question.normalized.category,
            source: nil, duration: .zero)
        switch await lookups.around({ await cache.lookup(question, at: now) }) {
        case .hit(let entry, let source):
            document = FoundDocument(entry.answer, source: source)
            count(entry.answer, as: .hit, from: source, in: &event)
        case .stale(let entry):
            document = FoundDocument(entry.answer, source: .stale)
            count(entry.answer, as: .stale, from: .stale, in: &event)
        case .miss(let reason, _):
            document = FoundDocument(missing: question.key, category: event.category, reason: reason)
            event.result = reason == .storeUnavailable || reason == .integrity ? .error : .miss
            event.missReason = reason
        }
        event.finishedAt = timeSource.now()
        event.duration = timeSource.uptime() - started
        reporter.report(
            event, question: question, query: query.query, customer: reporter.customer(query.customer), confidence: document.confidence,
            requestID: context.requestID, trace: context.trace)
        return document
    }

    private func count(_ answer: CachedAnswer, as result: LookupResult, from source: AnswerSource, in event: inout UsageEvent) {
        let now = timeSource.now()
        cache.countHit(answer.key, at: now)
        event.result = result
        event.source = source
        event.category = answer.category
        event.addSavings(of: answer, age: now - answer.storedAt)
    }

    /// Keeps answers that the caller brings; each is judged by the gate, and one that is refused does not hinder the others.
    @Sendable private func write(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let tenant = try administered(&parameters, by: context.caller).tenant
        try parameters.finish("Nothing was kept")
        var body = FieldReader(try JSONRequest.object(try await RequestBodyReader.read(request, limit: limits.bodyBytes)))
        var items = body.objects("entries", upTo: Self.maximumBatch)
        var given: [GivenAnswerKeeper.Given] = []
        for index in items.indices {
            if let entry = Self.given(&items[index], of: tenant, maximumCharacters: limits.queryCharacters) { given.append(entry) }
        }
        try FieldReader.finish([body] + items, "Nothing was kept")
        let judged = given.map(keeper.judge)
        context.act?.note("given", "\(given.count)")
        guard await keeper.keep(judged) else {
            throw APIError(
                .overloaded,
                "As many answers wait for the store as may, and these must not push them out. Send them again; see /api/v1/cache/health.",
                retryAfterSeconds: GivenAnswerKeeper.retryAfterSeconds)
        }
        let results = judged.map { WrittenDocument($0) }
        context.act?.note(entries: results.count { $0.status == "stored" })
        return JSONAnswer.response(Written(results: results))
    }

    private static func given(_ item: inout FieldReader, of tenant: Tenant, maximumCharacters: Int) -> GivenAnswerKeeper.Given? {
        let query = item.query(maximumCharacters: maximumCharacters)
        let language = item.choice("language", of: Language.self, isRequired: true)
        let category = item.choice("category", of: ResponseCategory.self)
        let response = item.value("response")?.string
        if response?.isEmpty != false { item.report("response", "must be a text that is not empty") }
        let confidence = item.share("confidence")
        let (metadata, tags) = item.metadata()
        guard let query, let language, let response, let confidence else { return nil }
        return GivenAnswerKeeper.Given(
            query: query, language: language, category: category, response: response, confidence: confidence, tags: tags,
            metadata: metadata, tenant: tenant)
    }

    /// Whose answers are meant.
    private func administered(
        _ parameters: inout ParameterReader, by caller: Caller
    ) throws(APIError) -> (tenant: Tenant, space: AnswerSpace) {
        let name = parameters.text("tenant")
        return (try tenants.subject(of: caller, named: name), try tenants.administered(by: caller, named: name))
    }

    // MARK: Single entries

    @Sendable private func read(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let key = try Self.key(context)
        var parameters = ParameterReader(request)
        let space = try administered(&parameters, by: context.caller).space
        try parameters.finish("The answer was not shown")
        guard let answer = try await storing({ () async throws(AnswerStoreError) in try await cache.entry(key, in: space) }) else {
            throw unknown(key)
        }
        return JSONAnswer.response(EntryDocument(answer, at: timeSource.now()))
    }

    @Sendable private func remove(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let selection = AnswerSelection(in: try administered(&parameters, by: context.caller).space, key: try Self.key(context))
        let isDryRun = parameters.boolean("dryRun")
        try parameters.finish("Nothing was removed")
        if isDryRun {
            context.act?.note(entries: 0)
            let count = try await storing { () async throws(AnswerStoreError) in try await cache.count(selection) }
            return JSONAnswer.response(Invalidated(invalidated: count, dryRun: true))
        }
        let removed = try await storing { () async throws(AnswerStoreError) in try await cache.invalidate(selection, by: "api") }
        context.act?.note(entries: removed)
        return JSONAnswer.response(Invalidated(invalidated: removed))
    }

    private static func key(_ context: HearthRequestContext) throws -> CacheKey {
        let text = try context.parameters.require("cacheKey").removingPercentEncoding ?? ""
        guard let key = CacheKey(text) else {
            throw APIError(.notFound, "There is no entry of this name; a key is a language, a colon and 64 hexadecimal digits.")
        }
        return key
    }

    private func unknown(_ key: CacheKey) -> APIError {
        APIError(.notFound, "No answer is kept under \(key); it was never kept, has been invalidated or pruned.")
    }

    @Sendable private func judge(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var body = FieldReader(try JSONRequest.object(try await RequestBodyReader.read(request, limit: limits.bodyBytes)))
        let key = body.value("cacheKey")?.string.flatMap { CacheKey($0) }
        if key == nil { body.report("cacheKey", "must be a language, a colon and 64 hexadecimal digits") }
        let isHelpful = body.boolean("helpful", isRequired: true)
        let customer = body.customer()
        try FieldReader.finish([body], "The feedback was not counted")
        guard let key, let isHelpful else { throw APIError(.invalidRequest, "The feedback was not counted.") }
        try tenants.requireUnprotected(context.caller)
        let space = tenants.space(of: context.caller.tenant)
        let voter = reporter.voter(customer, of: context.caller.tenant, in: space)
        let judged = try await storing { () async throws(AnswerStoreError) in
            try await cache.vote(key, in: space, isHelpful: isHelpful, by: voter)
        }
        guard let confidence = judged else { throw unknown(key) }
        let isServed = confidence >= CachedAnswer.minimumServedConfidence
        // One that takes nothing away is a vote like many; they would fill the record.
        if isServed { context.act?.omit() }
        context.act?.note("cacheKey", key.description)
        context.act?.note("helpful", "\(isHelpful)")
        context.act?.note(entries: isServed ? 0 : 1)
        return JSONAnswer.response(
            Judged(
                cacheKey: key.description, confidence: EntryDocument.rounded(confidence),
                served: isServed))
    }

    /// What would be done with a question, without doing it.
    @Sendable private func explain(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var body = FieldReader(try JSONRequest.object(try await RequestBodyReader.read(request, limit: limits.bodyBytes)))
        let text = body.query(maximumCharacters: limits.queryCharacters)
        let language = body.choice("language", of: Language.self)
        let category = body.choice("category", of: ResponseCategory.self)
        _ = body.customer()
        let skipsCache = body.boolean("skipCache") ?? false
        try FieldReader.finish([body], "The question was not explained")
        // What is kept is shown as it is, with its counts.
        _ = try tenants.administered(by: context.caller, named: nil)
        let detected = language == nil ? identifier.detect(text ?? "") : nil
        let question = identifier.identify(text ?? "", language: language, by: context.caller.tenant)
        let now = timeSource.now()
        let inspection = await cache.inspect(question, at: now)
        return JSONAnswer.response(
            CacheExplanationDocument(
                question, detected: detected, category: category ?? question.normalized.category, inspection: inspection,
                skipsCache: skipsCache, at: now))
    }

    private func storing<Value: Sendable>(_ body: () async throws(AnswerStoreError) -> Value) async throws(APIError) -> Value {
        do throws(AnswerStoreError) {
            return try await body()
        } catch {
            throw APIError(.storeUnavailable, "The store cannot be reached now: \(error.cause). Ask again.", retryAfterSeconds: 5)
        }
    }
}
