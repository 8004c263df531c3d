import HearthDrivers
import HearthServer
import HearthTelemetry

/// The line of truth below an answer: hit or miss, how long, why, what it cost or saved.
struct AskReport: Equatable {
    enum Outcome: String {
        case hit = "HIT"
        case stale = "STALE"
        case miss = "MISS"
        case bypass = "BYPASS"
    }

    var outcome: Outcome
    var milliseconds: Double
    var reason: String
    /// `cost $0.002` or `saved $0.002`; empty when neither was the case.
    var money: String
    var today: Today?

    struct Today: Equatable {
        var hits: Int64
        var requests: Int64
    }

    /// Reads an answer of `POST /api/v1/cache/query`.
    init(answer: JSONValue, headers: HTTPClientHeaders, today: Today?) {
        let status = CacheStatusField(headers["cache-status"] ?? "")
        milliseconds = answer["responseTime"]?.double ?? 0
        let metadata = answer["metadata"]
        let cost = Figures.micro(dollars: metadata?["cost"]?.double)
        let saved = Figures.micro(dollars: metadata?["saved"]?.double)
        money = saved > 0 ? "saved \(Figures.dollars(micro: saved))" : cost > 0 ? "cost \(Figures.dollars(micro: cost))" : ""
        if answer["cached"]?.boolean == true {
            let isStale = status.timeToLive.map { $0 < 0 } ?? false
            outcome = isStale ? .stale : .hit
            reason = Self.hitReason(age: headers["age"].flatMap { Int64($0) }, status: status, isStale: isStale)
            self.today = today
        } else {
            outcome = status.forward == "request" ? .bypass : .miss
            reason = Self.missReason(answer: answer, status: status)
        }
    }

    private static func hitReason(age: Int64?, status: CacheStatusField, isStale: Bool) -> String {
        let kept = age.map { "kept \(Figures.rough(.seconds($0))) ago" } ?? "kept before"
        guard isStale, let ttl = status.timeToLive else { return kept }
        let expired = "\(kept), expired \(Figures.rough(.seconds(-ttl))) ago, "
        return expired + (status.detail == "sie" ? "the provider failed" : "being renewed")
    }

    private static func missReason(answer: JSONValue, status: CacheStatusField) -> String {
        if status.isCollapsed { return "shared the answer to an identical question" }
        let asked = status.forward == "stale" ? "expired, asked the provider again" : "asked the provider"
        guard status.isStored else {
            let why = status.detail.map { " (\($0.replacing("-", with: " ")))" } ?? ""
            return "\(asked), not kept\(why)"
        }
        let metadata = answer["metadata"]
        let key = answer["cacheKey"]?.text.map(Self.shortKey) ?? ""
        guard let end = metadata?["expiresAt"]?.text.flatMap({ Timestamp(iso8601: $0) }),
            let start = metadata?["storedAt"]?.text.flatMap({ Timestamp(iso8601: $0) })
        else { return "\(asked), kept for good as \(key)" }
        return "\(asked), kept for \(Figures.rough(end - start)) as \(key)"
    }

    /// The language and the first four digits: `en:3f2a…`.
    static func shortKey(_ key: String) -> String {
        let parts = key.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[1].count > 4 else { return key }
        return "\(parts[0]):\(parts[1].prefix(4))…"
    }

    func line(_ terminal: Terminal) -> String {
        let word = terminal.paint(outcome.rawValue, outcome == .hit ? .green : .yellow)
        let number = Figures.fixed(milliseconds, decimals: 1)
        var line = word + Self.spaces(4 - outcome.rawValue.count) + "  " + Self.spaces(5 - number.count) + number + " ms  " + reason
        if !money.isEmpty { line += Self.spaces(45 - DisplayWidth.of(reason)) + "  " + money }
        if let today { line += "   today: \(Figures.grouped(today.hits)) of \(Figures.grouped(today.requests)) from the cache" }
        return line
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}

/// The parameters of a `Cache-Status` header (RFC 9211) with one member.
struct CacheStatusField {
    private var parameters: [String: String] = [:]

    init(_ text: String) {
        for part in text.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.filter { !$0.isWhitespace && $0 != "\"" } }
            if let name = pair.first { parameters[name] = pair.count > 1 ? pair[1] : "" }
        }
    }

    var forward: String? { parameters["fwd"] }
    var timeToLive: Int64? { parameters["ttl"].flatMap { Int64($0) } }
    var detail: String? { parameters["detail"] }
    var isStored: Bool { parameters["stored"] != nil }
    var isCollapsed: Bool { parameters["collapsed"] != nil }
}
