import Foundation
import HearthTestKit
import Testing

/// The scripts of Tests/Page, the browser that they drive, and where their pictures go.
enum PageChecks {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    static let artefacts = root + "/.build/page-artefacts"
    static let environment = ["PATH": "/usr/bin:/bin:/usr/sbin", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"]
    /// `short` or `whole`.
    static let extent = ProcessInfo.processInfo.environment["HEARTH_PAGE_CHECKS"] ?? "short"

    static func script(_ name: String) -> String { root + "/Tests/Page/" + name }

    /// A Python with Playwright and the rules of axe-core, installed once into a folder of its own below `.build`.
    static func python() async throws -> String {
        let browser = "/usr/bin/chromium"
        try #require(FileManager.default.isExecutableFile(atPath: browser), "Install it: apt-get install chromium")
        let folder = root + "/.build/page-checks"
        let python = folder + "/bin/python"
        if FileManager.default.fileExists(atPath: folder + "/installed") { return python }
        for command in [
            ["/usr/bin/env", "python3", "-m", "venv", "--clear", folder],
            [python, "-m", "pip", "install", "--quiet", "axe-playwright-python"],
        ] {
            let run = try RunningProgram(
                command[0], Array(command.dropFirst()), folder: root, environment: ProcessInfo.processInfo.environment)
            let ending = try await run.waitForEnd(within: .seconds(300))
            try #require(
                ending.status == 0,
                "Playwright cannot be installed; this test needs python3 with venv, and PyPI. \(run.errors.suffix(2000))")
        }
        try Data().write(to: URL(filePath: folder + "/installed"))
        return python
    }
}
