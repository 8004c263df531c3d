import GRDB
import HearthCache
import HearthDrivers
import HearthTelemetry
import Logging
import Synchronization

/// Keeps an eye on the embedded database with every health probe: on the file under its name, on its log, and on whether it answers.
final class EmbeddedDatabaseKeeper: Sendable {
    private struct State {
        /// Whether it was told that the file cannot be used: one line tells that, and one that it can be used again.
        var isUnusable = false
        var whenReopened: (@Sendable () async -> Void)?
    }

    private let database: EmbeddedDatabase
    private let cache: AnswerCache
    private let reserve: DiskReserve?
    private let instruments: DatabaseInstruments
    private let timeSource: any TimeSource
    private let reportDamage: @Sendable (DamagedDatabase) -> Void
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - reserve: made again as soon as the disk has room for it; nil where the answers are not in this file.
    ///   - reportDamage: told when the file that was opened instead had to be set aside as well.
    init(
        database: EmbeddedDatabase, cache: AnswerCache, reserve: DiskReserve?, instruments: DatabaseInstruments, timeSource: any TimeSource,
        logger: Logger,
        reportDamage: @escaping @Sendable (DamagedDatabase) -> Void
    ) {
        self.database = database
        self.cache = cache
        self.reserve = reserve
        self.instruments = instruments
        self.timeSource = timeSource
        self.logger = logger
        self.reportDamage = reportDamage
    }

    /// Brings to a file that has just been opened what the parts of the service expect in it.
    func whenReopened(_ action: @escaping @Sendable () async -> Void) { state.withLock { $0.whenReopened = action } }

    /// Why the database cannot be used; nil when all is well.
    func check() async -> String? {
        // The counter must not fall behind that of the answers which are in memory.
        let generation = cache.generation
        let finding = await database.reopenIfChanged(now: timeSource.now()) { file in
            try AnswerSchema.continueGenerations(after: generation, in: file)
        }
        switch finding {
        case .same: if isNews(isUnusable: false) { logger.notice("the database file is back", metadata: ["file": "\(database.file)"]) }
        case .reopened(let change, let damage): await note(change, damage)
        case .unusable(let error):
            if isNews(isUnusable: true) {
                logger.error("the database file is gone, and none can be opened in its place", metadata: ["error": "\(error)"])
            }
            return "\(error)"
        }
        await database.trimLog()
        reserve?.keep()
        return await answers() ? nil : "the embedded database does not answer"
    }

    /// Sets the gauges of the files, for the scrape.
    func updateFigures() {
        instruments.fileBytes(.main).set(database.fileBytes)
        instruments.fileBytes(.wal).set(database.logBytes)
    }

    private func note(_ change: DatabaseInstruments.Reopening, _ damage: DamagedDatabase?) async {
        instruments.reopened(change).increment()
        _ = isNews(isUnusable: false)
        logger.warning(
            "the database file was \(change) while it was open; the one under its name is used from now on",
            metadata: ["file": "\(database.file)"])
        if let damage { reportDamage(damage) }
        await state.withLock { $0.whenReopened }?()
    }

    private func answers() async -> Bool { (try? await database.read { try Int.fetchOne($0, sql: "SELECT 1") }) == 1 }

    private func isNews(isUnusable now: Bool) -> Bool {
        state.withLock { state in
            defer { state.isUnusable = now }
            return state.isUnusable != now
        }
    }
}
