import HearthDrivers
import HearthTestKit

/// A service that has said that it is ready.
final class RunningHearth: Sendable {
    let program: RunningProgram
    /// Its ready line.
    let ready: JSONNode
    let url: String
    let port: Int
    let client: WebClient
    /// Keeps the data folder and the provider while the service runs.
    private let stage: Stage

    /// - Parameters:
    ///   - authority: a file with the certificate that the service shows.
    ///   - key: an API key of it, with which it is asked.
    init(_ program: RunningProgram, on stage: Stage, trusting authority: String? = nil, key: String? = nil) async throws {
        self.program = program
        self.stage = stage
        ready = try await program.firstLine("the service is ready") { line in
            JSONNode(line).flatMap { $0["event"].text == "ready" ? $0 : nil }
        }
        url = ready["url"].text ?? ""
        port = url.split(separator: ":").last.flatMap { Int($0) } ?? 0
        client = try WebClient(baseURL: url, trusting: authority, key: key)
    }

    /// The list of questions to warm with.
    var commonQueriesPath: String { stage.folder.path + "/common-queries.json" }

    /// Ends it as a power cut would.
    func killAtOnce() async throws {
        program.send(signal: 9)
        try await program.waitForEnd()
    }

    /// Ends it as a service manager would. What it said last is in the test's output where it ends otherwise than it should.
    func terminate() async throws -> RunningProgram.Ending {
        program.send(signal: 15)
        let ending = try await program.waitForEnd()
        if ending != .init(status: 0) { print("\(ending):\n\(program.output.suffix(1000))\n\(program.errors.suffix(4000))") }
        return ending
    }

    /// `POST /api/v1/cache/query`.
    func ask(_ question: String, language: String? = nil, headers: [String: String] = [:]) async throws -> WebClient.Reply {
        try await client.post("/api/v1/cache/query", Self.body(question, language: language), headers: headers)
    }

    static func body(_ question: String, language: String? = nil) -> String {
        let language = language.map { #", "language": "\#($0)""# } ?? ""
        return #"{"query": \#(JSONNode.quoted(question))\#(language)}"#
    }

    func metrics(headers: [String: String] = [:]) async throws -> MetricSamples {
        MetricSamples(try await client.get("/metrics", headers: headers).text)
    }

    /// `GET /api/v1/cache/statistics` of today.
    func statistics() async throws -> JSONNode { try await client.get("/api/v1/cache/statistics").json }
}

/// The lengths of a request's parts, written by hand for tests on the level of bytes.
enum RawRequest {
    static func query(_ question: String, headers: String = "") -> String {
        post(RunningHearth.body(question), headers: headers)
    }

    static func post(_ body: String, headers: String = "") -> String {
        "POST /api/v1/cache/query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
            + "\(headers)\r\n\(body)"
    }
}
