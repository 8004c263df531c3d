import Foundation
import Synchronization

/// A PostgreSQL server of its own for a test, on a free loopback port with its data in a temporary folder.
///
/// PostgreSQL refuses to run as root; then it runs as the system's user `postgres`.
package final class PostgresServer: Sendable {
    package static let user = "hearth"
    package static let database = "postgres"

    package let port: Int
    package let password: String
    private let running: Mutex<ServerProcess>
    private let folder: TemporaryFolder
    private let binaries: String

    private init(port: Int, password: String, process: ServerProcess, folder: TemporaryFolder, binaries: String) {
        self.port = port
        self.password = password
        running = Mutex(process)
        self.folder = folder
        self.binaries = binaries
    }

    package var process: ServerProcess { running.withLock { $0 } }

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
        let process = try await run(binaries, folder: folder.path, port: port)
        try endWithThisProcess(folder.path)
        return PostgresServer(port: port, password: password, process: process, folder: folder, binaries: binaries)
    }

    /// A server is a child without a parent's care once the tests are over, however they end; a shell looks after it.
    private static func endWithThisProcess(_ folder: String) throws {
        let watcher = Process()
        watcher.executableURL = URL(filePath: "/bin/sh")
        let script = #"""
            while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 1; done
            [ -r "$2/data/postmaster.pid" ] && kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")" && sleep 1
            rm -rf -- "$2"
            """#
        watcher.arguments = ["-c", script, "watcher", "\(ProcessInfo.processInfo.processIdentifier)", folder]
        watcher.standardInput = FileHandle.nullDevice
        watcher.standardOutput = FileHandle.nullDevice
        watcher.standardError = FileHandle.nullDevice
        try watcher.run()
    }

    private static func run(_ binaries: String, folder: String, port: Int) async throws -> ServerProcess {
        let process = try launch(
            "postgres", program: binaries + "/postgres", folder: folder,
            arguments: [
                "-D", folder + "/data", "-p", "\(port)", "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c",
                "shared_buffers=16MB", "-c", "max_connections=200",
            ])
        do {
            try await process.waitUntilPrinted("database system is ready to accept connections")
        } catch {
            await process.stop()
            throw error
        }
        return process
    }

    /// Kills the server as a power cut does; its files stay.
    package func crash() async {
        for pid in processes { kill(pid, SIGKILL) }
        _ = await process.waitForEnd()
    }

    /// Starts the server again, on the same port and files.
    package func startAgain() async throws {
        let process = try await Self.run(binaries, folder: folder.path, port: port)
        running.withLock { $0 = process }
    }

    /// Stops all of its processes where they are; sockets stay open and silent.
    package func freeze() { for pid in processes { kill(pid, SIGSTOP) } }
    package func thaw() { for pid in processes { kill(pid, SIGCONT) } }

    /// The server and the processes that it has made, the server first.
    private var processes: [Int32] {
        let pid = process.processIdentifier
        let children = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        return [pid] + children.split(separator: " ").compactMap { Int32($0) }
    }

    /// Serves with another certificate from now on; connections that are open stay as they are.
    package func use(_ certificate: TestCertificate) async throws {
        for (source, name) in [(certificate.key, "server.key"), (certificate.certificate, "server.crt")] {
            let target = folder.path + "/data/" + name
            try Data(contentsOf: URL(filePath: source)).write(to: URL(filePath: target), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: target)
            try Self.giveToPostgres([target])
        }
        try await execute("ALTER SYSTEM SET ssl = on")
        try await execute("SELECT pg_reload_conf()")
    }

    /// Asks for passwords in another way from now on, such as `md5`; connections that are open stay as they are.
    package func authenticate(by method: String) async throws {
        let path = folder.path + "/data/pg_hba.conf"
        try Data("host all all 127.0.0.1/32 \(method)\n".utf8).write(to: URL(filePath: path))
        try await execute("SELECT pg_reload_conf()")
    }

    /// Makes a tablespace in a folder that the server may write to, and puts new tables into it.
    package func keepTables(in folder: String) async throws {
        try Self.giveToPostgres([folder])
        try await execute("CREATE TABLESPACE elsewhere LOCATION '\(folder)'")
        try await execute("ALTER DATABASE \(Self.database) SET default_tablespace = elsewhere")
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
