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

    private struct Invalidated: Encodable { var invalidated: Int }

    private struct Warmed: Encodable {
        var processed: Int
        var cached: Int
        var skipped: Int
        var failed: Int
        /// Seconds.
        var duration: Double
    }

    func add(to group: RouterGroup<HearthRequestContext>) {
        group.delete("cache/invalidate", use: invalidate)
        group.post("cache/warm", use: warm)
        group.post("cache/maintenance", use: maintain)
    }

    @Sendable private func invalidate(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let selection = try InvalidationParameters.selection(in: request.uri.queryParameters.map { (String($0.key), String($0.value)) })
        do throws(AnswerStoreError) {
            return JSONAnswer.response(Invalidated(invalidated: try await cache.invalidate(selection, by: "api")))
        } catch {
            throw APIError(
                .storeUnavailable, "The answers were removed from memory, but not from the store: \(error.cause). Ask again.",
                retryAfterSeconds: 5)
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
                duration: report.duration.fractionalSeconds))
    }

    @Sendable private func maintain(_ request: Request, _ context: HearthRequestContext) async throws -> Response {
        let body = try await RequestBodyReader.read(request, limit: limits.bodyBytes)
        let object = body.isEmpty ? [:] : try JSONRequest.object(body)
        let wishes = try MaintenanceWishes(object)
        do throws(AnswerStoreError) {
            return JSONAnswer.response(try await maintenance.run(wishes))
        } catch {
            throw APIError(
                .storeUnavailable, "The store could not be pruned: \(error.cause). Try again later.", retryAfterSeconds: 5)
        }
    }
}

/// Reads which answers `DELETE /api/v1/cache/invalidate` means; nothing is removed unless the caller says what.
enum InvalidationParameters {
    static func selection(in parameters: [(String, String)]) throws(APIError) -> AnswerSelection {
        var selection = AnswerSelection()
        var all = false
        var details: [APIErrorBody.Detail] = []
        for (name, value) in parameters {
            switch name {
            case "category":
                selection.category = ResponseCategory(rawValue: value)
                if selection.category == nil { details.append(.init(field: name, problem: "is not a known category")) }
            case "language":
                selection.language = Language(rawValue: value)
                if selection.language == nil { details.append(.init(field: name, problem: "is not a known language")) }
            case "cacheKey":
                selection.key = CacheKey(value)
                if selection.key == nil { details.append(.init(field: name, problem: "must be a language, a colon and 64 hex digits")) }
            case "all":
                all = value == "true"
                if !all { details.append(.init(field: name, problem: "must be true")) }
            default:
                details.append(.init(field: name, problem: "is not a known parameter"))
            }
        }
        if details.isEmpty, selection == AnswerSelection(), !all {
            details.append(.init(field: "category, language, cacheKey, all", problem: "one of them is needed"))
        }
        guard details.isEmpty else {
            throw APIError(.invalidRequest, "Nothing was removed; say which answers to remove.", details: details)
        }
        return selection
    }
}
