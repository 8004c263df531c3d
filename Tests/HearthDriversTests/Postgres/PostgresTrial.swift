import HearthDrivers
import Logging

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// What tests of the client of PostgreSQL begin and end with.
enum PostgresTrial {
    static func client(_ url: String, pool: Int = 4, logger: Logger = silentLogger) throws -> PostgresClient {
        var settings = PostgresClient.Settings()
        settings.poolMaximum = pool
        return PostgresClient(address: try PostgresAddress(url: url), settings: settings, logger: logger)
    }

    /// Nil where the work succeeds.
    static func failure(_ work: () async throws -> Void) async -> PostgresError? {
        do {
            try await work()
            return nil
        } catch {
            return error as? PostgresError
        }
    }
}
