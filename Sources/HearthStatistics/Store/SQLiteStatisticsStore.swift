package import GRDB
import HearthScheduling

/// Statistics in a SQLite file, through a handle whose migrations include ``StatisticsSchema``.
///
/// Write transactions take a few milliseconds: a flush writes at most the cells that were touched in a second, aggregation one
/// hour, removal one hour of minutes.
package struct SQLiteStatisticsStore: TransactionalStatisticsStore {
    private let database: any DatabaseWriter

    package init(database: any DatabaseWriter) {
        self.database = database
    }

    func write<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (any StatisticsTables) throws -> Value
    ) async throws(StatisticsError) -> Value {
        do {
            let fence = JobFence.current
            return try await database.write { db in
                try LedgerSchema.require(fence, in: db)
                return try body(SQLiteStatisticsTables(db: db))
            }
        } catch {
            throw StatisticsError(error, at: operation)
        }
    }

    func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (any StatisticsTables) throws -> Value
    ) async throws(StatisticsError) -> Value {
        do {
            return try await database.read { try body(SQLiteStatisticsTables(db: $0)) }
        } catch {
            throw StatisticsError(error, at: operation)
        }
    }
}
