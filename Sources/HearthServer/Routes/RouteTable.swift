import HearthTelemetry

/// Which methods the documented addresses take, to tell a wrong method from a wrong address.
enum RouteTable {
    private static let routes = RouterBuilder.routes.map { (segments: segments(of: $0.template), method: $0.method.label) }

    /// The methods of the address, in the order of the routes; empty for an address that is not served.
    static func methods(of path: String) -> [String] {
        let path = segments(of: path)
        return routes.filter { matches($0.segments, path) }.map(\.method)
    }

    private static func segments(of path: String) -> [Substring] { path.split(separator: "/") }

    /// A segment in braces stands for any one segment.
    private static func matches(_ template: [Substring], _ path: [Substring]) -> Bool {
        template.count == path.count && zip(template, path).allSatisfy { $0.0.hasPrefix("{") || $0.0 == $0.1 }
    }
}
