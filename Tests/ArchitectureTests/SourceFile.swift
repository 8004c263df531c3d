import Foundation

/// A Swift file of a module, with its comments and the insides of its strings blanked out for the rules that look at code.
struct SourceFile: Sendable {
    /// The folder below `Sources`.
    let module: String
    /// Below `Sources`, the module's folder first.
    let path: String
    let text: String
    /// As long as ``text``, line by line.
    let code: String

    init(path: String, text: String) {
        self.path = path
        self.text = text
        module = path.split(separator: "/").first.map(String.init) ?? ""
        code = CodeBlanker.blank(text)
    }

    /// The folders between the module and the file.
    var folders: [Substring] { path.split(separator: "/").dropFirst().dropLast() }

    var lineCount: Int { text.utf8.count { $0 == UInt8(ascii: "\n") } + (text.utf8.last == UInt8(ascii: "\n") ? 0 : 1) }

    /// Every Swift file below a `Sources` folder, in the order of their paths.
    static func all(below sources: URL) throws -> [SourceFile] {
        let paths = FileManager.default.enumerator(atPath: sources.path)?.compactMap { $0 as? String } ?? []
        return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
            SourceFile(path: path, text: try String(contentsOf: sources.appendingPathComponent(path), encoding: .utf8))
        }
    }

    /// The folder with `Package.swift`, found from where this file was compiled.
    static func packageRoot(_ file: String = #filePath) -> URL {
        URL(fileURLWithPath: file).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }
}
