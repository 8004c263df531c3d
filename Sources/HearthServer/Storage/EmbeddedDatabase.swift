import Dispatch
import GRDB
import HearthTelemetry
import Synchronization

/// The embedded database for everyone who uses it, whichever file is open at the moment.
///
/// A file that was deleted or replaced while it was open goes on being read and written, and all of that is lost at the next start. So the
/// name is looked at with every probe; where it leads to another file, that one is opened instead. Operations that are under way end on
/// the file on which they began.
final class EmbeddedDatabase: Sendable {
    /// What a look at the file found.
    enum Finding: Sendable {
        case same
        case reopened(DatabaseInstruments.Reopening, DamagedDatabase?)
        /// There is another file, or none, and it cannot be opened; the next look tries again.
        case unusable(StartupError)
    }

    private struct Opened {
        var pool: DatabasePool
        var identity: DatabaseFiles.Identity
    }

    let file: String
    private let opened: Mutex<Opened>
    /// Opening a file takes a second for a gigabyte, which no thread of the tasks should wait for; and one at a time does it.
    private let queue = DispatchQueue(label: "hearth.database")

    /// - Parameter pool: has just been opened at the path.
    init(file: String, pool: DatabasePool) {
        self.file = file
        opened = Mutex(Opened(pool: pool, identity: DatabaseFiles.identity(at: file)))
    }

    /// The open file.
    var pool: DatabasePool { opened.withLock { $0.pool } }

    /// Opens the file under the name if it is not the one that is open.
    ///
    /// - Parameter prepare: completes a file that has just been opened, before anyone else sees it.
    func reopenIfChanged(now: Timestamp, prepare: @escaping @Sendable (Database) throws -> Void) async -> Finding {
        guard changed != nil || DatabaseFiles.hasCompanionsAside(of: file, ownedBy: opened.withLock({ $0.identity })) else { return .same }
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.reopen(now: now, prepare: prepare)) }
        }
    }

    /// What became of the open file's name; nil while it leads to it.
    private var changed: DatabaseInstruments.Reopening? {
        let found = DatabaseFiles.identity(at: file).main
        guard found != opened.withLock({ $0.identity.main }) else { return nil }
        return found == nil ? .deleted : .replaced
    }

    private func reopen(now: Timestamp, prepare: (Database) throws -> Void) -> Finding {
        let old = opened.withLock { $0 }
        guard let change = changed else {
            // Another probe may have done it meanwhile, or the file has come back before any other could be opened.
            DatabaseFiles.putCompanionsBack(of: file, ownedBy: old.identity)
            return .same
        }
        // A file that was only moved becomes complete without its log.
        try? old.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        DatabaseFiles.setCompanionsAside(of: file, ownedBy: old.identity)
        do throws(StartupError) {
            let (pool, damage) = try HearthDatabase.openOrReplace(at: file, now: now, prepare: prepare)
            let identity = DatabaseFiles.identity(at: file)
            opened.withLock { $0 = Opened(pool: pool, identity: identity) }
            DatabaseFiles.removeCompanionsAside(of: file, ownedBy: old.identity)
            return .reopened(change, damage)
        } catch {
            return .unusable(error)
        }
    }
}
