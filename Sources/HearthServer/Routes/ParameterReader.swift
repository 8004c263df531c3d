import Foundation
import HearthTelemetry
import Hummingbird

/// Reads the parameters behind the question mark and gathers everything that is wrong with them, unknown ones included.
struct ParameterReader {
    private let given: [(name: String, value: String)]
    private var known: Set<String> = []
    private var details: [APIErrorBody.Detail] = []

    /// Read as forms are sent (WHATWG URL, application/x-www-form-urlencoded): a plus sign is a blank.
    init(_ request: Request) { self.init(form: request.uri.query ?? "") }

    /// - Parameter form: the body of one that was sent.
    init(form: String) {
        given = form.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decoded(parts[0]), parts.count > 1 ? Self.decoded(parts[1]) : "")
        }
    }

    /// What is no valid encoding stays as it is.
    private static func decoded(_ text: Substring) -> String {
        let blanks = String(text).replacing("+", with: " ")
        return blanks.removingPercentEncoding ?? blanks
    }

    mutating func text(_ name: String) -> String? {
        known.insert(name)
        return given.last { $0.name == name }?.value
    }

    /// Takes parameters that somebody else reads for known.
    mutating func ignore(_ names: Set<String>) { known.formUnion(names) }

    mutating func texts(_ name: String) -> [String] {
        known.insert(name)
        return given.filter { $0.name == name }.map(\.value)
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>, default fallback: Int) -> Int {
        guard let text = text(name) else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            report(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
            return fallback
        }
        return value
    }

    mutating func time(_ name: String) -> Timestamp? {
        guard let text = text(name) else { return nil }
        // The plus of an offset that was not encoded has become a blank.
        guard let moment = Timestamp(iso8601: text) ?? Timestamp(iso8601: text.replacing(" ", with: "+")) else {
            report(name, "must be ISO 8601, such as 2026-11-22T18:00:00Z")
            return nil
        }
        return moment
    }

    mutating func duration(_ name: String) -> Duration? {
        guard let text = text(name) else { return nil }
        guard let duration = SettingText.duration(text), duration > .zero else {
            report(name, "must be a duration such as 15m, 2h or 7d")
            return nil
        }
        return duration
    }

    mutating func boolean(_ name: String) -> Bool {
        guard let text = text(name) else { return false }
        guard let value = SettingText.boolean(text) else {
            report(name, "must be true or false")
            return false
        }
        return value
    }

    mutating func choice<Value: RawRepresentable<String> & CaseIterable>(_ name: String, of type: Value.Type) -> Value? {
        guard let text = text(name) else { return nil }
        return value(text, of: name, type)
    }

    mutating func choices<Value: RawRepresentable<String> & CaseIterable>(_ name: String, of type: Value.Type) -> [Value] {
        texts(name).compactMap { value($0, of: name, type) }
    }

    private mutating func value<Value: RawRepresentable<String> & CaseIterable>(
        _ text: String, of name: String, _ type: Value.Type
    ) -> Value? {
        if let value = Value(rawValue: text) { return value }
        report(name, "must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        return nil
    }

    var hasFaults: Bool { !details.isEmpty }

    mutating func report(_ name: String, _ problem: String) {
        details.append(.init(field: name, problem: problem))
    }

    /// Throws if there are any, of a route that has none.
    static func refuseAll(of request: Request, _ what: String) throws(APIError) { try ParameterReader(request).finish(what) }

    /// Throws if anything was wrong. Call it after everything was read.
    func finish(_ what: String) throws(APIError) {
        let unknown = given.map(\.name).filter { !known.contains($0) }.map {
            APIErrorBody.Detail(
                field: $0,
                problem: "is not a known parameter; "
                    + (known.isEmpty ? "there are none here" : "known are \(known.sorted().joined(separator: ", "))"))
        }
        guard !(details + unknown).isEmpty else { return }
        throw APIError(
            .invalidRequest, "\(what): " + (details + unknown).map { "\($0.field) \($0.problem)" }.joined(separator: "; ") + ".",
            details: details + unknown)
    }
}
