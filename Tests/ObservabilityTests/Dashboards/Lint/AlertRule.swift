import Foundation
import Yams

/// An alert as a rule file has it.
struct AlertRule: Decodable, Sendable {
    var alert: String?
    var record: String?
    var expr: String
    var annotations: [String: String]?

    private struct File: Decodable {
        struct Group: Decodable {
            var rules: [AlertRule]
        }

        var groups: [Group]
    }

    static let folder = "alerts"

    /// Nil where the repository has no rules.
    static func files() throws -> [String]? {
        guard FileManager.default.fileExists(atPath: Repository.root.appendingPathComponent(folder).path) else { return nil }
        return try Repository.files(in: folder, endingWith: ".rules.yml")
    }

    static func all() throws -> [AlertRule] {
        try (files() ?? []).flatMap { file in
            try YAMLDecoder().decode(File.self, from: Repository.text("\(folder)/\(file)")).groups.flatMap(\.rules)
        }
    }

    /// The constants that it compares with: of `x > 14.4 * 0.01` it is 0.144.
    func comparisons() throws -> [Double] {
        try PromQLParser.parse(expr).all.compactMap { part in
            guard case .binary(let name, _, let right, _) = part, [">", "<", ">=", "<=", "==", "!="].contains(name) else { return nil }
            return right.constant
        }
    }

    func literals() throws -> [Double] {
        try PromQLParser.parse(expr).all.compactMap { part in if case .number(let value) = part { value } else { nil } }
    }
}
