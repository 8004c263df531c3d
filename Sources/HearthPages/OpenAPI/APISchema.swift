/// A JSON object of the interface: the source of its schema in the OpenAPI document and of its table in the reference.
package struct APISchema: Sendable {
    package var name: String
    package var meaning: String
    /// Whether other members are refused; so it is with what requests may say.
    package var isClosed = false
    package var fields: [APIField]
}

/// A member of a JSON object, or a parameter.
package struct APIField: Sendable {
    package var name: String
    package var kind: Kind
    /// Whether it is always there.
    package var isRequired: Bool
    package var meaning: String
    package var fallback: DocumentValue?

    package indirect enum Kind: Sendable {
        case text
        case textOf(minimum: Int, maximum: Int)
        /// A text with something in it that is no white space.
        case words(maximum: Int)
        case matching(String)
        case timestamp
        case boolean
        case integer
        case integerOf(minimum: Int, maximum: Int)
        case number
        case share(upTo: Int)
        case choice([String])
        case list(Kind)
        /// A value that is written as null where there is none.
        case orNull(Kind)
        case listOf(minimum: Int = 0, maximum: Int, Kind)
        /// An object with a member for every one of the names.
        case each([String], Kind)
        /// An object with any members of one kind.
        case any(Kind)
        case reference(String)
        /// Whatever the provider's own reference says.
        case anything
    }

    static func required(_ name: String, _ kind: Kind, _ meaning: String) -> APIField {
        APIField(name: name, kind: kind, isRequired: true, meaning: meaning)
    }

    static func optional(_ name: String, _ kind: Kind, _ meaning: String, default fallback: DocumentValue? = nil) -> APIField {
        APIField(name: name, kind: kind, isRequired: false, meaning: meaning, fallback: fallback)
    }
}

extension APIField.Kind {
    /// The JSON schema of the kind (dialect 2020-12, that of OpenAPI 3.1).
    var schema: DocumentValue {
        switch self {
        case .text: ["type": "string"]
        case .textOf(let minimum, let maximum): ["type": "string", "minLength": .integer(minimum), "maxLength": .integer(maximum)]
        // White space as Unicode has it; `\s` of ECMA-262, which patterns are written in, lacks U+0085.
        case .words(let maximum): ["type": "string", "minLength": 1, "maxLength": .integer(maximum), "pattern": "[^\\s\\u0085]"]
        case .matching(let pattern): ["type": "string", "pattern": .text(pattern)]
        case .timestamp: ["type": "string", "format": "date-time"]
        case .boolean: ["type": "boolean"]
        case .integer: ["type": "integer", "minimum": 0]
        case .integerOf(let minimum, let maximum): ["type": "integer", "minimum": .integer(minimum), "maximum": .integer(maximum)]
        case .number: ["type": "number"]
        case .share(let maximum): ["type": "number", "minimum": 0, "maximum": .integer(maximum)]
        case .choice(let words): ["type": "string", "enum": .list(words.map { .text($0) })]
        case .list(let kind): ["type": "array", "items": kind.schema]
        case .orNull(let kind): ["anyOf": [kind.schema, ["type": "null"]]]
        case .listOf(let minimum, let maximum, let kind):
            ["type": "array", "minItems": .integer(minimum), "maxItems": .integer(maximum), "items": kind.schema]
        case .each(let names, let kind):
            [
                "type": "object", "properties": .members(names.map { ($0, kind.schema) }), "required": .list(names.map { .text($0) }),
                "additionalProperties": false,
            ]
        case .any(let kind): ["type": "object", "additionalProperties": kind.schema]
        case .reference(let name): ["$ref": .text("#/components/schemas/" + name)]
        case .anything: .object([])
        }
    }

    /// The kind in words, for the reference.
    var words: String {
        switch self {
        case .text: "text"
        case .textOf(let minimum, let maximum): "text of \(minimum) to \(maximum) characters"
        case .words(let maximum): "text of 1 to \(maximum) characters, not only white space"
        case .matching(let pattern): "text such as \(pattern)"
        case .timestamp: "ISO 8601 time in UTC"
        case .boolean: "true or false"
        case .integer: "whole number"
        case .integerOf(let minimum, let maximum): "whole number, \(minimum) to \(maximum)"
        case .number: "number"
        case .share(let maximum): "number, 0 to \(maximum)"
        case .choice(let words): "one of " + words.joined(separator: ", ")
        case .list(let kind): "list of " + kind.words
        case .orNull(let kind): kind.words + " or null"
        case .listOf(_, let maximum, let kind): "list of up to \(maximum): " + kind.words
        case .each(let names, let kind): "object with " + names.joined(separator: ", ") + ", each: " + kind.words
        case .any(let kind): "object of " + kind.words
        case .reference(let name): name
        case .anything: "as the provider has it"
        }
    }

    /// The schema's name, if the kind is or contains one.
    var referenced: String? {
        switch self {
        case .reference(let name): name
        case .list(let kind), .orNull(let kind), .listOf(_, _, let kind), .each(_, let kind), .any(let kind): kind.referenced
        default: nil
        }
    }
}

extension APIField {
    /// A member's schema with its meaning and default.
    var schema: DocumentValue {
        guard case .object(var members) = kind.schema else { return kind.schema }
        members.append(.init(name: "description", value: .text(meaning)))
        if let fallback { members.append(.init(name: "default", value: fallback)) }
        return .object(members)
    }
}

extension APISchema {
    var document: DocumentValue {
        var members: [(String, DocumentValue)] = [
            ("type", "object"), ("description", .text(meaning)), ("properties", .members(fields.map { ($0.name, $0.schema) })),
        ]
        let required = fields.filter(\.isRequired).map { DocumentValue.text($0.name) }
        if !required.isEmpty { members.append(("required", .list(required))) }
        if isClosed { members.append(("additionalProperties", false)) }
        return .members(members)
    }
}
