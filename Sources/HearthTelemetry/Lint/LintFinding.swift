/// A fault of an exposition.
package struct LintFinding: Sendable, Equatable, CustomStringConvertible {
    package enum Rule: String, CaseIterable, Sendable {
        /// A line that is none of the format.
        case syntax
        /// A label set that occurs twice, or a description that is given twice.
        case duplicate
        /// Lines of a family that are not beside each other, or a description behind its samples.
        case interleaved
        case help
        case type
        case unit
        case name
        case label
        /// Bounds that are not canonical or do not ascend, counts that fall, sums and counts that are missing or do not agree.
        case histogram
        /// Counters that are negative or no number.
        case value
        case exemplar
        /// What the format demands at its end.
        case ending
        /// What the catalogue of metrics does not know.
        case catalogue
    }

    package var rule: Rule
    /// From 1; 0 for the exposition as a whole.
    package var line: Int
    package var detail: String

    package init(_ rule: Rule, line: Int, _ detail: String) {
        self.rule = rule
        self.line = line
        self.detail = detail
    }

    package var description: String { (line > 0 ? "line \(line): " : "") + "\(rule.rawValue): \(detail)" }
}
