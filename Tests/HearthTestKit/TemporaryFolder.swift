import Foundation

/// A new empty folder below the system's temporary folder; it is removed with its contents when the value goes away.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init(named name: String = "hearth-test") throws {
        path = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
