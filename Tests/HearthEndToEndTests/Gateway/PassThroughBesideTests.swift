import HearthDrivers
import HearthTestKit
import Testing

@Suite("What is passed through beside what Hearth serves", .serialized, .timeLimit(.minutes(2)))
struct PassThroughBesideTests {
    private static let keys = (query: "a-key-for-questions-only-0123456789", admin: "a-key-for-everything-at-all-0123456789")

    @Test("Another method of a served address, and what is below one, reach the provider where they are named, with the scope they need")
    func beside() async throws {
        let provider = try await ScriptedServer.start { _ in [.answer(#"{"object":"thing"}"#)] }
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: """
                cache: {lookupDeadline: 5s}
                gateway:
                  passThrough: ["GET /v1/chat/completions", "GET /v1/chat/completions/{id}", "DELETE /v1/models/{id} scope=admin"]
                """,
            environment: [
                "OPENAI_BASE_URL": provider.url + "/v1", "HEARTH_API_KEYS": "ask:query=\(Self.keys.query),all=\(Self.keys.admin)",
            ])
        let (query, admin) = (["X-API-Key": Self.keys.query], ["X-API-Key": Self.keys.admin])
        func status(_ method: HTTPClientRequest.Method, _ path: String, _ headers: [String: String]) async throws -> Int {
            try await hearth.client.send(method, path, headers: headers).status
        }
        #expect(try await status(.get, "/v1/chat/completions?limit=1", query) == 200)
        #expect(try await status(.get, "/v1/chat/completions/chatcmpl-1", query) == 200)
        #expect(try await status(.delete, "/v1/models/ft:gpt-4o:acme", admin) == 200)
        let passed = ["GET /v1/chat/completions?limit=1", "GET /v1/chat/completions/chatcmpl-1", "DELETE /v1/models/ft:gpt-4o:acme"]
        #expect(provider.requests.map { $0.head.split(separator: " ").prefix(2).joined(separator: " ") } == passed)

        #expect(try await status(.get, "/v1/chat/completions", [:]) == 401)
        #expect(try await status(.delete, "/v1/models/ft:gpt-4o:acme", query) == 403)
        // What is not named is not passed on, and says what there is instead.
        let other = try await hearth.client.send(.delete, "/v1/chat/completions", headers: admin)
        #expect(other.status == 405 && other.header("Allow") == "POST" && other.json["error"]["code"].text == "method_not_allowed")
        #expect(try await status(.put, "/v1/models/gpt-4o", admin) == 405)
        #expect(try await status(.delete, "/v1/chat/completions/chatcmpl-1", admin) == 404)
        #expect(provider.requests.count == passed.count)
    }
}
