import Foundation
import HearthTestKit
import Testing

@Suite("Clients in Python", .serialized, .timeLimit(.minutes(10)))
struct OfficialClientTests {
    @Test(
        "They get the same through Hearth as from the provider, and the second time without it",
        arguments: [("openai", "openai_client.py"), ("langchain-openai", "langchain_client.py"), ("litellm", "litellm_client.py")])
    func same(package: String, script: String) async throws {
        let python = try await ScratchPython.path(with: package)
        let stage = try await Stage(latencyMilliseconds: 0)
        let hearth = try await stage.start()
        let run = try RunningProgram(
            python, [ScratchPython.clients + script, stage.provider.baseURL, hearth.url + "/v1"], folder: stage.folder.path,
            environment: ["PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "HOME": stage.folder.path])
        let ending = try await run.waitForEnd(within: .seconds(120))
        #expect(ending.status == 0, "\(run.output.suffix(2000))\n\(run.errors.suffix(4000))")
        #expect(run.output.contains("all the same with \(package)"))
    }
}
