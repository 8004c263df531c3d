import Foundation

/// Reads files and standard input for commands; `-` is standard input.
enum InputText {
    static func file(_ path: String, limit: Int) throws -> String {
        if path == "-" { return try standardInput(limit: limit) }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            let reason = FileManager.default.fileExists(atPath: path) ? "this user may not read it" : "there is no such file"
            throw CommandFailure("\(path) cannot be read: \(reason)", status: ExitStatus.usage)
        }
        return try read(handle, name: path, limit: limit)
    }

    /// Everything from standard input; a failure when that is a terminal, where somebody would wait without knowing why.
    static func standardInput(limit: Int) throws -> String {
        guard !Terminal.standardInputIsInteractive else {
            throw CommandFailure("nothing comes from standard input; pipe a file into it, such as: … < FILE", status: ExitStatus.usage)
        }
        return try read(.standardInput, name: "standard input", limit: limit)
    }

    /// Each line of standard input as it comes, without its end; longer lines than 1 MiB end the reading with a failure.
    static func eachLine(_ body: (String) throws -> Void) throws {
        guard !Terminal.standardInputIsInteractive else {
            throw CommandFailure("nothing comes from standard input; pipe JSON lines into it, such as: … < FILE", status: ExitStatus.usage)
        }
        while let line = readLine(strippingNewline: true) {
            guard line.utf8.count <= 1 << 20 else {
                throw CommandFailure("a line of standard input is longer than 1 MiB", status: ExitStatus.usage)
            }
            if line.allSatisfy(\.isWhitespace) { continue }
            try body(line)
        }
    }

    private static func read(_ handle: FileHandle, name: String, limit: Int) throws -> String {
        var data = Data()
        while data.count <= limit, let chunk = try? handle.read(upToCount: limit + 1 - data.count), !chunk.isEmpty { data.append(chunk) }
        guard data.count <= limit else { throw CommandFailure("\(name) is larger than \(limit) bytes", status: ExitStatus.usage) }
        guard let text = String(data: data, encoding: .utf8) else {
            throw CommandFailure("\(name) is not UTF-8 text", status: ExitStatus.usage)
        }
        return text
    }
}
