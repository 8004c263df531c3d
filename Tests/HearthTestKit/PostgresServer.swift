import Foundation

/// A PostgreSQL server of its own for a test, on a free loopback port with its data in a temporary folder.
///
/// PostgreSQL refuses to run as root; then it runs as the system's user `postgres`.
package final class PostgresServer: Sendable {
    package static let user = "hearth"
    package static let database = "postgres"

    package let port: Int
    package let password: String
    package let process: ServerProcess
    private let folder: TemporaryFolder

    private init(port: Int, password: String, process: ServerProcess, folder: TemporaryFolder) {
        self.port = port
        self.password = password
        self.process = process
        self.folder = folder
    }

    package var url: String { url(password: password) }

    package func url(password: String, database: String = PostgresServer.database) -> String {
        "postgres://\(Self.user):\(password)@127.0.0.1:\(port)/\(database)"
    }

    package static func start(password: String = "kept-warm") async throws -> PostgresServer {
        let folder = try TemporaryFolder(named: "hearth-postgres")
        let binaries = try binaryFolder()
        let data = folder.path + "/data"
        let passwordFile = folder.path + "/password"
        try Data(password.utf8).write(to: URL(filePath: passwordFile))
        try giveToPostgres([folder.path, passwordFile])

        let setUp = try launch(
            "initdb", program: binaries + "/initdb", folder: folder.path,
            arguments: [
                "--pgdata", data, "--username", user, "--auth", "scram-sha-256", "--pwfile", passwordFile, "--no-sync", "--locale", "C",
                "--encoding", "UTF8",
            ])
        guard await setUp.waitForEnd() == 0 else { throw ServerProcess.Failure(description: "initdb failed:\n\(setUp.printed)") }

        let port = try await FreePort.find()
        let process = try launch(
            "postgres", program: binaries + "/postgres", folder: folder.path,
            arguments: [
                "-D", data, "-p", "\(port)", "-k", folder.path, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c",
                "shared_buffers=16MB",
            ])
        do {
            try await process.waitUntilPrinted("database system is ready to accept connections")
        } catch {
            await process.stop()
            throw error
        }
        return PostgresServer(port: port, password: password, process: process, folder: folder)
    }

    /// Ends the server; open connections are cut.
    package func stop() async {
        await process.stop()
    }

    private static func binaryFolder() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        guard let newest = versions.compactMap({ Int($0) }).max() else {
            throw ServerProcess.Failure(description: "PostgreSQL is not installed below \(root). Install it: apt-get install postgresql")
        }
        return "\(root)/\(newest)/bin"
    }

    private static func launch(_ name: String, program: String, folder: String, arguments: [String]) throws -> ServerProcess {
        guard getuid() == 0 else { return try ServerProcess(name, program: program, arguments: arguments, folder: folder) }
        // setpriv replaces itself by the program, so the process id is the server's own.
        let identity = ["--reuid=postgres", "--regid=postgres", "--clear-groups", program]
        return try ServerProcess(name, program: "/usr/bin/setpriv", arguments: identity + arguments, folder: folder)
    }

    private static func giveToPostgres(_ paths: [String]) throws {
        guard getuid() == 0 else { return }
        for path in paths { try FileManager.default.setAttributes([.ownerAccountName: "postgres"], ofItemAtPath: path) }
    }
}
