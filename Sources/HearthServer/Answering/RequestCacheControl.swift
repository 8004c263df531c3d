/// The caller's wishes about freshness: the request's `Cache-Control`, by analogy to RFC 9111, 5.2.1.
struct RequestCacheControl: Sendable, Equatable {
    var noCache = false
    var noStore = false
    var onlyIfCached = false
    /// Seconds; the answer must not be older.
    var maxAge: Int64?
    /// Seconds; the answer must stay fresh for at least as long.
    var minFresh: Int64?
    /// Seconds past its freshness that are accepted; `.max` when the directive has no value.
    var maxStale: Int64?

    init() {}

    /// Reads a header value; throws what is wrong with it. Unknown directives are ignored, as RFC 9111, 5.2.3 asks.
    init(header: String) throws(InvalidDirective) {
        for directive in header.split(separator: ",") {
            let parts = directive.split(separator: "=", maxSplits: 1).map { $0.trimmingSpaces() }
            guard let name = parts.first, !name.isEmpty else { continue }
            let value = parts.count > 1 ? parts[1] : nil
            switch name.lowercased() {
            case "no-cache": noCache = try Self.flag(name, value)
            case "no-store": noStore = try Self.flag(name, value)
            case "only-if-cached": onlyIfCached = try Self.flag(name, value)
            case "max-age": maxAge = try Self.seconds(name, value)
            case "min-fresh": minFresh = try Self.seconds(name, value)
            case "max-stale": maxStale = value == nil ? .max : try Self.seconds(name, value)
            default: continue
            }
        }
    }

    struct InvalidDirective: Error, Sendable, Equatable {
        var name: String
        var problem: String
    }

    private static func flag(_ name: String, _ value: String?) throws(InvalidDirective) -> Bool {
        guard value == nil else { throw InvalidDirective(name: name, problem: "takes no value") }
        return true
    }

    private static func seconds(_ name: String, _ value: String?) throws(InvalidDirective) -> Int64 {
        guard let value, let seconds = Int64(value), seconds >= 0, value.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw InvalidDirective(name: name, problem: "needs a whole number of seconds, such as \(name)=60")
        }
        return seconds
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(self[first...last])
    }
}
