import Foundation
import GRDB
import HearthScheduling

/// A migrated database in a folder of its own, removed with the value.
final class TemporaryDatabase: Sendable {
    let folder: String
    let pool: DatabasePool

    init() throws {
        folder = NSTemporaryDirectory() + "hearth-scheduling-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        pool = try Self.open(folder)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A second connection to the same file, as another process has.
    func reopened() throws -> DatabasePool { try Self.open(folder) }

    private static func open(_ folder: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        let pool = try DatabasePool(path: folder + "/hearth.sqlite", configuration: configuration)
        var migrator = DatabaseMigrator()
        LedgerSchema.registerMigrations(in: &migrator)
        try migrator.migrate(pool)
        return pool
    }
}
