import Foundation
import HearthTestKit
import Testing

/// The checks of Tests/Page in a real browser: short for every change, whole by `make test-page`.
@Suite("The page in a browser", .serialized, .timeLimit(.minutes(30)))
struct PageCheckTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    private static let browser = "/usr/bin/chromium"

    @Test("Accessible, the same without its script, by keyboard, on a small screen, in five languages and on paper")
    func checks() async throws {
        try #require(FileManager.default.isExecutableFile(atPath: Self.browser), "Install it: apt-get install chromium")
        let extent = ProcessInfo.processInfo.environment["HEARTH_PAGE_CHECKS"] ?? "short"
        let python = try await Self.python()
        let stage = try await Stage(latencyMilliseconds: 0)
        let hearth = try await stage.start(settings: Stage.quietSettings)
        let environment = ["PATH": "/usr/bin:/bin:/usr/sbin", "PYTHONUTF8": "1", "HOME": stage.folder.path]
        let seed = try RunningProgram(
            python, [Self.root + "/Tests/Page/seed.py", hearth.url], folder: stage.folder.path, environment: environment)
        let seeded = try await seed.waitForEnd(within: .seconds(120))
        try #require(seeded.status == 0, "\(seed.errors.suffix(2000))")
        // Pictures are kept, to be looked at.
        let run = try RunningProgram(
            python, [Self.root + "/Tests/Page/page_checks.py", hearth.url, extent, Self.root + "/.build/page-artefacts"],
            folder: stage.folder.path, environment: environment)
        let ending = try await run.waitForEnd(within: .seconds(1500))
        #expect(ending.status == 0, "\(run.output.suffix(8000))\n\(run.errors.suffix(2000))")
    }

    /// A Python with Playwright and the rules of axe-core, installed once into a folder of its own below `.build`.
    private static func python() async throws -> String {
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
