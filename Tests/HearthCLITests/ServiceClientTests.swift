import HearthDrivers
import Synchronization
import Testing

@testable import HearthCLI

/// Answers every request with one prepared result and keeps what was sent.
private final class ScriptedSender: HTTPSending {
    private let result: Result<HTTPClientResponse, HTTPClientError>
    private let requests = Mutex<[HTTPClientRequest]>([])

    init(_ result: Result<HTTPClientResponse, HTTPClientError>) {
        self.result = result
    }

    convenience init(status: Int, _ body: String) {
        self.init(.success(HTTPClientResponse(status: status, body: Array(body.utf8))))
    }

    var sent: [HTTPClientRequest] { requests.withLock { $0 } }

    func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        requests.withLock { $0.append(request) }
        return try result.get()
    }
}

@Suite("Talking to the running service")
struct ServiceClientTests {
    private static func client(_ sender: ScriptedSender, key: Secret? = nil) -> ServiceClient {
        ServiceClient(baseURL: "http://127.0.0.1:4327", timeout: .seconds(10), key: key, sender: sender)
    }

    @Test("A request carries its parameters encoded, its limit and the key")
    func request() async throws {
        let sender = ScriptedSender(status: 200, "{}")
        _ = try await Self.client(sender, key: Secret("canary")).get("/api/v1/x", query: [("from", "a b&c/é"), ("none", nil)])
        let request = try #require(sender.sent.first)
        #expect(request.url == "http://127.0.0.1:4327/api/v1/x?from=a%20b%26c%2F%C3%A9")
        #expect(request.totalTimeout == .seconds(10))
        #expect(request.headers.contains { $0.name == "Authorization" && $0.value == "Bearer canary" })
    }

    @Test("A body is JSON and says so")
    func body() async throws {
        let sender = ScriptedSender(status: 200, #"{"a":1}"#)
        let answer = try await Self.client(sender).post("/api/v1/x", body: .object([.init("query", .string("שלום"))]))
        #expect(answer.body["a"]?.integer == 1)
        #expect(String(decoding: try #require(sender.sent.first).body, as: UTF8.self) == #"{"query":"שלום"}"#)
        #expect(sender.sent.first?.headers.contains { $0.name == "Content-Type" && $0.value == "application/json" } == true)
    }

    @Test(
        "What goes wrong below HTTP has its line and its status",
        arguments: [
            (HTTPClientError.Kind.connect, 1, "Hearth does not answer at http://127.0.0.1:4327. Start it with"),
            (.resolve, 1, "Hearth does not answer at"), (.totalTimeout, 75, "http://127.0.0.1:4327 gave no answer within 10s"),
            (.connectTimeout, 75, "http://127.0.0.1:4327 gave no answer"), (.cancelled, 130, "interrupted"),
            (.tls, 1, "No trusted TLS connection"),
        ] as [(HTTPClientError.Kind, Int32, String)])
    func transport(kind: HTTPClientError.Kind, status: Int32, text: String) async {
        let client = Self.client(ScriptedSender(.failure(HTTPClientError(kind: kind, host: "127.0.0.1"))))
        let failure = await #expect(throws: CommandFailure.self) { _ = try await client.get("/x") }
        #expect(failure?.status == status)
        #expect(failure?.message.hasPrefix(text) == true)
        #expect(failure?.message.contains("\n") == false)
    }

    @Test(
        "What the service refuses is said in its own words, with the request's id",
        arguments: [(400, 2), (401, 1), (404, 1), (409, 1), (413, 2), (429, 75), (500, 1), (502, 1), (503, 75), (504, 75)] as [(Int, Int32)]
    )
    func refusals(status: Int, exit: Int32) async {
        let body =
            #"{"error":"x","message":"It failed, do this.","requestId":"r1","details":[{"field":"language","problem":"is unknown"}]}"#
        let client = Self.client(ScriptedSender(status: status, body))
        let failure = await #expect(throws: CommandFailure.self) { _ = try await client.get("/x") }
        #expect(failure?.status == exit)
        #expect(failure?.message.hasPrefix("It failed, do this.") == true)
        #expect(failure?.message.hasSuffix("(request r1)") == true)
        #expect(failure?.message.contains("language: is unknown") == (status == 400))
    }

    @Test("Somebody else's web page is not mistaken for Hearth")
    func notJSON() async {
        let client = Self.client(ScriptedSender(status: 200, "<html>"))
        let failure = await #expect(throws: CommandFailure.self) { _ = try await client.get("/x") }
        #expect(failure?.message == "http://127.0.0.1:4327 gave an answer that is not JSON; check that the address is Hearth's")
    }

    @Test("Questions are cut into requests that the service accepts")
    func warmingPlan() throws {
        let queries = (0..<45).map { #"{"query":"q\#($0)","language":"\#($0.isMultiple(of: 2) ? "en" : "ru")"}"# }.joined(separator: ",")
        let plan = try WarmingPlan(text: "{\"queries\":[\(queries)]}", name: "f.json")
        #expect(plan.batches.map(\.count) == [20, 20, 5])
        #expect(plan.summary == "45 questions (22 ru, 23 en)")
        let long = #"{"query":"\#(String(repeating: "x", count: 60_000))","language":"en"}"#
        #expect(try WarmingPlan(text: "{\"queries\":[\(long),\(long),\(long)]}", name: "f.json").batches.map(\.count) == [2, 1])
    }

    @Test(
        "Faulty files are refused with the places of their faults",
        arguments: ["", "[]", "{}", #"{"queries":[{"query":""},{"language":"en"}]}"#])
    func faultyPlans(text: String) {
        let failure = #expect(throws: CommandFailure.self) { _ = try WarmingPlan(text: text, name: "f.json") }
        #expect(failure?.status == 2)
        #expect(failure?.message.hasPrefix("f.json") == true)
    }

    @Test(
        "The bar grows from empty to full",
        arguments: [(0, "░░░░░░░░░░░░░░░░  0/212"), (106, "████████░░░░░░░░  106/212"), (212, "████████████████  212/212")])
    func bar(done: Int, text: String) {
        #expect(WarmingProgress.bar(done, of: 212) == text)
    }
}
