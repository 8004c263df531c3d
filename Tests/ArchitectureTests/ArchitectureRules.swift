import Foundation

/// A place in the sources that breaks a rule.
struct Violation: Equatable, CustomStringConvertible {
    enum Rule: String, CaseIterable {
        case unknownModule
        case importGoesUp
        case serverFramework
        case cLibrary
        case unsafeCode
        case staleAllowance
        case forcedTry
        case forcedCast
        case forcedUnwrap
        case fatalError
        case publicAccess
        case unfinished
        case tooLong
        case vagueFolder
        case typeNamedLikeModule
    }

    var rule: Rule
    var path: String
    /// From 1; 0 for the file as a whole.
    var line: Int
    var detail: String

    var description: String { "\(path):\(line): \(rule.rawValue): \(detail)" }
}

/// The rules of `docs/architecture.md` that a scan of the sources can check.
struct ArchitectureRules {
    /// A module may import modules of lower layers only; modules of one layer know nothing of each other.
    static let layers = [
        "CHiredis": 0, "CPostgres": 0, "CCurl": 0, "CZlib": 0, "CRunbooks": 0, "HearthTelemetry": 0,
        "HearthDrivers": 1, "HearthPages": 1, "HearthScheduling": 1,
        "HearthCache": 2, "HearthUpstream": 2, "HearthStatistics": 2,
        "HearthServer": 3,
        "HearthCLI": 4,
    ]

    /// Each with the module that alone imports it.
    static let cModules = [
        "CHiredis": "HearthDrivers", "CPostgres": "HearthDrivers", "CCurl": "HearthDrivers", "CZlib": "HearthDrivers",
        "CRunbooks": "HearthPages",
    ]
    static let vagueFolders: Set<String> = ["Utils", "Utilities", "Common", "Helpers", "Core", "Misc", "Shared"]
    static let maximumLines = 320

    /// Files outside HearthDrivers with unsafe code, each with its reason.
    var unsafeFiles: [String: String] = [:]

    private let imports: LinePattern
    private let unsafe: LinePattern
    private let unfinished: LinePattern
    private let types: LinePattern
    private let words: [(rule: Violation.Rule, pattern: LinePattern, detail: String)]

    init(unsafeFiles: [String: String] = [:]) throws {
        self.unsafeFiles = unsafeFiles
        let attributes = #"^\s*(?:@\w+(?:\([^)]*\))?\s+)*"#
        imports = try LinePattern(
            attributes
                + #"(?:(?:package|public|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias|actor)\s+)?(\w+)"#
        )
        unsafe = try LinePattern(#"\b(?:unsafe|Unsafe\w*Pointer|Unmanaged|OpaquePointer|withUnsafe\w+|unsafeBitCast)\b"#)
        unfinished = try LinePattern(#"\b(?:TODO|FIXME|XXX)\b"#)
        types = try LinePattern(#"\b(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)"#)
        words = [
            (.forcedTry, try LinePattern(#"\btry!"#), "say what happens when it fails"),
            (.forcedCast, try LinePattern(#"\bas!"#), "say what happens when it is something else"),
            // A `!` behind a value or type, unless it begins `!=`.
            (.forcedUnwrap, try LinePattern(#"(?<!\btry)(?<!\bas)(?<=[\w)\]}>"?])!(?!=)"#), "say what happens when there is none"),
            (.fatalError, try LinePattern(#"\bfatalError\b"#), "throw, or state the broken promise as a precondition"),
            (.publicAccess, try LinePattern(attributes + #"(?:public|open)\s+\w"#), "package is as far as anything goes"),
        ]
    }

    func violations(in files: [SourceFile]) -> [Violation] {
        var violations = files.flatMap(violations(in:))
        let unsafe = Set(files.filter { !self.unsafe.matches(in: $0.code).isEmpty }.map(\.path))
        for path in unsafeFiles.keys.sorted() where !unsafe.contains(path) {
            violations.append(Violation(rule: .staleAllowance, path: path, line: 0, detail: "has no unsafe code any more, or is gone"))
        }
        return violations
    }

    private func violations(in file: SourceFile) -> [Violation] {
        var found = shape(of: file)
        func report(_ rule: Violation.Rule, _ line: Int, _ detail: String) {
            found.append(Violation(rule: rule, path: file.path, line: line, detail: detail))
        }
        for match in imports.matches(in: file.code) {
            if let (rule, detail) = fault(importing: match.word, into: file.module) { report(rule, match.line, detail) }
        }
        for (rule, pattern, detail) in words {
            for match in pattern.matches(in: file.code) { report(rule, match.line, detail) }
        }
        for match in types.matches(in: file.code) where match.word == file.module {
            report(.typeNamedLikeModule, match.line, "\(file.module) names the module")
        }
        for match in unfinished.matches(in: file.text) { report(.unfinished, match.line, "is unfinished") }
        if file.module != "HearthDrivers", unsafeFiles[file.path] == nil {
            for match in unsafe.matches(in: file.code) { report(.unsafeCode, match.line, "belongs into HearthDrivers") }
        }
        return found
    }

    private func shape(of file: SourceFile) -> [Violation] {
        var found: [Violation] = []
        if Self.layers[file.module] == nil {
            found.append(Violation(rule: .unknownModule, path: file.path, line: 0, detail: "\(file.module) has no layer"))
        }
        if file.lineCount > Self.maximumLines {
            found.append(Violation(rule: .tooLong, path: file.path, line: 0, detail: "has \(file.lineCount) lines"))
        }
        for folder in file.folders where Self.vagueFolders.contains(String(folder)) {
            found.append(Violation(rule: .vagueFolder, path: file.path, line: 0, detail: "\(folder) says nothing about its content"))
        }
        return found
    }

    private func fault(importing imported: String, into module: String) -> (Violation.Rule, String)? {
        if imported.hasPrefix("Hummingbird"), module != "HearthServer" {
            return (.serverFramework, "\(imported) is HearthServer's alone")
        }
        if let owner = Self.cModules[imported] { return module == owner ? nil : (.cLibrary, "\(imported) is \(owner)' alone") }
        guard imported.hasPrefix("Hearth") else { return nil }
        guard let target = Self.layers[imported] else { return (.unknownModule, "\(imported) has no layer") }
        guard let own = Self.layers[module], target >= own else { return nil }
        return (.importGoesUp, "\(module) (layer \(own)) imports \(imported) (layer \(target))")
    }
}

/// A regular expression whose matches are told by line.
///
/// Foundation's, because the scan reads tens of thousands of lines in a debug build.
private struct LinePattern {
    private let expression: NSRegularExpression

    init(_ pattern: String) throws {
        expression = try NSRegularExpression(pattern: pattern, options: .anchorsMatchLines)
    }

    /// The line of each match, from 1, and its first group.
    func matches(in text: String) -> [(line: Int, word: String)] {
        let characters = text as NSString
        return expression.matches(in: text, range: NSRange(location: 0, length: characters.length)).map { match in
            let end = match.range.location + match.range.length
            let line = characters.substring(to: end).utf8.count { $0 == UInt8(ascii: "\n") } + 1
            let group = match.numberOfRanges > 1 ? match.range(at: 1) : match.range
            return (line, characters.substring(with: group))
        }
    }
}
