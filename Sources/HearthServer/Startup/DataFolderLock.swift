import Foundation
package import HearthTelemetry

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The right of one process to the data folder, held by a lock on `hearth.pid` for as long as this object lives.
///
/// The lock is the kernel's (`flock`), so it ends with the process however that ends; the file's text, pid and start in two
/// lines, only tells people and the next instance who holds it.
package final class DataFolderLock: Sendable {
    package static let fileName = "hearth.pid"

    private let file: FileHandle

    private init(file: FileHandle) {
        self.file = file
    }

    /// Makes the folder if it is missing and takes its lock.
    package static func take(folder: String, startedAt: Timestamp) throws(StartupError) -> DataFolderLock {
        try prepare(folder)
        let path = folder + "/" + fileName
        let manager = FileManager.default
        if !manager.fileExists(atPath: path) {
            // Whoever comes second finds the file; which of them holds it is decided by the lock.
            _ = manager.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o644])
        }
        guard let file = FileHandle(forUpdatingAtPath: path) else { throw .dataFolder(problem(folder, .notWritable)) }
        guard flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = holder(in: (try? file.read(upToCount: 200)) ?? Data())
            throw .dataFolderInUse(path: folder, pid: holder.pid, startedAt: holder.startedAt)
        }
        _ = fcntl(file.fileDescriptor, F_SETFD, FD_CLOEXEC)
        do {
            try file.truncate(atOffset: 0)
            try file.write(contentsOf: Data("\(ProcessInfo.processInfo.processIdentifier)\n\(startedAt)\n".utf8))
        } catch {
            throw .dataFolder(problem(folder, .notWritable))
        }
        return DataFolderLock(file: file)
    }

    /// Gives the folder free; the file stays, empty.
    package func release() {
        try? file.truncate(atOffset: 0)
        try? file.close()
    }

    private static func prepare(_ folder: String) throws(StartupError) {
        let manager = FileManager.default
        if manager.fileExists(atPath: folder) {
            let target = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
            let type = (try? manager.attributesOfItem(atPath: target))?[.type] as? FileAttributeType
            guard type == .typeDirectory else { throw .dataFolder(problem(folder, .notAFolder)) }
            guard manager.isWritableFile(atPath: folder) else {
                throw .dataFolder(problem(folder, isReadOnly(folder) ? .readOnlyFileSystem : .notWritable))
            }
            return
        }
        do {
            try manager.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw .dataFolder(problem(folder, .cannotBeMade))
        }
    }

    private static func isReadOnly(_ folder: String) -> Bool {
        var information = statvfs()
        return unsafe statvfs(folder, &information) == 0 && information.f_flag & UInt(ST_RDONLY) != 0
    }

    private static func problem(_ folder: String, _ cause: DataFolderProblem.Cause) -> DataFolderProblem {
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder)
        return DataFolderProblem(
            path: folder, owner: attributes?[.ownerAccountName] as? String, user: ProcessInfo.processInfo.userName, cause: cause)
    }

    private static func holder(in data: Data) -> (pid: Int32?, startedAt: Timestamp?) {
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        return (lines.first.flatMap { Int32($0) }, lines.dropFirst().first.flatMap { Timestamp(iso8601: $0) })
    }
}
