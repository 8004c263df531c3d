import Foundation
import GRDB
import HearthDrivers

extension HearthService {
    /// Opens the database that the keys are in, beside a service that may be running on it.
    ///
    /// Changes are put on record as acts of whoever works on this machine.
    ///
    /// - Parameter reportUnrecorded: told of a change that could not be put on record, and is made all the same.
    /// - Throws: ``StartupError`` where it cannot be opened or reached.
    package static func withAPIKeys<Value: Sendable>(
        _ configuration: HearthConfiguration, reportUnrecorded: @escaping @Sendable (any Error) -> Void,
        _ body: (any APIKeyStore) async throws -> Value
    ) async throws -> Value {
        func audited(_ keys: any APIKeyStore, _ audit: any AuditStore) -> any APIKeyStore {
            AuditedAPIKeys(store: keys, audit: audit, actor: "cli:\(NSUserName())", reportUnrecorded: reportUnrecorded)
        }
        guard let url = configuration.database.url?.reveal() else {
            let database = try embeddedDatabase(configuration.dataDirectory)
            return try await body(audited(SQLiteAPIKeys(database: database), SQLiteAudit(database: database)))
        }
        return try await withSharedDatabase(at: url, label: "hearth.keys") { client in
            try await PostgresMigrator(SharedDatabase.migrations).migrate(client)
            return try await body(audited(PostgresAPIKeys(client: client), PostgresAudit(client: client)))
        }
    }

    private static func embeddedDatabase(_ folder: String) throws(StartupError) -> DatabasePool {
        let path = folder + "/" + HearthDatabase.fileName
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
            return try HearthDatabase.open(at: path)
        } catch {
            throw .database(path: path, cause: "\(error)", isBusy: (error as? DatabaseError)?.resultCode == .SQLITE_BUSY)
        }
    }
}
