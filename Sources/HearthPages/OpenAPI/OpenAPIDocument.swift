import HearthTelemetry

/// The OpenAPI 3.1 document at `/openapi.yaml`, made from ``APIRoute/all`` and ``APISchema/all``.
package enum OpenAPIDocument {
    package static let contentType = "application/yaml"

    /// The document as YAML in UTF-8.
    package static let yaml = Array(value.yaml.utf8)

    /// The document as a value, for tests that compare it with what the service does.
    package static let value: DocumentValue = [
        "openapi": "3.1.0",
        "info": [
            "title": "Hearth",
            "version": "1",
            "summary": "Answers that were given well before are given again at once.",
            "description": """
            Times are ISO 8601 in UTC with milliseconds, names are camelCase, money is US dollars. Operations with security need a \
            credential with the scope that stands there, sent in either way; only a service in development that has no credentials and \
            listens on its own machine answers without.
            """,
            "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
        ],
        "servers": [["url": "/", "description": "The service that this document comes from."]],
        "tags": .list(APIRoute.Section.allCases.map { ["name": .text($0.rawValue)] }),
        "paths": paths,
        "components": [
            "securitySchemes": [
                "bearerKey": ["type": "http", "scheme": "bearer", "description": "An API key, or a JSON Web Token."],
                "headerKey": ["type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key."],
            ],
            "headers": .members(
                APIHeader.all.map { ($0.name, ["description": .text($0.meaning), "schema": $0.schema]) }),
            "schemas": .members(APISchema.all.map { ($0.name, $0.document) }),
        ],
    ]

    private static var paths: DocumentValue {
        var order: [String] = []
        var operations: [String: [(String, DocumentValue)]] = [:]
        for route in APIRoute.all {
            if operations[route.path] == nil { order.append(route.path) }
            operations[route.path, default: []].append((route.method.rawValue.lowercased(), operation(route)))
        }
        return .members(order.map { ($0, .members(operations[$0] ?? [])) })
    }

    private static func operation(_ route: APIRoute) -> DocumentValue {
        var members: [(String, DocumentValue)] = [
            ("operationId", .text(route.operation)), ("tags", [.text(route.section.rawValue)]), ("summary", .text(route.summary)),
            ("description", .text(route.meaning)),
        ]
        members.append(("security", security(of: route)))
        if !route.parameters.isEmpty { members.append(("parameters", .list(route.parameters.map(parameter)))) }
        if let request = route.request {
            members.append(
                (
                    "requestBody",
                    [
                        "required": .bool(request.isRequired),
                        "content": ["application/json": media(request.schema, request.example)],
                    ]
                ))
        }
        members.append(("responses", responses(of: route)))
        return .members(members)
    }

    /// Either way of sending the credential, with the scope that it must have.
    private static func security(of route: APIRoute) -> DocumentValue {
        guard let scope = route.scope else { return [] }
        return .list(["bearerKey", "headerKey"].map { .members([($0, [.text(scope.rawValue)])]) })
    }

    private static func parameter(_ parameter: APIRoute.Parameter) -> DocumentValue {
        var schema = parameter.field.kind.schema
        if let fallback = parameter.field.fallback, case .object(var members) = schema {
            members.append(.init(name: "default", value: fallback))
            schema = .object(members)
        }
        return [
            "name": .text(parameter.field.name), "in": .text(parameter.place.rawValue), "required": .bool(parameter.field.isRequired),
            "description": .text(parameter.field.meaning), "schema": schema,
        ]
    }

    private static func media(_ schema: String, _ example: DocumentValue) -> DocumentValue {
        ["schema": APIField.Kind.reference(schema).schema, "example": example]
    }

    private static func responses(of route: APIRoute) -> DocumentValue {
        var members: [(String, DocumentValue)] = [(String(route.answer.status), response(to: route))]
        if route.path == "/readyz" {
            members.append(
                (
                    "503",
                    [
                        "description": "Not yet, or no longer.",
                        "content": ["application/json": ["schema": APIField.Kind.reference("Readiness").schema]],
                    ]
                ))
        }
        if route.path == "/" {
            members.append(("302", ["description": "To the page.", "headers": headers(["Location"])]))
        }
        for status in Set(route.failures.map(\.status)).sorted() {
            let failures = route.failures.filter { $0.status == status }
            members.append((String(status), route.hasProviderErrors ? gatewayFailure(failures) : failure(failures)))
        }
        return .members(members)
    }

    private static func response(to route: APIRoute) -> DocumentValue {
        let answer = route.answer
        let content: DocumentValue =
            switch answer.content {
            case .json(let schema, let example): ["application/json": media(schema, example)]
            case .jsonOrTable(let schema, let example):
                [
                    "application/json": media(schema, example), "text/csv": ["schema": ["type": "string"]],
                ]
            case .jsonOrEvents(let schema, let example):
                [
                    "application/json": media(schema, example), "text/event-stream": ["schema": ["type": "string"]],
                ]
            case .text(let types): .members(types.map { ($0, ["schema": ["type": "string"]]) })
            case .none: .object([])
            }
        return ["description": .text(answer.meaning), "headers": headers(answer.headers + ["X-Request-Id"]), "content": content]
    }

    private static func failure(_ failures: [APIRoute.Failure]) -> DocumentValue {
        var names = ["X-Request-Id"]
        if failures.contains(where: { $0.status == 503 || $0.status == 429 }) { names.append("Retry-After") }
        if failures.contains(where: { $0.status == 429 }) { names += ["RateLimit", "RateLimit-Policy"] }
        let meaning = failures.map { "\($0.code): \($0.meaning)" }.joined(separator: " ")
        let reference = APIField.Kind.reference("Error").schema
        let examples = failures.map { ($0.code, example(of: $0)) }
        return [
            "description": .text(meaning), "headers": headers(names),
            "content": ["application/json": ["schema": reference, "examples": .members(examples)]],
        ]
    }

    private static func gatewayFailure(_ failures: [APIRoute.Failure]) -> DocumentValue {
        let meaning = failures.map { "\($0.code): \($0.meaning)" }.joined(separator: " ")
        let examples = failures.map { failure -> (String, DocumentValue) in
            let type =
                failure.code == "budget_exhausted" ? "insufficient_quota" : failure.status >= 500 ? "server_error" : "invalid_request_error"
            return (
                failure.code,
                ["value": ["error": ["message": .text(failure.meaning), "type": .text(type), "param": .null, "code": .text(failure.code)]]]
            )
        }
        return [
            "description": .text(meaning), "headers": headers(["X-Request-Id", "Retry-After", "x-should-retry"]),
            "content": ["application/json": ["schema": APIField.Kind.reference("ProviderError").schema, "examples": .members(examples)]],
        ]
    }

    private static func example(of failure: APIRoute.Failure) -> DocumentValue {
        if failure.code == "invalid_request" { return ["value": Examples.error] }
        return [
            "value": [
                "error": .text(failure.code), "message": .text(failure.meaning), "timestamp": "2026-11-22T17:31:04.000Z",
                "requestId": "01J9ZK3M8T", "details": [],
            ]
        ]
    }

    private static func headers(_ names: [String]) -> DocumentValue {
        .members(names.map { ($0, ["$ref": .text("#/components/headers/" + $0)]) })
    }
}
