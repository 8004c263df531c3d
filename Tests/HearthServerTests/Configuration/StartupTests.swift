import Foundation
import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("Start-up: one clear line for a start that cannot succeed")
struct StartupTests {
    private static let moment = Timestamp(milliseconds: 1_795_367_520_000)

    @Test("The first takes the folder, the second is told who has it, and the third gets it after the first")
    func secondInstance() throws {
        let folder = try TemporaryFolder()
        let first = try DataFolderLock.take(folder: folder.path, startedAt: Self.moment)
        let error = #expect(throws: StartupError.self) { _ = try DataFolderLock.take(folder: folder.path, startedAt: Self.moment) }
        let pid = ProcessInfo.processInfo.processIdentifier
        let clock = Self.moment.description.dropFirst(11).prefix(5)
        #expect(error?.description == "\(folder.path) is in use by Hearth pid \(pid) (started \(clock) UTC). Stop it, or use --data-dir")
        #expect(error?.exitStatus == 75)
        first.release()
        let third = try DataFolderLock.take(folder: folder.path, startedAt: Self.moment)
        third.release()
    }

    @Test("A folder that is missing is made, and one that a killed process left is taken over")
    func folders() throws {
        let parent = try TemporaryFolder()
        let path = parent.path + "/a/b"
        try DataFolderLock.take(folder: path, startedAt: Self.moment).release()
        #expect(FileManager.default.fileExists(atPath: path + "/hearth.pid"))
        try parent.write("999999\n2026-01-01T00:00:00.000Z\n", to: "hearth.pid")
        try DataFolderLock.take(folder: parent.path, startedAt: Self.moment).release()
    }

    @Test("A file in the place of the folder is named")
    func notAFolder() throws {
        let folder = try TemporaryFolder(files: ["data": "x"])
        let error = #expect(throws: StartupError.self) {
            _ = try DataFolderLock.take(folder: folder.path + "/data", startedAt: Self.moment)
        }
        #expect(error?.description == "\(folder.path)/data is a file, not a folder. Give a folder: --data-dir DIR")
        #expect(error?.exitStatus == 2)
    }

    @Test("A folder below a file cannot be made")
    func cannotBeMade() throws {
        let folder = try TemporaryFolder(files: ["data": "x"])
        let error = #expect(throws: StartupError.self) {
            _ = try DataFolderLock.take(folder: folder.path + "/data/deep", startedAt: Self.moment)
        }
        #expect(error?.description.contains("does not exist and cannot be made by") == true)
    }

    @Test("The line about a folder names its owner, the user and the command that helps")
    func folderLines() {
        let problem = DataFolderProblem(path: "/srv/x", owner: "root", user: "hearth", cause: .notWritable)
        #expect(
            problem.description
                == "The data folder /srv/x belongs to root and cannot be written by hearth. Allow it: sudo chown hearth /srv/x")
    }

    @Test("Listening sockets are read from the kernel's table, waiting ones only")
    func table() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:10E7 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0000000000000000 100 0 0 10 0
               1: 0100007F:10E8 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 4243 1 0000000000000000 100 0 0 10 0
               2: 00000000000000000000000001000000:10E9 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  0 0 4244 1
               nonsense
            """
        let sockets = ListeningPorts.parse(table)
        #expect(sockets.map(\.port) == [4327, 4329])
        #expect(sockets.map(\.inode) == ["4242", "4244"])
        #expect(sockets.first?.address == [127, 0, 0, 1])
        #expect(sockets.last?.address == [UInt8](repeating: 0, count: 15) + [1])
    }

    @Test(
        "A socket is in the way on its own address and where either takes all",
        arguments: [
            ([127, 0, 0, 1], "127.0.0.1", true), ([10, 0, 0, 1], "127.0.0.1", false), ([0, 0, 0, 0], "127.0.0.1", true),
            ([10, 0, 0, 1], "0.0.0.0", true),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1], "127.0.0.1", true), ([127, 0, 0, 1], "::1", false),
            ([127, 0, 0, 1], "localhost", true),
        ] as [([UInt8], String, Bool)])
    func conflicts(address: [UInt8], host: String, expected: Bool) {
        #expect(ListeningPorts.conflicts(address, host: host) == expected)
    }

    @Test(
        "Every line says what to do, and every status is one of the five",
        arguments: [
            (
                StartupError.portTaken(host: "127.0.0.1", port: 4327, owner: PortOwner(name: "nginx", pid: 4121)),
                "Port 4327 on 127.0.0.1 is in use by nginx (pid 4121). Use another: --port 4328", 75
            ),
            (.portTaken(host: "::1", port: 65535, owner: nil), "Port 65535 on ::1 is in use. Use another: --port 4327", 75),
            (
                .dataFolderInUse(path: "./var", pid: nil, startedAt: nil), "./var is in use by another Hearth. Stop it, or use --data-dir",
                75
            ),
            (
                .serversUnreachable([.init(name: "Redis", address: "127.0.0.1:6379", cause: "connection refused")]),
                "Redis at 127.0.0.1:6379 does not answer: connection refused", 75
            ),
            (
                .listenFailed(host: "1.2.3.4", port: 80, cause: "permission denied"),
                "Listening on 1.2.3.4 port 80 failed: permission denied. Use another address or port: --host, --port", 2
            ),
        ] as [(StartupError, String, Int32)])
    func lines(error: StartupError, line: String, status: Int32) {
        #expect(error.description == line)
        #expect(error.exitStatus == status)
    }

    @Test("The revision is taken from beside the executable, unless it belongs to an older build or is nonsense")
    func revision() throws {
        let folder = try TemporaryFolder(files: ["hearth": ""])
        try folder.write("abc123+changes\n", to: "hearth.revision")
        let program = folder.path + "/hearth"
        #expect(BuildIdentity.current(executable: program).revision == "abc123+changes")
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: 60)], ofItemAtPath: program)
        #expect(BuildIdentity.current(executable: program).revision == "unknown")
        let other = try TemporaryFolder(files: ["hearth": ""])
        try other.write("two words", to: "hearth.revision")
        #expect(BuildIdentity.current(executable: other.path + "/hearth").revision == "unknown")
    }
}
