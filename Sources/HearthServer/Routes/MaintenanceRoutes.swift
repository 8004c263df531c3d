import Foundation
import HearthCache
import HearthTelemetry
import Hummingbird

/// The routes below `/api/v1/cache` that change what is kept: invalidate, warm, maintain.
struct MaintenanceRoutes: Sendable {
    let cache: AnswerCache
    let warmer: CacheWarmer
    let maintenance: CacheMaintenance
    let tenants: TenantRules
    let limits: HearthConfiguration.Limits

    private struct Invalidated: Encodable {
        var invalidated: Int
        /// Present and true where nothing was removed.
        var dryRun: Bool?
    }

    private struct Invalidations: Encodable { var invalidations: [InvalidationDocument] }

    private struct Warmed: Encodable {
        var processed: Int
        var cached: Int
        var skipped: Int
        var failed: Int
        var postponed: Int
        /// Seconds.
        var duration: Double
    }

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.delete("cache/invalidate", use: invalidate)
        group.get("cache/invalidations", use: invalidations)
        group.post("cache/warm", use: warm)
        group.post("cache/maintenance", use: maintain)
    }

    @Sendable private func invalidate(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let selection = try selection(&parameters, by: context.caller)
        let isDryRun = parameters.boolean("dryRun")
        try parameters.finish("Nothing was removed")
        do throws(AnswerStoreError) {
            if isDryRun {
                context.act?.note(entries: 0)
                return JSONAnswer.response(Invalidated(invalidated: try await cache.count(selection), dryRun: true))
            }
            let removed = try await cache.invalidate(selection, by: "api")
            context.act?.note(entries: removed)
            return JSONAnswer.response(Invalidated(invalidated: removed))
        } catch {
            throw APIError(
                .storeUnavailable, "The answers were removed from memory, but not from the store: \(error.cause). Ask again.",
                retryAfterSeconds: 5)
        }
    }

    /// Which answers are meant, of the caller's tenant or of the one that an operator names; `*` is everyone, all at once.
    ///
    /// Nothing is removed unless the caller says what.
    private func selection(_ parameters: inout ParameterReader, by caller: Caller) throws(APIError) -> AnswerSelection {
        let tenant = parameters.text("tenant")
        let isEveryone = tenant == "*" && tenants.isOperator(caller)
        let space = try tenants.administered(by: caller, named: isEveryone ? nil : tenant)
        let key = parameters.text("cacheKey").map { text in
            let key = CacheKey(text)
            if key == nil { parameters.report("cacheKey", "must be a language, a colon and 64 hexadecimal digits") }
            return key
        }
        let tag = parameters.text("tag")
        if let tag, !FieldReader.isTag(tag) { parameters.report("tag", "must be a word of 1 to 64 bytes") }
        let selection = AnswerSelection(
            in: space, key: key ?? nil, language: parameters.choice("language", of: Language.self),
            category: parameters.choice("category", of: ResponseCategory.self), tag: tag)
        let all = parameters.boolean("all")
        if selection.isWhole, !all, !parameters.hasFaults {
            parameters.report("category, language, cacheKey, tag, all", "one of them is needed")
        }
        if isEveryone, !selection.isWhole {
            parameters.report("tenant", "of everyone only all answers can be removed; name a tenant, or leave the others out")
        }
        return isEveryone ? .everything : selection
    }

    /// The record of who removed what.
    @Sendable private func invalidations(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let limit = parameters.integer("limit", in: 1...1000, default: 50)
        let space = try invalidationsShown(to: context.caller, named: parameters.text("tenant"))
        try parameters.finish("The invalidations were not listed")
        do throws(AnswerStoreError) {
            let records = try await cache.store.invalidations(of: space, limit: limit)
            return JSONAnswer.response(
                Invalidations(invalidations: records.map { InvalidationDocument($0, toldAll: tenants.isOperator(context.caller)) }))
        } catch {
            throw APIError(.storeUnavailable, "The store cannot be read now: \(error.cause). Ask again.", retryAfterSeconds: 5)
        }
    }

    /// Nil for those of all spaces, which an operator sees who names nobody.
    private func invalidationsShown(to caller: Caller, named tenant: String?) throws(APIError) -> AnswerSpace? {
        if tenants.isOperator(caller), tenant == nil { return nil }
        return try tenants.administered(by: caller, named: tenant)
    }

    @Sendable private func warm(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let named = parameters.text("tenant")
        try parameters.finish("Nothing was asked")
        let tenant = try tenants.subject(of: context.caller, named: named)
        let body = try await RequestBodyReader.read(request, limit: limits.bodyBytes)
        let queries = try WarmingList.queries(
            in: try JSONRequest.object(body), maximumCharacters: limits.queryCharacters, of: tenant)
        // The report says what was kept already, and given answers would be everyone's.
        _ = try tenants.administered(by: context.caller, named: named)
        let report = await warmer.warm(queries)
        context.act?.note("processed", "\(report.processed)")
        context.act?.note(entries: report.cached)
        return JSONAnswer.response(
            Warmed(
                processed: report.processed, cached: report.cached, skipped: report.skipped, failed: report.failed,
                postponed: report.postponed, duration: report.duration.fractionalSeconds))
    }

    @Sendable private func maintain(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let named = parameters.text("tenant")
        try parameters.finish("Nothing was pruned")
        let body = try await RequestBodyReader.read(request, limit: limits.bodyBytes)
        let object = body.isEmpty ? [:] : try JSONRequest.object(body)
        var wishes = try MaintenanceWishes(object)
        let wanted = [
            ("pruneExpired", wishes.pruneExpired), ("pruneLowValue", wishes.pruneLowValue), ("pruneLowQuality", wishes.pruneLowQuality),
            ("compactMemory", wishes.compactMemory),
        ]
        for (name, isWanted) in wanted { context.act?.note(name, "\(isWanted)") }
        if wishes.dryRun { context.act?.note("dryRun", "true") }
        if !tenants.isOperator(context.caller) || named != nil {
            wishes.space = try tenants.administered(by: context.caller, named: named)
        }
        do throws(AnswerStoreError) {
            if let report = try await maintenance.run(wishes) {
                context.act?.note(entries: wishes.dryRun ? 0 : report.removed)
                return JSONAnswer.response(report)
            }
        } catch {
            throw APIError(
                .storeUnavailable, "The store could not be pruned: \(error.cause). Try again later.", retryAfterSeconds: 5)
        }
        throw APIError(
            .conflict, "A maintenance is running already, by the job prune-cache or another request; ask again when it has ended.",
            retryAfterSeconds: 5)
    }
}

/// One invalidation as the API shows it.
struct InvalidationDocument: Encodable, Sendable {
    var at: String
    var actor: String
    /// Whose answers: a tenant's, `shared:` and a name for a shared namespace, or `*` for everyone's.
    var space: String
    var cacheKey: String?
    var language: String?
    var category: String?
    var tag: String?
    /// Whether everything was named.
    var all: Bool
    /// Answers that were removed.
    var invalidated: Int
    /// Counts those of all tenants, and so is told to operators only.
    var generation: Int64?

    init(_ record: InvalidationRecord, toldAll: Bool) {
        at = record.at.description
        actor = record.actor
        space = record.selection.space?.name ?? "*"
        cacheKey = record.selection.key?.description
        language = record.selection.language?.rawValue
        category = record.selection.category?.rawValue
        tag = record.selection.tag
        all = record.selection.isWhole
        // How many of everyone's were removed says something of the others.
        invalidated = record.selection.space == nil && !toldAll ? 0 : record.removed
        generation = toldAll ? record.generation : nil
    }
}
