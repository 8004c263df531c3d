import Foundation
import HearthCache
import HearthTelemetry

/// Reads the fields of a JSON object and gathers everything that is wrong with them, unknown ones included.
struct FieldReader {
    private let object: [String: JSONValue]
    /// Before the names in messages, such as `entries[3].`.
    private let prefix: String
    private var known: Set<String> = []
    private(set) var details: [APIErrorBody.Detail] = []

    init(_ object: [String: JSONValue], prefix: String = "") {
        self.object = object
        self.prefix = prefix
    }

    mutating func report(_ name: String, _ problem: String) {
        details.append(.init(field: prefix + name, problem: problem))
    }

    mutating func value(_ name: String) -> JSONValue? {
        known.insert(name)
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    /// The question, trimmed and within the limit; reported where it is not.
    mutating func query(_ name: String = "query", maximumCharacters: Int) -> String? {
        switch value(name) {
        case .string(let text):
            if let trimmed = CacheQuery.trimmed(text, maximumCharacters: maximumCharacters) { return trimmed }
            let isBlank = CacheQuery.trimmed(text, maximumCharacters: .max) == nil
            report(name, isBlank ? "must not be empty" : "must have at most \(maximumCharacters) characters")
        case nil where object[name] == nil: report(name, "is missing")
        case nil, .some: report(name, "must be a string")
        }
        return nil
    }

    mutating func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Value.Type, isRequired: Bool = false
    ) -> Value? {
        guard let given = value(name) else {
            if isRequired { report(name, "is missing") }
            return nil
        }
        let found = given.string.flatMap { Value(rawValue: $0) }
        if found == nil { report(name, "must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))") }
        return found
    }

    /// The pseudonym of who asks.
    mutating func customer() -> String? {
        guard let value = value("customerId") else { return nil }
        guard let text = value.string, text.utf8.count <= CacheQuery.maximumCustomerBytes else {
            report("customerId", "must be a string of at most \(CacheQuery.maximumCustomerBytes) bytes")
            return nil
        }
        return text
    }

    mutating func boolean(_ name: String, isRequired: Bool = false) -> Bool? {
        switch value(name) {
        case .bool(let flag): return flag
        case nil where !isRequired: return nil
        case nil, .some: report(name, isRequired && object[name] == nil ? "is missing" : "must be true or false")
        }
        return nil
    }

    mutating func share(_ name: String) -> Double? {
        if case .number(let number) = value(name), (0...1).contains(number) { return number }
        report(name, "must be a number from 0 to 1")
        return nil
    }

    /// Objects of a list, one reader each.
    mutating func objects(_ name: String, upTo limit: Int) -> [FieldReader] {
        guard case .array(let items) = value(name), (1...limit).contains(items.count) else {
            report(name, "must be a list of 1 to \(limit) objects")
            return []
        }
        return items.enumerated().compactMap { index, item in
            guard case .object(let object) = item else {
                report("\(name)[\(index)]", "must be an object")
                return nil
            }
            return FieldReader(object, prefix: "\(prefix)\(name)[\(index)].")
        }
    }

    /// What is wrong, with the fields that nobody asked for.
    var faults: [APIErrorBody.Detail] {
        details
            + object.keys.filter { !known.contains($0) }.sorted().map {
                APIErrorBody.Detail(
                    field: prefix + $0, problem: "is not a known field; known are \(known.sorted().joined(separator: ", "))")
            }
    }

    /// Throws if anything was wrong in any of the readers; every fault is listed, up to 100.
    static func finish(_ readers: [FieldReader], _ what: String) throws(APIError) {
        let faults = readers.flatMap(\.faults)
        guard !faults.isEmpty else { return }
        let first = faults.prefix(3).map { "\($0.field) \($0.problem)" }.joined(separator: "; ")
        throw APIError(
            .invalidRequest, "\(what): \(first)\(faults.count > 3 ? "; and \(faults.count - 3) more faults" : "").",
            details: Array(faults.prefix(100)))
    }
}

extension FieldReader {
    /// Free facts about an entry, kept as one JSON object; its member `tags` is the list of words to invalidate by.
    mutating func metadata(_ name: String = "metadata") -> (text: String?, tags: [String]) {
        guard let given = value(name) else { return (nil, []) }
        guard case .object(let object) = given else {
            report(name, "must be an object")
            return (nil, [])
        }
        var tags: [String] = []
        if let listed = object["tags"] {
            guard case .array(let items) = listed, items.count <= CachedAnswer.maximumTags, items.allSatisfy({ Self.isTag($0.string) })
            else {
                report(
                    "\(name).tags",
                    "must be a list of at most \(CachedAnswer.maximumTags) words of 1 to \(CachedAnswer.maximumTagBytes) bytes")
                return (nil, [])
            }
            tags = items.compactMap(\.string)
        }
        let text = String(decoding: JSONBody.encode(given), as: UTF8.self)
        if text.utf8.count > CachedAnswer.maximumMetadataBytes {
            report(name, "must have at most \(CachedAnswer.maximumMetadataBytes) bytes as JSON")
        }
        return (text, tags)
    }

    static func isTag(_ text: String?) -> Bool {
        guard let text, (1...CachedAnswer.maximumTagBytes).contains(text.utf8.count) else { return false }
        return text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    }
}
