import Foundation
import HearthTestKit

/// The series of an exposition as another program reads them, by name and labels.
struct ParsedSeries: Equatable {
    private(set) var values: [String: String] = [:]
    /// Those that came twice.
    private(set) var repeated: [String] = []

    mutating func add(_ name: String, _ labels: [String: JSONNode], _ value: String) {
        let key = name + labels.keys.sorted().map { "\u{1}\($0)=\(labels[$0]?.text ?? "")" }.joined()
        if values.updateValue(value, forKey: key) != nil { repeated.append(key) }
    }

    /// What differs, for the message of a failure.
    func differences(from other: ParsedSeries) -> [String] {
        Set(values.keys).union(other.values.keys).filter { values[$0] != other.values[$0] }.sorted().prefix(10).map {
            "\($0): \(values[$0] ?? "missing") against \(other.values[$0] ?? "missing")"
        }
    }

    var bounds: Set<String> {
        Set(values.keys.compactMap { key in key.split(separator: "\u{1}").first { $0.hasPrefix("le=") }.map { String($0.dropFirst(3)) } })
    }
}
