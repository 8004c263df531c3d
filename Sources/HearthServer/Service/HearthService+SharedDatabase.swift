import HearthDrivers
import Logging

extension HearthService {
    /// Opens the shared database for one piece of work of a command, and closes it afterwards.
    ///
    /// - Throws: ``StartupError`` where it cannot be reached or fails, and what `body` throws otherwise.
    static func withSharedDatabase<Value: Sendable>(
        at url: String, label: String, _ body: (PostgresClient) async throws -> Value
    ) async throws -> Value {
        let client: PostgresClient
        do throws(StoreProbeError) {
            client = PostgresClient(
                address: try PostgresAddress(url: url), logger: Logger(label: label) { _ in SwiftLogNoOpLogHandler() })
        } catch {
            throw StartupError.serversUnreachable([.init(name: "PostgreSQL", address: error.address, cause: error.cause)])
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(client))
        } catch let error as PostgresError {
            result = .failure(
                StartupError.serversUnreachable([.init(name: "PostgreSQL", address: "\(client.address)", cause: "\(error)")]))
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        return try result.get()
    }
}
