import Foundation

/// A file system of a few megabytes that a test may fill; it needs root, and goes with ``remove()``.
package final class SmallDisk: Sendable {
    package let path: String
    private let folder: TemporaryFolder

    package init(megabytes: Int) async throws {
        folder = try TemporaryFolder(named: "hearth-disk")
        // Others reach what is mounted below the folder.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        path = folder.path + "/mounted"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try await Self.run("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=0700", "hearth-test", path])
    }

    /// Leaves no byte.
    package func fill() async throws {
        let program = try RunningProgram("/usr/bin/dd", ["if=/dev/zero", "of=\(path)/filling", "bs=4096"], folder: "/")
        let ending = try await program.waitForEnd()
        guard ending.status != 0, program.errors.contains("No space left") else { throw RunningProgram.Failure(program.errors) }
    }

    package func free() throws { try FileManager.default.removeItem(atPath: path + "/filling") }

    package func remove() async throws { try await Self.run("/usr/bin/umount", ["--lazy", path]) }

    private static func run(_ program: String, _ arguments: [String]) async throws {
        let program = try RunningProgram(program, arguments, folder: "/")
        guard try await program.waitForEnd() == .init(status: 0) else { throw RunningProgram.Failure("\(arguments): \(program.errors)") }
    }
}
