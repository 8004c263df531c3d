import HTTPTypes
import HearthCache
import HearthTelemetry
import HearthUpstream

/// What a caller of the gateway wants of the cache: headers that begin with `X-Hearth-`, `Cache-Control`, and the object `cache` in the
/// body, which clients of LiteLLM send. None of it reaches the provider.
struct GatewayControls: Sendable {
    var cacheControl = RequestCacheControl()
    var category: ResponseCategory?
    var language: Language?
    /// How long the answer may be kept; it can only shorten the category's time.
    var timeToLive: Duration?
    var tags: [String] = []
    /// Sets the answers apart that are kept under this name: those under another, or under none, are not given to the caller.
    var namespace: String?
    /// Whether the words must be the same, byte for byte.
    var matchesExactly = false

    static let categoryHeader = HTTPField.Name.known("X-Hearth-Category")
    static let languageHeader = HTTPField.Name.known("X-Hearth-Language")
    static let timeToLiveHeader = HTTPField.Name.known("X-Hearth-TTL")
    static let tagsHeader = HTTPField.Name.known("X-Hearth-Tags")
    static let matchHeader = HTTPField.Name.known("X-Hearth-Match")

    static let longestTimeToLive: Int64 = 366 * 86_400
    private static let longestNamespace = 256

    init(headers: HTTPFields) throws(APIError) {
        if let value = headers[.cacheControl] {
            do throws(RequestCacheControl.InvalidDirective) {
                cacheControl = try RequestCacheControl(header: value)
            } catch {
                throw Self.invalid("Cache-Control", "\(error.name) \(error.problem)")
            }
        }
        category = try Self.choice(headers, Self.categoryHeader)
        language = try Self.choice(headers, Self.languageHeader)
        if let value = headers[Self.timeToLiveHeader] {
            guard let seconds = Int64(value) else { throw Self.invalid("X-Hearth-TTL", "must be a whole number of seconds") }
            timeToLive = Self.clamped(seconds)
        }
        if let value = headers[Self.tagsHeader] {
            tags = value.split(separator: ",").map { SettingText.trimmed($0) }
            guard tags.count <= CachedAnswer.maximumTags, tags.allSatisfy({ FieldReader.isTag($0) }) else {
                throw Self.invalid(
                    "X-Hearth-Tags",
                    "must be at most \(CachedAnswer.maximumTags) words of 1 to \(CachedAnswer.maximumTagBytes) bytes without white space, "
                        + "with commas between")
            }
        }
        switch headers[Self.matchHeader] {
        case nil, "form": break
        case "exact": matchesExactly = true
        default: throw Self.invalid("X-Hearth-Match", "must be one of form, exact")
        }
    }

    /// For a new answer that takes the place of an old one: whoever caused the renewal need not know how the old one was kept.
    mutating func renew(_ answer: CachedAnswer) {
        category = answer.category
        tags = Array((answer.tags + tags.filter { !answer.tags.contains($0) }).prefix(CachedAnswer.maximumTags))
    }

    /// Adds what the object `cache` of the body says.
    mutating func add(_ cache: JSONTree) throws(APIError) {
        guard let members = cache.members else { throw Self.invalid("cache", "must be an object") }
        for member in members {
            let field = "cache.\(member.name)"
            switch (member.name, member.value) {
            case ("no-cache", .bool(let flag)): cacheControl.noCache = cacheControl.noCache || flag
            case ("no-store", .bool(let flag)): cacheControl.noStore = cacheControl.noStore || flag
            // For a cache that is off unless it is asked for. This one is on, so only a no says something.
            case ("use-cache", .bool(let flag)): cacheControl.noStore = cacheControl.noStore || !flag
            case ("no-cache", _), ("no-store", _), ("use-cache", _): throw Self.invalid(field, "must be true or false")
            case ("namespace", let value):
                guard let name = value.string, (1...Self.longestNamespace).contains(name.unicodeScalars.count) else {
                    throw Self.invalid(field, "must be a text of 1 to \(Self.longestNamespace) characters")
                }
                namespace = name
            case ("ttl", let value):
                guard let seconds = value.integer else { throw Self.invalid(field, "must be a whole number of seconds") }
                timeToLive = Self.clamped(seconds)
            case ("s-maxage", let value), ("s-max-age", let value):
                guard let seconds = value.integer, seconds >= 0 else { throw Self.invalid(field, "must be a whole number of seconds") }
                cacheControl.maxAge = seconds
            default: throw Self.invalid(field, "is not a known control; known are no-cache, no-store, use-cache, namespace, ttl, s-maxage")
            }
        }
    }

    private static func clamped(_ seconds: Int64) -> Duration { .seconds(min(max(seconds, 1), longestTimeToLive)) }

    private static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ headers: HTTPFields, _ name: HTTPField.Name
    ) throws(APIError) -> Value? {
        guard let text = headers[name] else { return nil }
        guard let value = Value(rawValue: text) else {
            throw invalid(name.rawName, "must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }

    static func invalid(_ field: String, _ problem: String) -> APIError {
        APIError(
            field.hasPrefix("X-") || field == "Cache-Control" ? .invalidHeader : .invalidRequest, "\(field) \(problem).",
            details: [.init(field: field, problem: problem)])
    }
}
