import HearthTelemetry

extension PageState {
    /// Reads a query; what is not understood has its default and a notice.
    ///
    /// - Parameter others: names of parameters that belong to the view and are read elsewhere, such as those of a confirmation.
    package static func parse(query: String, ignoring others: Set<String> = []) -> (state: PageState, notices: [AddressNotice]) {
        var state = PageState()
        var notices: [AddressNotice] = []
        var from: (text: String, at: Timestamp?)?
        var to: (text: String, at: Timestamp?)?
        var seen: Set<String> = []
        for pair in query.split(separator: "&").prefix(64) {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(halves[0], plusIsSpace: true), !name.isEmpty else { continue }
            let value = halves.count == 2 ? PercentEncoding.decode(halves[1], plusIsSpace: true) : ""
            guard !others.contains(name), value != "" else { continue }
            guard let value, value.utf8.count <= longestValue, seen.insert(name).inserted else {
                notices.append(AddressNotice(name: String(name.prefix(40)), value: String((value ?? "?").prefix(40))))
                continue
            }
            switch name {
            case "from": from = (value, Timestamp(iso8601: value)?.wholeMinute)
            case "to": to = (value, Timestamp(iso8601: value)?.wholeMinute)
            default:
                guard let setter = setters[name] else {
                    notices.append(AddressNotice(name: String(name.prefix(40)), value: String(value.prefix(40)), isKnown: false))
                    continue
                }
                if !setter(&state, value) { notices.append(AddressNotice(name: name, value: String(value.prefix(40)))) }
            }
        }
        switch (from?.at, to?.at) {
        case (let start?, let end?) where start < end: state.range = .between(start, end)
        default:
            if let from { notices.append(AddressNotice(name: "from", value: String(from.text.prefix(40)))) }
            if let to { notices.append(AddressNotice(name: "to", value: String(to.text.prefix(40)))) }
        }
        return (state, notices)
    }

    /// The state without a question mark in front, in a fixed order; empty for the default.
    package var query: String {
        parameters.map { $0.name + "=" + PercentEncoding.encode($0.value, keeping: ":/") }.joined(separator: "&")
    }

    /// The same as pairs, for hidden fields.
    package var parameters: [(name: String, value: String)] {
        var pairs: [(String, String?)] = []
        switch range {
        case .day: break
        case .between(let from, let to): pairs += [("from", from.minuteText), ("to", to.minuteText)]
        case .hour, .week, .month, .quarter, .year: pairs.append(("range", range.word))
        }
        pairs += [
            ("language", language?.rawValue), ("category", category?.rawValue), ("job", job), ("outcome", outcome?.rawValue),
            ("trigger", trigger), ("before", before), ("month", month?.text),
        ]
        switch refresh {
        case .byDefault: break
        case .off: pairs.append(("refresh", "off"))
        case .every(let seconds): pairs.append(("refresh", "\(seconds)"))
        }
        switch zone {
        case .utc: break
        case .local: pairs.append(("tz", "local"))
        case .named(let name): pairs.append(("tz", name))
        }
        pairs += [("ui", ui?.rawValue), ("theme", theme?.rawValue), ("keys", hasKeys.map { $0 ? "on" : "off" })]
        return pairs.compactMap { name, value in value.map { (name, $0) } }
    }

    /// The names of the parameters that every page understands.
    package static let parameterNames = Set(setters.keys).union(["from", "to"])

    /// Each says whether it understood the value.
    private static let setters: [String: @Sendable (inout PageState, String) -> Bool] = [
        "range": { state, value in
            guard let range = PageRange.rolling.first(where: { $0.word == value })?.range else { return false }
            state.range = range
            return true
        },
        "language": { state, value in set(&state.language, Language(rawValue: value)) },
        "category": { state, value in set(&state.category, ResponseCategory(rawValue: value)) },
        "job": { state, value in set(&state.job, value) },
        "outcome": { state, value in set(&state.outcome, JobOutcome(rawValue: value)) },
        "trigger": { state, value in set(&state.trigger, triggers.contains(value) ? value : nil) },
        "before": { state, value in set(&state.before, value) },
        "month": { state, value in set(&state.month, CivilMonth(value)) },
        "ui": { state, value in set(&state.ui, Language(pageWord: value)) },
        "theme": { state, value in set(&state.theme, PageTheme(rawValue: value)) },
        "keys": { state, value in set(&state.hasKeys, ["on": true, "off": false][value]) },
        "refresh": { state, value in
            if value == "off" {
                state.refresh = .off
            } else if let seconds = Int(value), intervals.contains(seconds) {
                state.refresh = .every(seconds: seconds)
            } else {
                return false
            }
            return true
        },
        "tz": { state, value in
            switch value.lowercased() {
            case "utc": state.zone = .utc
            case "local": state.zone = .local
            default:
                guard value.utf8.allSatisfy(isZoneByte), value.utf8.count <= 64 else { return false }
                state.zone = .named(value)
            }
            return true
        },
    ]

    private static func set<Value>(_ place: inout Value?, _ value: Value?) -> Bool {
        place = value
        return value != nil
    }

    private static func isZoneByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}

extension Timestamp {
    /// Rounded down to a minute of the years 1970 to 9999; nil outside.
    fileprivate var wholeMinute: Timestamp? {
        guard (0...253_402_300_799_999).contains(milliseconds) else { return nil }
        return Timestamp(milliseconds: milliseconds / 60_000 * 60_000)
    }

    /// `2026-11-21T00:00Z`.
    fileprivate var minuteText: String { description.prefix(16) + "Z" }
}
