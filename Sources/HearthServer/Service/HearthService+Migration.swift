import Foundation
import GRDB
import HearthDrivers
import HearthTelemetry

extension HearthService {
    /// Brings the tables of the configured databases up to date, which every start does as well, or tells what that would do.
    ///
    /// Both are looked at before one is changed, so that a step which cannot be reached leaves both as they are.
    ///
    /// - Parameter last: the step to stop after; a database that does not know it is left as it is.
    /// - Throws: ``SchemaError``, and ``StartupError`` where a database cannot be opened, reached, or is in use.
    package static func migrate(
        _ configuration: HearthConfiguration, through last: String? = nil, changes: Bool = true
    ) async throws -> [SchemaState] {
        let folder = configuration.dataDirectory
        let file = folder + "/" + HearthDatabase.fileName
        guard let url = configuration.database.url?.reveal() else {
            let state = try embeddedState(file)
            try requireKnown(last, in: [state])
            return [try changes ? migrateEmbedded(state, folder, through: last) : state]
        }
        return try await withSharedDatabase(at: url, label: "hearth.migrate") { client in
            let migrator = PostgresMigrator(SharedDatabase.migrations)
            var shared = SchemaState(
                database: StoreName.postgres.rawValue, location: "\(client.address)", steps: SharedDatabase.migrations.map(\.name),
                present: try await migrator.applied(client))
            var embedded = try embeddedState(file)
            try requireKnown(last, in: [embedded, shared])
            _ = try (embedded.missing(through: last), shared.missing(through: last))
            if changes {
                if last == nil || shared.steps.contains(last ?? "") {
                    shared.applied = try await migrator.migrate(client, through: last)
                    shared.present.formUnion(shared.applied)
                }
                embedded = try migrateEmbedded(embedded, folder, through: last)
            }
            return [embedded, shared]
        }
    }

    private static func requireKnown(_ step: String?, in states: [SchemaState]) throws(SchemaError) {
        guard let step, !states.contains(where: { $0.steps.contains(step) }) else { return }
        throw .unknownStep(step, known: states.flatMap(\.steps))
    }

    /// A file that is not there is not made for the look.
    private static func embeddedState(_ file: String) throws(StartupError) -> SchemaState {
        let steps = HearthDatabase.migrator().migrations
        do {
            let present: Set<String> =
                FileManager.default.fileExists(atPath: file)
                ? try HearthDatabase.connect(to: file).read { try HearthDatabase.migrator().appliedIdentifiers($0) } : []
            return SchemaState(database: StoreName.sqlite.rawValue, location: file, steps: steps, present: present)
        } catch {
            throw .database(path: file, cause: "\(error)", isBusy: (error as? DatabaseError)?.resultCode == .SQLITE_BUSY)
        }
    }

    /// A service that uses the folder has brought it up to date itself; a newer version's steps wait until it has ended.
    private static func migrateEmbedded(_ state: SchemaState, _ folder: String, through last: String?) throws -> SchemaState {
        guard last == nil || state.steps.contains(last ?? ""), let end = try state.missing(through: last).last else { return state }
        let lock = try DataFolderLock.take(folder: folder, startedAt: SystemTimeSource().now())
        defer { lock.release() }
        var state = state
        do {
            let pool = try HearthDatabase.connect(to: state.location)
            try HearthDatabase.migrator(through: end).migrate(pool, upTo: end)
            let present = try pool.read { try HearthDatabase.migrator().appliedIdentifiers($0) }
            state.applied = state.steps.filter { present.contains($0) && !state.present.contains($0) }
            state.present = present
            return state
        } catch {
            throw StartupError.database(
                path: state.location, cause: "\(error)", isBusy: (error as? DatabaseError)?.resultCode == .SQLITE_BUSY)
        }
    }
}
