import HearthTelemetry

/// The page at `/docs`: every route with its parameters, examples and errors, from the same values as the OpenAPI document.
package enum ReferencePage {
    /// The page as HTML in UTF-8; send it with ``PageHeaders/page``. It is always the same.
    package static func render() -> [UInt8] { page }

    private static let page: [UInt8] = ReferenceTemplate.page.render([
        "title": "API reference · Hearth",
        "base": "",
        "isReference": true,
        "footer": "The same for programs: /openapi.yaml.",
        "sections": APIRoute.Section.allCases.map { section in
            ["name": section.rawValue, "routes": APIRoute.all.filter { $0.section == section }.map(route)] as [String: Any]
        },
        "schemas": APISchema.all.map { schema in
            [
                "name": schema.name, "meaning": schema.meaning,
                "fields": schema.fields.map { field in
                    [
                        "name": field.name, "kind": field.kind.words, "isRequired": field.isRequired, "meaning": meaning(of: field),
                        "link": field.kind.referenced ?? "", "hasLink": field.kind.referenced != nil,
                    ] as [String: Any]
                },
            ] as [String: Any]
        },
        "headers": APIHeader.all.map { ["name": $0.name, "meaning": $0.meaning] },
    ])

    private static func route(_ route: APIRoute) -> [String: Any] {
        var values: [String: Any] = [
            "id": route.operation, "method": route.method.rawValue, "path": route.path, "summary": route.summary,
            "meaning": route.meaning, "needsKey": route.scope != nil, "scope": route.scope?.rawValue ?? "", "status": route.answer.status,
            "answerMeaning": route.answer.meaning,
            "command": command(for: route), "hasParameters": !route.parameters.isEmpty, "hasErrors": !route.failures.isEmpty,
            "parameters": route.parameters.map { parameter in
                [
                    "name": parameter.field.name, "place": parameter.place.rawValue, "kind": parameter.field.kind.words,
                    "isRequired": parameter.field.isRequired, "meaning": meaning(of: parameter.field),
                ] as [String: Any]
            },
            "errors": route.failures.map { ["status": $0.status, "code": $0.code, "meaning": $0.meaning] as [String: Any] },
        ]
        if let request = route.request { values["request"] = ["schema": request.schema] }
        switch route.answer.content {
        case .json(let schema, let example), .jsonOrTable(let schema, let example), .jsonOrEvents(let schema, let example):
            values["json"] = ["schema": schema, "example": example.json()]
        case .text, .none: break
        }
        if !route.answer.headers.isEmpty { values["answerHeaders"] = route.answer.headers.joined(separator: ", ") }
        return values
    }

    private static func meaning(of field: APIField) -> String {
        field.fallback.map { "\(field.meaning) Default: \($0.compact)." } ?? field.meaning
    }

    /// A command that can be pasted: paths with an example in place of each parameter.
    private static func command(for route: APIRoute) -> String {
        let id = route.section == .gateway ? "gpt-4o-mini" : Examples.runID
        let path = route.path.replacing("{name}", with: "prune-cache").replacing("{id}", with: id)
        var words = ["curl -s"]
        if route.method != .get { words.append("-X \(route.method.rawValue)") }
        let query = route.operation == "invalidateAnswers" ? "?category=pricing" : ""
        words.append("'http://127.0.0.1:4327\(path)\(query)'")
        if let request = route.request {
            words.append("-H 'Content-Type: application/json' \\\n  -d '\(request.example.compact)'")
        }
        return words.joined(separator: " ")
    }
}
