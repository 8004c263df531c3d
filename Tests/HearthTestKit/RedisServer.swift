package import Foundation

/// A Redis server of its own for a test, on a free loopback port with its files in a temporary folder.
package final class RedisServer: Sendable {
    package let port: Int
    package let password: String?
    package let process: ServerProcess
    /// Where `SAVE` writes `dump.rdb`, and where it is read at the start.
    package let folder: TemporaryFolder
    private let options: [String]

    private static let ready = "Ready to accept connections"

    /// - Parameter text: what it prints when it has come as far as is wanted.
    private init(
        port: Int, password: String?, options: [String], folder: TemporaryFolder, until text: String = RedisServer.ready
    ) async throws {
        self.port = port
        self.password = password
        self.options = options
        self.folder = folder
        process = try ServerProcess("redis-server", program: "/usr/bin/redis-server", arguments: options, folder: folder.path)
        do {
            try await process.waitUntilPrinted(text)
        } catch {
            await process.stop()
            throw error
        }
    }

    /// `redis://…` with the password, if there is one.
    package var url: String { "redis://\(password.map { ":\($0)@" } ?? "")127.0.0.1:\(port)/0" }

    /// - Parameters:
    ///   - arguments: further options of `redis-server`.
    ///   - port: a free one is taken when nil.
    ///   - dump: a copy of a server's `dump.rdb` to start with.
    ///   - busPort: whether a cluster's second port is wanted too, free and in the range of ports.
    package static func start(
        password: String? = nil, arguments: [String] = [], port wanted: Int? = nil, dump: Data? = nil, busPort: Bool = false
    ) async throws -> RedisServer {
        let folder = try TemporaryFolder(named: "hearth-redis")
        var port = try await FreePort.find()
        if let wanted { port = wanted }
        try dump?.write(to: URL(filePath: folder.path + "/dump.rdb"))
        var arguments = arguments
        if busPort { arguments += ["--cluster-port", "\(try await FreePort.find())"] }
        var options = [
            "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--enable-debug-command", "local", "--dir",
            folder.path,
        ]
        if let password { options += ["--requirepass", password] }
        return try await RedisServer(port: port, password: password, options: options + arguments, folder: folder)
    }

    /// Starts one that has ended again, on the same ports and files.
    package func startAgain() async throws -> RedisServer {
        try await RedisServer(port: port, password: password, options: options, folder: folder)
    }

    /// Starts one that has ended again as a server with so much data that reading it takes long: until it is told to be quick, it answers
    /// everything with LOADING.
    ///
    /// - Parameter keyDelay: how long each key of its file takes.
    package func startLoading(keyDelay: Duration) async throws -> RedisServer {
        let slowness = ["--key-load-delay", "\(Int(keyDelay / .microseconds(1)))", "--loading-process-events-interval-bytes", "1024"]
        return try await RedisServer(
            port: port, password: password, options: options + slowness, folder: folder, until: "Loading RDB produced by")
    }

    /// Has the rest of the file read at once.
    package func finishLoading() async throws {
        try await command(["CONFIG", "SET", "key-load-delay", "0"])
        try await process.waitUntilPrinted(Self.ready)
    }

    /// What `redis-cli` prints for a command.
    @discardableResult
    package func command(_ words: [String]) async throws -> String {
        let program = try RunningProgram("/usr/bin/redis-cli", ["-p", "\(port)"] + words, folder: "/")
        try await program.waitForEnd()
        return program.output
    }

    package func stop() async {
        await process.stop()
    }
}
