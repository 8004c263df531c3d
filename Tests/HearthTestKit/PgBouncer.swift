import Foundation
import Synchronization

/// PgBouncer in front of a test's PostgreSQL server, on a free loopback port: each transaction gets another server connection.
package final class PgBouncer: Sendable {
    private static let program = "/usr/sbin/pgbouncer"
    private static let administrator = "keeper"

    package let port: Int
    private let folder: TemporaryFolder
    private let server: PostgresServer
    private let running: Mutex<ServerProcess>

    private init(port: Int, folder: TemporaryFolder, server: PostgresServer, process: ServerProcess) {
        self.port = port
        self.folder = folder
        self.server = server
        running = Mutex(process)
    }

    /// The server's address by way of the pooler.
    package var url: String { "postgres://\(PostgresServer.user):\(server.password)@127.0.0.1:\(port)/\(PostgresServer.database)" }

    /// - Parameter connections: to the server, for all clients together.
    package static func start(before server: PostgresServer, connections: Int = 4) async throws -> PgBouncer {
        let folder = try TemporaryFolder(named: "hearth-pgbouncer")
        let port = try await FreePort.find()
        try """
        [databases]
        \(PostgresServer.database) = host=127.0.0.1 port=\(server.port)
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = \(port)
        unix_socket_dir =
        auth_type = scram-sha-256
        auth_file = \(folder.path)/users.txt
        admin_users = \(administrator)
        pool_mode = transaction
        default_pool_size = \(connections)
        max_client_conn = 200
        server_round_robin = 1
        """.write(toFile: folder.path + "/pgbouncer.ini", atomically: true, encoding: .utf8)
        try "\"\(PostgresServer.user)\" \"\(server.password)\"\n\"\(administrator)\" \"\(server.password)\"\n"
            .write(toFile: folder.path + "/users.txt", atomically: true, encoding: .utf8)
        if getuid() == 0 {
            for path in [folder.path, folder.path + "/pgbouncer.ini", folder.path + "/users.txt"] {
                try FileManager.default.setAttributes([.ownerAccountName: "postgres"], ofItemAtPath: path)
            }
        }
        return PgBouncer(port: port, folder: folder, server: server, process: try await launch(folder.path))
    }

    /// It refuses to run as root, as PostgreSQL does.
    private static func launch(_ folder: String) async throws -> ServerProcess {
        let arguments = ["\(folder)/pgbouncer.ini"]
        let process =
            getuid() == 0
            ? try ServerProcess(
                "pgbouncer", program: "/usr/bin/setpriv",
                arguments: ["--reuid=postgres", "--regid=postgres", "--clear-groups", program] + arguments, folder: folder)
            : try ServerProcess("pgbouncer", program: program, arguments: arguments, folder: folder)
        do {
            try await process.waitUntilPrinted("process up")
        } catch {
            await process.stop()
            throw error
        }
        return process
    }

    /// A command of its console: PAUSE, RESUME, RECONNECT, …
    package func command(_ text: String) async throws {
        let psql = try RunningProgram(
            "/usr/bin/psql",
            [
                "--no-psqlrc", "-qAtX", "-d", "postgres://\(Self.administrator):\(server.password)@127.0.0.1:\(port)/pgbouncer", "-c", text,
            ], folder: folder.path)
        let ending = try await psql.waitForEnd()
        guard ending == .init(status: 0) else { throw RunningProgram.Failure("\(text): \(psql.errors)") }
    }

    package var process: ServerProcess { running.withLock { $0 } }

    /// Ends it at once, connections and all, as its end with the machine would.
    package func crash() async { await process.killAtOnce() }

    package func startAgain() async throws {
        let process = try await Self.launch(folder.path)
        running.withLock { $0 = process }
    }

    package func stop() async { await process.stop() }
}
