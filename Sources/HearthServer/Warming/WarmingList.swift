import Foundation
import HearthTelemetry

/// Reads lists of common questions, saying everything that is wrong with one at once.
package enum WarmingList {
    package struct FileError: Error, CustomStringConvertible {
        package let description: String
    }

    /// A file of up to this many bytes is read.
    private static let maximumFileBytes = 8 << 20
    /// Questions in one list.
    static let maximumQueries = 10_000

    static func load(path: String, maximumCharacters: Int) throws(FileError) -> [WarmingQuery] {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path), let size = attributes[.size] as? Int else {
            throw FileError(description: "\(path) cannot be read; set HEARTH_COMMON_QUERIES to the file with the common questions")
        }
        guard size <= maximumFileBytes, let data = FileManager.default.contents(atPath: path) else {
            throw FileError(description: "\(path) has \(size) bytes and at most \(maximumFileBytes) are read; split it")
        }
        do throws(APIError) {
            return try queries(in: try JSONRequest.object(data), maximumCharacters: maximumCharacters, of: nil)
        } catch {
            let faults = error.details.prefix(20).map { "\($0.field) \($0.problem)" }
            throw FileError(
                description: "\(path): " + (faults.isEmpty ? error.message : faults.joined(separator: "; ")))
        }
    }

    /// - Parameter tenant: whose list it is; nil for one of the operator's, in which each question may name its tenant.
    static func queries(
        in object: [String: JSONValue], maximumCharacters: Int, of tenant: Tenant?
    ) throws(APIError) -> [WarmingQuery] {
        guard case .array(let items) = object["queries"], items.count <= maximumQueries else {
            throw APIError(
                .invalidRequest, "The field queries must be a list of at most \(maximumQueries) questions.",
                details: [.init(field: "queries", problem: "must be a list of at most \(maximumQueries) questions")])
        }
        var details: [APIErrorBody.Detail] = []
        let queries = items.enumerated().compactMap { index, item in
            query(item, field: "queries[\(index)]", maximumCharacters: maximumCharacters, of: tenant, &details)
        }
        guard details.isEmpty else {
            let faults = details.count == 1 ? "1 fault" : "\(details.count) faults"
            throw APIError(.invalidRequest, "The list has \(faults); nothing was done.", details: Array(details.prefix(100)))
        }
        return queries
    }

    private static func query(
        _ item: JSONValue, field: String, maximumCharacters: Int, of tenant: Tenant?, _ details: inout [APIErrorBody.Detail]
    ) -> WarmingQuery? {
        guard case .object(let object) = item else {
            details.append(.init(field: field, problem: "must be an object"))
            return nil
        }
        let before = details.count
        let text = object["query"]?.string.flatMap { CacheQuery.trimmed($0, maximumCharacters: maximumCharacters) }
        if text == nil { details.append(.init(field: "\(field).query", problem: "must have 1 to \(maximumCharacters) characters")) }
        let language = object["language"]?.string.flatMap { Language(rawValue: $0) }
        if language == nil { details.append(.init(field: "\(field).language", problem: "must be one of ru, en, es, pt, he")) }
        let category = object["category"]?.string.flatMap { ResponseCategory(rawValue: $0) }
        if object["category"] != nil, category == nil {
            let known = ResponseCategory.allCases.map(\.rawValue).joined(separator: ", ")
            details.append(.init(field: "\(field).category", problem: "must be one of \(known)"))
        }
        var confidence: Double?
        if let given = object["confidence"] {
            if case .number(let value) = given, (0...1).contains(value) {
                confidence = value
            } else {
                details.append(.init(field: "\(field).confidence", problem: "must be a number from 0 to 1"))
            }
        }
        if let response = object["response"], response.string?.isEmpty != false {
            details.append(.init(field: "\(field).response", problem: "must be a text that is not empty"))
        }
        let named = tenant ?? (object["tenant"] == nil ? .standard : object["tenant"]?.string.flatMap { Tenant($0) })
        if named == nil { details.append(.init(field: "\(field).tenant", problem: "must be the name of a tenant")) }
        guard details.count == before, let tenant = named, let text, let language else { return nil }
        return WarmingQuery(
            query: text, language: language, category: category, response: object["response"]?.string, confidence: confidence,
            tenant: tenant)
    }
}
