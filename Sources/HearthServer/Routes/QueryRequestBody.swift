import Foundation
import HearthTelemetry

/// Reads the body of `POST /api/v1/cache/query` and says everything that is wrong with it at once.
enum QueryRequestBody {
    static func decode(_ data: Data, maximumCharacters: Int) throws(APIError) -> CacheQuery {
        let object = try JSONRequest.object(data)
        var details: [APIErrorBody.Detail] = []
        let query = text(in: object, maximumCharacters: maximumCharacters, &details)
        let language: Language? = choice("language", in: object, &details)
        let category: ResponseCategory? = choice("category", in: object, &details)
        if let customer = object["customerId"], customer.string == nil {
            details.append(.init(field: "customerId", problem: "must be a string"))
        }
        var skipCache = false
        switch object["skipCache"] {
        case nil, .null: break
        case .bool(let value): skipCache = value
        default: details.append(.init(field: "skipCache", problem: "must be true or false"))
        }
        guard details.isEmpty, let query else {
            throw APIError(
                .invalidRequest,
                "The request has \(details.count == 1 ? "a faulty field" : "\(details.count) faulty fields"): "
                    + details.map { "\($0.field) \($0.problem)" }.joined(separator: "; ") + ".",
                details: details)
        }
        return CacheQuery(query: query, language: language, category: category, skipCache: skipCache)
    }

    private static func text(
        in object: [String: JSONValue], maximumCharacters: Int, _ details: inout [APIErrorBody.Detail]
    ) -> String? {
        let problem: String
        switch object["query"] {
        case .string(let text):
            if let trimmed = CacheQuery.trimmed(text, maximumCharacters: maximumCharacters) { return trimmed }
            let isBlank = CacheQuery.trimmed(text, maximumCharacters: .max) == nil
            problem = isBlank ? "must not be empty" : "must have at most \(maximumCharacters) characters"
        case nil: problem = "is missing"
        default: problem = "must be a string"
        }
        details.append(.init(field: "query", problem: problem))
        return nil
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ field: String, in object: [String: JSONValue], _ details: inout [APIErrorBody.Detail]
    ) -> Choice? {
        switch object[field] {
        case nil, .null: return nil
        case .string(let text):
            if let known = Choice(rawValue: text) { return known }
        default: break
        }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        details.append(.init(field: field, problem: "must be one of \(known)"))
        return nil
    }
}
