/// Which steps of its tables a database has.
package struct SchemaState: Sendable, Equatable {
    /// `sqlite` or `postgres`.
    package let database: String
    /// The file, or the address without user and password.
    package let location: String
    /// Every step that this version knows, in the order in which they are done.
    package let steps: [String]
    /// What the database has, also of steps that a newer version has made.
    package var present: Set<String>
    /// What was done now.
    package var applied: [String] = []

    package var missing: [String] { steps.filter { !present.contains($0) } }
    package var newer: [String] { present.subtracting(steps).sorted() }

    /// What is missing up to a step; all of it for nil.
    ///
    /// - Throws: ``SchemaError/beyond(step:present:location:)`` where a later step of the same part is there: steps are never undone.
    package func missing(through last: String?) throws(SchemaError) -> [String] {
        guard let last, let end = steps.firstIndex(of: last) else { return missing }
        let part = Self.part(of: last)
        if present.contains(last), let later = steps[(end + 1)...].last(where: { Self.part(of: $0) == part && present.contains($0) }) {
            throw .beyond(step: last, present: later, location: location)
        }
        return steps[...end].filter { !present.contains($0) }
    }

    /// What comes before the number of a step's name: `statistics-` of `statistics-2-patterns`.
    private static func part(of step: String) -> Substring { step.prefix { !$0.isNumber } }
}

/// Why tables cannot be brought to the step that was asked for.
package enum SchemaError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownStep(String, known: [String])
    case beyond(step: String, present: String, location: String)

    /// 2 for a name that means nothing.
    package var exitStatus: Int32 {
        switch self {
        case .unknownStep: 2
        case .beyond: 1
        }
    }

    package var description: String {
        switch self {
        case .unknownStep(let name, let known):
            let hint = NearestWord.find(name, among: known).map { "did you mean \($0)?" } ?? "hearth migrate --dry-run --json names them"
            return "there is no step \"\(name)\"; \(hint)"
        case .beyond(let step, let present, let location):
            return "\(location) is beyond \(step): it has \(present), and steps are never undone. An older version works with newer tables"
        }
    }
}
