import Foundation
import HearthTestKit
import Testing

@Suite("Clients in Python", .serialized, .timeLimit(.minutes(10)))
struct OfficialClientTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    @Test(
        "They get the same through Hearth as from the provider, and the second time without it",
        arguments: [("openai", "openai_client.py"), ("langchain-openai", "langchain_client.py"), ("litellm", "litellm_client.py")])
    func same(package: String, script: String) async throws {
        let python = try await Self.python(with: package)
        let stage = try await Stage(latencyMilliseconds: 0)
        let hearth = try await stage.start()
        let run = try RunningProgram(
            python, [Self.root + "/Tests/Clients/" + script, stage.provider.baseURL, hearth.url + "/v1"], folder: stage.folder.path,
            environment: ["PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "HOME": stage.folder.path])
        let ending = try await run.waitForEnd(within: .seconds(120))
        #expect(ending.status == 0, "\(run.output.suffix(2000))\n\(run.errors.suffix(4000))")
        #expect(run.output.contains("all the same with \(package)"))
    }

    /// A Python that has the client, installed once into a folder of its own below `.build`.
    private static func python(with package: String) async throws -> String {
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
