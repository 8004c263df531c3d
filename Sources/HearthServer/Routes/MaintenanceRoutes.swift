import Foundation
import HearthCache
import HearthTelemetry
import Hummingbird

/// The routes below `/api/v1/cache` that change what is kept: invalidate, warm, maintain.
struct MaintenanceRoutes: Sendable {
    let cache: AnswerCache
    let warmer: CacheWarmer
    let maintenance: CacheMaintenance
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
        let selection = Self.selection(&parameters)
        let isDryRun = parameters.boolean("dryRun")
        try parameters.finish("Nothing was removed")
        do throws(AnswerStoreError) {
            if isDryRun { return JSONAnswer.response(Invalidated(invalidated: try await cache.count(selection), dryRun: true)) }
            return JSONAnswer.response(Invalidated(invalidated: try await cache.invalidate(selection, by: "api")))
        } catch {
            throw APIError(
                .storeUnavailable, "The answers were removed from memory, but not from the store: \(error.cause). Ask again.",
                retryAfterSeconds: 5)
        }
    }

    /// Which answers are meant; nothing is removed unless the caller says what.
    private static func selection(_ parameters: inout ParameterReader) -> AnswerSelection {
        var selection = AnswerSelection()
        selection.category = parameters.choice("category", of: ResponseCategory.self)
        selection.language = parameters.choice("language", of: Language.self)
        if let text = parameters.text("cacheKey") {
            selection.key = CacheKey(text)
            if selection.key == nil { parameters.report("cacheKey", "must be a language, a colon and 64 hexadecimal digits") }
        }
        if let tag = parameters.text("tag") {
            if FieldReader.isTag(tag) { selection.tag = tag } else { parameters.report("tag", "must be a word of 1 to 64 bytes") }
        }
        let all = parameters.boolean("all")
        if selection == AnswerSelection(), !all, !parameters.hasFaults {
            parameters.report("category, language, cacheKey, tag, all", "one of them is needed")
        }
        return selection
    }

    /// The record of who removed what.
    @Sendable private func invalidations(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        var parameters = ParameterReader(request)
        let limit = parameters.integer("limit", in: 1...1000, default: 50)
        try parameters.finish("The invalidations were not listed")
        do throws(AnswerStoreError) {
            let records = try await cache.store.invalidations(limit: limit)
            return JSONAnswer.response(Invalidations(invalidations: records.map(InvalidationDocument.init)))
        } catch {
            throw APIError(.storeUnavailable, "The store cannot be read now: \(error.cause). Ask again.", retryAfterSeconds: 5)
        }
    }

    @Sendable private func warm(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let body = try await RequestBodyReader.read(request, limit: limits.bodyBytes)
        let queries = try WarmingList.queries(
            in: try JSONRequest.object(body), maximumCharacters: limits.queryCharacters)
        let report = await warmer.warm(queries)
        return JSONAnswer.response(
            Warmed(
                processed: report.processed, cached: report.cached, skipped: report.skipped, failed: report.failed,
                postponed: report.postponed, duration: report.duration.fractionalSeconds))
    }

    @Sendable private func maintain(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let body = try await RequestBodyReader.read(request, limit: limits.bodyBytes)
        let object = body.isEmpty ? [:] : try JSONRequest.object(body)
        let wishes = try MaintenanceWishes(object)
        do throws(AnswerStoreError) {
            if let report = try await maintenance.run(wishes) { return JSONAnswer.response(report) }
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
    var cacheKey: String?
    var language: String?
    var category: String?
    var tag: String?
    /// Whether everything was named.
    var all: Bool
    /// Answers that were removed.
    var invalidated: Int
    var generation: Int64

    init(_ record: InvalidationRecord) {
        at = record.at.description
        actor = record.actor
        cacheKey = record.selection.key?.description
        language = record.selection.language?.rawValue
        category = record.selection.category?.rawValue
        tag = record.selection.tag
        all = record.selection == AnswerSelection()
        invalidated = record.removed
        generation = record.generation
    }
}
