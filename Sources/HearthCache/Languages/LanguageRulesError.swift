/// The language rule files are not usable; every fault that was found is listed.
package struct LanguageRulesError: Error, Equatable, CustomStringConvertible {
    /// One fault of one rule file.
    package struct Fault: Equatable, Sendable, CustomStringConvertible {
        package let file: String
        /// Counted from 1; nil when the fault has no place, such as a missing section.
        package let line: Int?
        package let problem: String

        package init(file: String, line: Int?, problem: String) {
            self.file = file
            self.line = line
            self.problem = problem
        }

        package var description: String {
            line.map { "\(file):\($0) \(problem)" } ?? "\(file) \(problem)"
        }
    }

    package let faults: [Fault]

    package init(faults: [Fault]) {
        self.faults = faults
    }

    package var description: String {
        let heading = faults.count == 1 ? "The language rules have 1 fault:" : "The language rules have \(faults.count) faults:"
        return ([heading] + faults.map { "  \($0)" } + ["Correct them in Sources/HearthCache/Languages/Rules and build again."])
            .joined(separator: "\n")
    }
}
