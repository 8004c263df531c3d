import Foundation
import HearthTelemetry
import Testing

@testable import HearthPages

@Suite("The OpenAPI document")
struct OpenAPIDocumentTests {
    @Test("Operations have names of their own")
    func operationsAreUnique() {
        #expect(Set(APIRoute.all.map(\.operation)).count == APIRoute.all.count)
        #expect(Set(APIRoute.all.map { "\($0.method) \($0.path)" }).count == APIRoute.all.count)
    }

    @Test("Every route of the list is in the document", arguments: APIRoute.all.map(\.operation))
    func routesAreThere(operation: String) throws {
        let route = try #require(APIRoute.all.first { $0.operation == operation })
        let entry = OpenAPIDocument.value["paths"]?[route.path]?[route.method.rawValue.lowercased()]
        #expect(entry?["operationId"] == .text(operation))
        #expect(entry?["responses"]?[String(route.answer.status)] != nil)
        let security: [DocumentValue] =
            route.scope.map { scope in
                ["bearerKey", "headerKey"].map { .members([($0, [.text(scope.rawValue)])]) }
            } ?? []
        #expect(entry?["security"] == .list(security))
        for failure in route.failures { #expect(entry?["responses"]?[String(failure.status)] != nil) }
    }

    @Test("Parameters in braces are declared, and no others", arguments: APIRoute.all.map(\.operation))
    func pathParameters(operation: String) throws {
        let route = try #require(APIRoute.all.first { $0.operation == operation })
        let declared = route.parameters.filter { $0.place == .path }.map(\.field.name)
        #expect(declared == route.path.matches(of: /\{(\w+)\}/).map { String($0.1) })
    }

    @Test("Every reference leads to a schema or header, and every schema is used")
    func references() {
        let targets = Self.references(in: OpenAPIDocument.value)
        let schemas = Set(APISchema.all.map { "#/components/schemas/" + $0.name })
        let headers = Set(APIHeader.all.map { "#/components/headers/" + $0.name })
        #expect(targets.subtracting(schemas).subtracting(headers) == [])
        #expect(schemas.subtracting(targets) == [])
    }

    @Test("Examples are what their schemas say", arguments: APIRoute.all.map(\.operation))
    func examples(operation: String) throws {
        let route = try #require(APIRoute.all.first { $0.operation == operation })
        if let request = route.request { #expect(Self.faults(of: request.example, against: request.schema) == []) }
        switch route.answer.content {
        case .json(let schema, let example), .jsonOrTable(let schema, let example), .jsonOrEvents(let schema, let example):
            #expect(Self.faults(of: example, against: schema) == [])
        case .text, .none: break
        }
    }

    @Test("The check of examples finds faults")
    func examplesAreChecked() {
        #expect(Self.faults(of: ["invalidated": "many"], against: "Invalidated").count == 1)
        #expect(Self.faults(of: ["removed": 1], against: "Invalidated").count == 2)
        #expect(Self.faults(of: ["queries": [["query": "x", "language": "fr"]]], against: "WarmingList").count == 1)
    }

    @Test(
        "Text of white space alone is no text, as Unicode has white space",
        arguments: ["", " ", "\t\n", "\u{85}", "\u{A0}\u{2003}", " \u{3000}"])
    func whiteSpace(text: String) throws {
        guard case .text(let pattern)? = APIField.Kind.words(maximum: 10).schema["pattern"] else {
            Issue.record("text that must have words has no pattern")
            return
        }
        let expression = try NSRegularExpression(pattern: pattern)
        for (text, isText) in [(text, false), (text + "a" + text, true)] {
            #expect((expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil) == isText)
        }
    }

    @Test("The YAML has a line for every operation and none with a tab")
    func yaml() {
        let text = String(decoding: OpenAPIDocument.yaml, as: UTF8.self)
        for route in APIRoute.all { #expect(text.contains("operationId: \"\(route.operation)\"\n")) }
        #expect(text.hasPrefix("openapi: \"3.1.0\"\n") && !text.contains("\t") && text.hasSuffix("\n"))
    }

    @Test("The reference has a section for every route and schema")
    func reference() {
        let ids = Set(ParsedPage(ReferencePage.render()).ids)
        #expect(Set(APIRoute.all.map(\.operation)).subtracting(ids) == [])
        #expect(Set(APISchema.all.map(\.name)).subtracting(ids) == [])
    }

    private static func references(in value: DocumentValue) -> Set<String> {
        switch value {
        case .list(let items): items.reduce(into: []) { $0.formUnion(references(in: $1)) }
        case .object(let members):
            members.reduce(into: []) { found, member in
                if member.name == "$ref", case .text(let target) = member.value { found.insert(target) }
                found.formUnion(references(in: member.value))
            }
        default: []
        }
    }

    private static func faults(of value: DocumentValue, against name: String) -> [String] {
        guard let schema = APISchema.all.first(where: { $0.name == name }), case .object(let members) = value else {
            return ["\(name): no such schema, or not an object"]
        }
        var faults: [String] = []
        for field in schema.fields where field.isRequired && value[field.name] == nil { faults.append("\(name).\(field.name) is missing") }
        for member in members {
            guard let field = schema.fields.first(where: { $0.name == member.name }) else {
                faults.append("\(name).\(member.name) is unknown")
                continue
            }
            faults += Self.faults(of: member.value, against: field.kind, at: "\(name).\(member.name)")
        }
        return faults
    }

    private static func faults(of value: DocumentValue, against kind: APIField.Kind, at place: String) -> [String] {
        switch (kind, value) {
        case (.text, .text), (.boolean, .bool), (.integer, .integer), (.number, .integer), (.number, .number), (.share, .number): []
        case (.share(let maximum), .integer(let number)): (0...maximum).contains(number) ? [] : [place]
        case (.integerOf(let minimum, let maximum), .integer(let number)): (minimum...maximum).contains(number) ? [] : [place]
        case (.textOf(let minimum, let maximum), .text(let text)): (minimum...maximum).contains(text.count) ? [] : [place]
        case (.words(let maximum), .text(let text)): (1...maximum).contains(text.count) ? [] : [place]
        case (.orNull(let kind), _): value == .null ? [] : faults(of: value, against: kind, at: place)
        case (.matching(let pattern), .text(let text)):
            text.range(of: pattern, options: .regularExpression) != nil ? [] : ["\(place): \(text) is not \(pattern)"]
        case (.timestamp, .text(let text)): text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil ? [] : [place]
        case (.choice(let words), .text(let text)): words.contains(text) ? [] : ["\(place): \(text)"]
        case (.listOf(let minimum, let maximum, let item), .list(let items)):
            (minimum...maximum).contains(items.count) ? items.flatMap { faults(of: $0, against: item, at: place) } : [place]
        case (.list(let item), .list(let items)):
            items.flatMap { faults(of: $0, against: item, at: place) }
        case (.each(let names, let item), .object(let members)):
            (members.map(\.name) == names ? [] : [place]) + members.flatMap { faults(of: $0.value, against: item, at: place) }
        case (.any(let item), .object(let members)): members.flatMap { faults(of: $0.value, against: item, at: place) }
        case (.anything, _): []
        case (.reference(let name), _): faults(of: value, against: name)
        default: ["\(place): wrong kind"]
        }
    }
}

@Suite("Values written as JSON and YAML")
struct DocumentValueTests {
    static let values: [DocumentValue] = [
        .null, true, 3, 0.002, "text", "quotes \" and \\ and\nlines\tand \u{1} and é and ך", [], .object([]), [1, "two", [3]],
        ["a": 1, "no": ["b": [["c": "d"], ["e": .null]]], "x y": [[], .object([])]],
    ]

    @Test("JSON reads back as what was written", arguments: values)
    func json(value: DocumentValue) throws {
        let object = try JSONSerialization.jsonObject(with: Data(value.json().utf8), options: .fragmentsAllowed)
        #expect(Self.value(of: object).normalised == value.normalised)
    }

    @Test("YAML quotes what old readers take for something else")
    func yaml() {
        let value: DocumentValue = ["no": ["on": [["a b": "yes"], ["deep": ["er": [1, 2]]]], "paths": "12:30", "nothing": []]]
        let lines = [
            #""no":"#, #"  "on":"#, #"    - {"a b": "yes"}"#, #"    -"#, #"      deep:"#, #"        "er": [1, 2]"#, #"  paths: "12:30""#,
            #"  nothing: []"#, "",
        ]
        #expect(value.yaml == lines.joined(separator: "\n"))
    }

    private static func value(of object: Any) -> DocumentValue {
        switch object {
        case let text as String: .text(text)
        case let number as NSNumber where "\(type(of: number))" == "__NSCFBoolean" || "\(number)" == "true": .bool(number.boolValue)
        case let number as NSNumber: .number(number.doubleValue)
        case let items as [Any]: .list(items.map(value))
        case let members as [String: Any]: .members(members.map { ($0.key, value(of: $0.value)) })
        default: .null
        }
    }
}

extension DocumentValue {
    /// With numbers of one kind and names in order, for comparisons.
    fileprivate var normalised: DocumentValue {
        switch self {
        case .integer(let number): .number(Double(number))
        case .list(let items): .list(items.map(\.normalised))
        case .object(let members):
            .object(members.map { Member(name: $0.name, value: $0.value.normalised) }.sorted { $0.name < $1.name })
        default: self
        }
    }
}
