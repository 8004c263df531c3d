import HearthTestKit

/// `hearth simulate-provider` as a process of its own, which a test makes slow, wrong or dead.
final class SimulatedProvider: Sendable {
    /// To configure as `OPENAI_BASE_URL`.
    let baseURL: String
    let program: RunningProgram
    private let client: WebClient

    private init(program: RunningProgram, baseURL: String) throws {
        self.program = program
        self.baseURL = baseURL
        client = try WebClient(baseURL: String(baseURL.dropLast("/v1".count)))
    }

    static func start(latencyMilliseconds: Int, folder: String) async throws -> SimulatedProvider {
        let program = try RunningProgram(
            try HearthBinary.path(), ["simulate-provider", "--port", "0", "--latency", "\(latencyMilliseconds)ms"], folder: folder,
            environment: ["PATH": "/usr/bin:/bin"])
        let url = try await program.firstLine("the simulator is ready") { JSONNode($0)?["url"].text }
        return try SimulatedProvider(program: program, baseURL: url)
    }

    /// Chat completions that it was asked for so far.
    var calls: Int {
        get async throws { try await counts()["chatCompletions"].integer ?? -1 }
    }

    var embeddingCalls: Int {
        get async throws { try await counts()["embeddings"].integer ?? -1 }
    }

    var callsInFlight: Int {
        get async throws { try await counts()["inFlight"].integer ?? -1 }
    }

    private func counts() async throws -> JSONNode { try await client.get("/simulator/requests").json }

    /// Changes its behaviour; `fields` is the inside of a JSON object, such as `"mode": "html"`.
    func behave(_ fields: String) async throws {
        let reply = try await client.post("/simulator/behavior", "{\(fields)}")
        guard reply.status == 200 else { throw RunningProgram.Failure("The simulator refused \(fields): \(reply.text)") }
    }

    /// From now on its port refuses connections.
    func die() async throws {
        program.send(signal: 9)
        try await program.waitForEnd()
    }
}
