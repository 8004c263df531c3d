import Foundation
import HearthTestKit
import Testing

@Suite("The official Python client", .serialized, .timeLimit(.minutes(5)))
struct OfficialClientTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    @Test("It gets the same through Hearth as from the provider, and the second time without it")
    func same() async throws {
        let python = try await Self.client()
        let stage = try await Stage(latencyMilliseconds: 0)
        let hearth = try await stage.start()
        let run = try RunningProgram(
            python, [Self.root + "/Tests/Clients/openai_client.py", stage.provider.baseURL, hearth.url + "/v1"], folder: stage.folder.path,
            environment: ["PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"])
        let ending = try await run.waitForEnd(within: .seconds(120))
        #expect(ending.status == 0, "\(run.output.suffix(2000))\n\(run.errors.suffix(4000))")
        #expect(run.output.contains("all the same with openai"))
    }

    /// A Python that has the client, installed once into a folder of its own below `.build`.
    private static func client() async throws -> String {
        let folder = root + "/.build/openai-client"
        let python = folder + "/bin/python"
        if FileManager.default.fileExists(atPath: folder + "/installed") { return python }
        let environment = ProcessInfo.processInfo.environment
        for command in [
            ["/usr/bin/env", "python3", "-m", "venv", "--clear", folder], [python, "-m", "pip", "install", "--quiet", "openai"],
        ] {
            let run = try RunningProgram(command[0], Array(command.dropFirst()), folder: root, environment: environment)
            let ending = try await run.waitForEnd(within: .seconds(240))
            try #require(
                ending.status == 0,
                "The official client cannot be installed; this test needs python3 with venv, and PyPI. \(run.errors.suffix(2000))")
        }
        try Data().write(to: URL(filePath: folder + "/installed"))
        return python
    }
}
