import Foundation
import HearthTestKit
import Testing

@Suite("The OpenAPI document, by schemathesis", .serialized, .timeLimit(.minutes(20)))
struct SchemaTests {
    /// `HEARTH_TEST_LONG=1` takes minutes, and other requests each time.
    private static let isLong = ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] != nil

    private static let key = "schemathesis-key-0123456789"

    @Test(
        "No request has an answer that the document does not have, nor a fault of Hearth; with a credential and without",
        arguments: [(true, ["examples", "coverage", "fuzzing", "stateful"], 14, 400), (false, ["examples", "fuzzing"], 5, 100)])
    func conforms(hasKey: Bool, phases: [String], seconds: Int, longSeconds: Int) async throws {
        let python = try await ScratchPython.path(with: "schemathesis")
        let stage = try await Stage(latencyMilliseconds: 0)
        // What nobody knows is presented thousands of times.
        let hearth = try await stage.start(
            settings: Stage.quietSettings + "\ncredentials: {failuresPerMinute: 10000}\n",
            environment: ["HEARTH_API_KEYS": "all=\(Self.key)"]
        )
        var words: [String] = ["-m", "schemathesis.cli", "--config-file", ScratchPython.clients + "schemathesis.toml"]
        words += ["run", hearth.url + "/openapi.yaml", "--checks", "all", "--phases", phases.joined(separator: ",")]
        // With two threads Python 3.11 loses count of how deep it is (python/cpython issue 106905).
        words += ["--max-time", "\(Self.isLong ? longSeconds : seconds)", "--continue-on-failure", "--no-shrink", "--workers", "1"]
        words += ["--no-color", "--warnings", "off"]
        if hasKey { words += ["--header", "X-API-Key: \(Self.key)"] }
        if !Self.isLong { words += ["--seed", "1"] }
        let run = try RunningProgram(
            python, words, folder: stage.folder.path, environment: ["PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "HOME": stage.folder.path])
        let ending = try await run.waitForEnd(within: .seconds(Self.isLong ? 900 : 180))
        #expect(ending.status == 0, "\(run.output.suffix(12_000))\n\(run.errors.suffix(2000))")
        #expect(run.output.contains("generated"), "nothing was asked")
        #expect(try await hearth.client.get("/healthz").status == 200)
    }
}
