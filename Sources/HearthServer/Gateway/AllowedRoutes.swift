import HearthTelemetry

/// Which addresses below `/v1` are passed on untouched: `POST /v1/responses`, `GET /v1/files/{id}`, `POST /v1/images/*`.
struct AllowedRoutes: Sendable, Equatable {
    struct Route: Sendable, Equatable {
        var method: String
        /// Behind `/v1/`; a segment in braces stands for any one, a last `*` for one or more.
        var segments: [String]
        /// What a credential must be good for.
        var scope = Scope.query

        /// As it is written in the configuration.
        var text: String { "\(method) /v1/\(segments.joined(separator: "/"))" + (scope == .query ? "" : " scope=\(scope.rawValue)") }
    }

    static let methods = ["GET", "POST", "PUT", "DELETE"]

    /// What Hearth leaves to the provider at addresses that it serves: `DELETE /v1/models/{id}`.
    static let besideServed: [(method: String, template: String)] = Set(RouterBuilder.routes.map(\.template))
        .filter { $0.hasPrefix("/v1/") }
        .flatMap { template in
            let served = RouteTable.methods(of: template)
            return methods.filter { !served.contains($0) }.map { (method: $0, template: template) }
        }

    var routes: [Route]

    /// What a request that is passed on needs; nil for one that is not.
    ///
    /// The path is compared as it came: one with an encoded, empty or dotted segment could mean another address to the provider, so it is
    /// never passed on.
    func scope(_ method: String, _ path: String) -> Scope? {
        guard path.hasPrefix("/v1/") else { return nil }
        let given = path.dropFirst(4).split(separator: "/", omittingEmptySubsequences: false)
        guard !given.isEmpty, given.allSatisfy(Self.isPlain) else { return nil }
        return routes.first { $0.method == method && Self.matches($0.segments, given) }?.scope
    }

    private static func matches(_ template: [String], _ path: [Substring]) -> Bool {
        let isOpen = template.last == "*"
        let fixed = isOpen ? template.dropLast() : template[...]
        guard isOpen ? path.count > fixed.count : path.count == fixed.count else { return false }
        return zip(fixed, path).allSatisfy { $0.0.hasPrefix("{") || $0.0 == $0.1 }
    }

    private static func isPlain(_ segment: Substring) -> Bool {
        guard !segment.isEmpty, segment != ".", segment != ".." else { return false }
        return segment.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "-._~:@".utf8.contains(byte)
            }
        }
    }

    /// Reads `METHOD /v1/path` and, behind it, `scope=admin` where questions are not enough; nil for anything else, and for what Hearth
    /// serves itself. One that names more than that, as `GET /v1/models/*` does, is none of those: what Hearth serves it goes on to serve.
    static func parse(_ text: String) -> Route? {
        let parts = text.split(separator: " ")
        guard (2...3).contains(parts.count), let scope = parts.count == 3 ? scope(parts[2]) : .query, methods.contains(String(parts[0])),
            parts[1].hasPrefix("/v1/"), !parts[1].hasSuffix("/")
        else { return nil }
        let segments = parts[1].dropFirst(4).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isSound = segments.enumerated().allSatisfy { index, segment in
            if segment == "*" { return index == segments.count - 1 && index > 0 }
            if segment.hasPrefix("{") { return segment.hasSuffix("}") && segment.count > 2 }
            return isPlain(segment[...])
        }
        let method = String(parts[0])
        let isServed = segments.last != "*" && RouteTable.methods(of: String(parts[1])).contains(method)
        guard isSound, !isServed else { return nil }
        return Route(method: method, segments: segments, scope: scope)
    }

    private static func scope(_ text: Substring) -> Scope? {
        guard text.hasPrefix("scope=") else { return nil }
        return Scope(rawValue: String(text.dropFirst("scope=".count)))
    }
}
