import Foundation
import HearthTelemetry

/// Reads the body of `POST /api/v1/cache/query` and says everything that is wrong with it at once.
///
/// Fields that it does not know are left alone, so that callers may be newer than the service.
enum QueryRequestBody {
    static func decode(_ data: Data, maximumCharacters: Int) throws(APIError) -> CacheQuery {
        var body = FieldReader(try JSONRequest.object(data))
        let query = body.query(maximumCharacters: maximumCharacters)
        let language = body.choice("language", of: Language.self)
        let category = body.choice("category", of: ResponseCategory.self)
        let customer = body.customer()
        let skipCache = body.boolean("skipCache") ?? false
        let details = body.details
        guard details.isEmpty, let query else {
            throw APIError(
                .invalidRequest,
                "The request has \(details.count == 1 ? "a faulty field" : "\(details.count) faulty fields"): "
                    + details.map { "\($0.field) \($0.problem)" }.joined(separator: "; ") + ".",
                details: details)
        }
        return CacheQuery(query: query, language: language, category: category, customer: customer, skipCache: skipCache)
    }
}
