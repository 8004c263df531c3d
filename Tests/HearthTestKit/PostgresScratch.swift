import Foundation
import HearthDrivers
import Logging
import Synchronization

/// The PostgreSQL server that all tests of a process share, with an empty schema for each that asks.
///
/// Tests that stop, freeze or fill a server start one of their own.
package enum PostgresScratch {
    private static let server = Task { try await PostgresServer.start() }

    private static let client = Task { () throws -> PostgresClient in
        PostgresClient(
            address: try PostgresAddress(url: try await server.value.url),
            logger: Logger(label: "scratch") { _ in SwiftLogNoOpLogHandler() })
    }

    private static let lastSchema = Atomic<Int>(0)

    package static func sharedServer() async throws -> PostgresServer { try await server.value }

    /// The address of an empty schema: every connection made with it finds and makes its tables there.
    ///
    /// - Parameter port: of a proxy in front of the server; nil for the server's own.
    package static func url(port: Int? = nil) async throws -> String {
        let server = try await server.value
        let name = "scratch_\(lastSchema.add(1, ordering: .relaxed).newValue)"
        try await client.value.transaction(deadline: .seconds(30)) { _ = try $0.query("CREATE SCHEMA \(name)") }
        return server.url(schema: name, port: port)
    }
}

extension PostgresServer {
    /// An address whose connections work in a schema.
    package func url(schema: String, port: Int? = nil) -> String {
        "postgres://\(Self.user):\(password)@127.0.0.1:\(port ?? self.port)/\(Self.database)?options=-csearch_path%3D\(schema)"
    }

    /// Runs SQL with `psql` and returns what it prints: values only, one row a line.
    @discardableResult
    package func execute(_ sql: String) async throws -> String {
        let folder = try TemporaryFolder(named: "hearth-psql")
        let psql = try RunningProgram(
            "/usr/bin/psql", ["--no-psqlrc", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql], folder: folder.path)
        let ending = try await psql.waitForEnd()
        guard ending == .init(status: 0) else { throw RunningProgram.Failure("\(sql): \(psql.errors)") }
        return psql.output.trimmingCharacters(in: .newlines)
    }
}
