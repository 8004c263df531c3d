package import HearthDrivers
import HearthScheduling

/// Statistics in a PostgreSQL database that replicas share, with the tables of ``PostgresStatisticsSchema``.
///
/// Writers take turns: each transaction first locks one row. They touch the same minutes in any case, and so a flush and an aggregation
/// never run side by side, which is what keeps every count in exactly one place. A flush takes a few milliseconds. Reports wait for nobody.
package struct PostgresStatisticsStore: TransactionalStatisticsStore {
    private let client: PostgresClient

    package init(client: PostgresClient) {
        self.client = client
    }

    func write<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (any StatisticsTables) throws -> Value
    ) async throws(StatisticsError) -> Value {
        let fence = JobFence.current
        do {
            return try await client.transaction { connection in
                try connection.require(fence)
                try connection.query("SELECT 1 FROM aggregation_watermark WHERE resolution = 'hour' FOR UPDATE")
                return try body(PostgresStatisticsTables(connection: connection))
            }
        } catch {
            throw StatisticsError(error, at: operation)
        }
    }

    func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (any StatisticsTables) throws -> Value
    ) async throws(StatisticsError) -> Value {
        do {
            return try await client.transaction(.snapshot) { try body(PostgresStatisticsTables(connection: $0)) }
        } catch {
            throw StatisticsError(error, at: operation)
        }
    }
}
