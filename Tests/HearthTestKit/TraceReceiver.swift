/// A collector on a loopback port that reads OTLP in JSON strictly: what a real one would refuse is a fault here.
package final class TraceReceiver: Sendable {
    package struct Span: Sendable {
        package var traceID: String
        package var spanID: String
        /// Nil where the trace begins.
        package var parentID: String?
        package var name: String
        package var kind: Int
        package var start: UInt64
        package var end: UInt64
        package var attributes: [String: JSONNode]
        /// 2 is an error.
        package var status: Int?
        package var flags: Int
        /// What is true of the process that made it.
        package var resource: [String: JSONNode]
    }

    package struct Fault: Error, CustomStringConvertible {
        package var description: String
    }

    private let server: ScriptedServer

    private init(server: ScriptedServer) { self.server = server }

    /// - Parameter script: what it answers each export with.
    package static func start(
        _ script: @escaping ScriptedServer.Script = { _ in [.answer("{\"partialSuccess\":{}}")] }
    ) async throws -> TraceReceiver {
        TraceReceiver(server: try await ScriptedServer.start(script))
    }

    package var url: String { server.url }
    /// The exports as they came.
    package var requests: [ScriptedServer.Request] { server.requests }

    package func stop() async { await server.stop() }

    /// Every span that has come in.
    package func spans() throws -> [Span] { try requests.flatMap { try Self.spans(of: $0) } }

    /// The first span with this name, as soon as it has come in.
    package func span(
        _ name: String, within limit: Duration = .seconds(60), where holds: (Span) -> Bool = { _ in true }
    ) async throws -> Span {
        try await Deadline.value("the span \(name)", within: limit) { try spans().first { $0.name == name && holds($0) } }
    }

    private static func spans(of request: ScriptedServer.Request) throws -> [Span] {
        guard request.head.hasPrefix("POST /v1/traces HTTP/1.1"), request.header("Content-Type") == "application/json" else {
            throw Fault(description: "no export: \(request.head)")
        }
        guard let message = JSONNode(request.body) else { throw Fault(description: "no JSON: \(text(of: request))") }
        try check(message, members: ["resourceSpans"])
        return try message["resourceSpans"].items.flatMap { resource in
            try check(resource, members: ["resource", "scopeSpans"])
            let process = try attributes(resource["resource"]["attributes"])
            return try resource["scopeSpans"].items.flatMap { scope in
                try check(scope, members: ["scope", "spans"])
                return try scope["spans"].items.map { try span($0, resource: process) }
            }
        }
    }

    private static func text(of request: ScriptedServer.Request) -> String { String(decoding: request.body.prefix(400), as: UTF8.self) }

    private static func span(_ node: JSONNode, resource: [String: JSONNode]) throws -> Span {
        try check(
            node,
            members: [
                "traceId", "spanId", "traceState", "parentSpanId", "flags", "name", "kind", "startTimeUnixNano", "endTimeUnixNano",
                "attributes", "droppedAttributesCount", "events", "droppedEventsCount", "links", "droppedLinksCount", "status",
            ])
        let parent = node["parentSpanId"] == .null ? nil : try identifier(node["parentSpanId"], digits: 16)
        guard let name = node["name"].text, !name.isEmpty, let kind = node["kind"].integer, (1...5).contains(kind),
            let start = node["startTimeUnixNano"].text.flatMap({ UInt64($0) }),
            let end = node["endTimeUnixNano"].text.flatMap({ UInt64($0) }), start <= end, let flags = node["flags"].integer
        else { throw Fault(description: "no span: \(node)") }
        return Span(
            traceID: try identifier(node["traceId"], digits: 32), spanID: try identifier(node["spanId"], digits: 16), parentID: parent,
            name: name, kind: kind, start: start, end: end, attributes: try attributes(node["attributes"]),
            status: node["status"]["code"].integer, flags: flags, resource: resource)
    }

    private static func identifier(_ node: JSONNode, digits: Int) throws -> String {
        guard let text = node.text, text.utf8.count == digits, text.utf8.contains(where: { $0 != UInt8(ascii: "0") }),
            text.allSatisfy({ $0.isASCII && $0.isHexDigit && !$0.isUppercase })
        else { throw Fault(description: "no id: \(node)") }
        return text
    }

    private static func attributes(_ node: JSONNode) throws -> [String: JSONNode] {
        var attributes: [String: JSONNode] = [:]
        for item in node.items {
            try check(item, members: ["key", "value"])
            guard let key = item["key"].text, attributes[key] == nil else { throw Fault(description: "no attribute: \(item)") }
            attributes[key] = try value(item["value"])
        }
        return attributes
    }

    private static func value(_ node: JSONNode) throws -> JSONNode {
        guard node.names.count == 1 else { throw Fault(description: "no value: \(node)") }
        if let number = node["intValue"].text.flatMap({ Double($0) }) { return .number(number) }
        if node["arrayValue"].isObject { return .list(try node["arrayValue"]["values"].items.map(value)) }
        for kind in ["stringValue", "boolValue", "doubleValue"] where node[kind] != .null { return node[kind] }
        throw Fault(description: "no value: \(node)")
    }

    private static func check(_ node: JSONNode, members: Set<String>) throws {
        guard node.isObject, node.names.isSubset(of: members) else { throw Fault(description: "unknown members: \(node)") }
    }
}
