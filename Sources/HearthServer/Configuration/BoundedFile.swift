import Foundation

/// Reads small text files whose path an operator gives: configuration, secrets, prompts.
enum BoundedFile {
    /// Why a file could not be read, as the end of a sentence.
    struct Problem: Error, Equatable {
        var reason: String
    }

    /// The text of a file of at most `limit` bytes.
    ///
    /// Pipes are read too (`--config <(…)`), which is why the size is not asked for beforehand.
    static func text(at path: String, limit: Int) throws(Problem) -> String {
        guard FileManager.default.fileExists(atPath: path) else { throw Problem(reason: "there is no such file") }
        guard attributes(path)?[.type] as? FileAttributeType != .typeDirectory else {
            throw Problem(reason: "that is a folder, not a file")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else { throw Problem(reason: "this user may not read it") }
        var bytes = Data()
        do {
            while bytes.count <= limit, let chunk = try handle.read(upToCount: limit + 1 - bytes.count), !chunk.isEmpty {
                bytes.append(chunk)
            }
            try handle.close()
        } catch {
            throw Problem(reason: "reading it failed: \(error.localizedDescription)")
        }
        guard bytes.count <= limit else { throw Problem(reason: "it is larger than \(SettingText.write(bytes: limit))") }
        guard let text = String(data: bytes, encoding: .utf8) else { throw Problem(reason: "it is not UTF-8 text") }
        return text
    }

    /// Whether users other than its owner and group may read a file.
    static func isReadableByEverybody(_ path: String) -> Bool {
        let mode = attributes(path)?[.posixPermissions] as? NSNumber
        return (mode?.intValue ?? 0) & 0o004 != 0
    }

    /// Of the file itself: orchestrators mount secrets as symbolic links, whose own permissions say nothing.
    private static func attributes(_ path: String) -> [FileAttributeKey: Any]? {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        return try? FileManager.default.attributesOfItem(atPath: target)
    }
}
