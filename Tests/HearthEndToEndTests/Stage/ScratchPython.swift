import Foundation
import HearthTestKit
import Testing

/// Python with packages of PyPI, in folders of their own below `.build`.
enum ScratchPython {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Where the scripts are.
    static let clients = root + "/Tests/Clients/"

    /// A Python that has the package, installed once.
    static func path(with package: String) async throws -> String {
        let folder = root + "/.build/\(package)-client"
        let python = folder + "/bin/python"
        if FileManager.default.fileExists(atPath: folder + "/installed") { return python }
        let environment = ProcessInfo.processInfo.environment
        for command in [
            ["/usr/bin/env", "python3", "-m", "venv", "--clear", folder], [python, "-m", "pip", "install", "--quiet", package],
        ] {
            let run = try RunningProgram(command[0], Array(command.dropFirst()), folder: root, environment: environment)
            let ending = try await run.waitForEnd(within: .seconds(300))
            try #require(
                ending.status == 0,
                "The client \(package) cannot be installed; this test needs python3 with venv, and PyPI. \(run.errors.suffix(2000))")
        }
        try Data().write(to: URL(filePath: folder + "/installed"))
        return python
    }
}
