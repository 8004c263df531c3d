import HearthTestKit
import Testing

@Suite("Parameters behind the question mark", .serialized, .timeLimit(.minutes(10)))
struct ParameterTests {
    /// What these do is not asked for by accident: a `dryRun` written wrongly must not remove anything.
    private static let scopes: [ServedOperation.Access] = [.scope("admin"), .scope("stats")]

    @Test("One that a route of the administration does not know is refused and named, by every such route, before anything is done")
    func unknown() async throws {
        let hearth = try await Stage().start()
        let key = try #require(try await hearth.ask("Do you sell gift cards?").json["cacheKey"].text)
        let operations = try await ServedOperation.all(hearth).filter { $0.path.hasPrefix("/api/v1/") && Self.scopes.contains($0.access) }
        #expect(operations.count > 25)
        for operation in operations {
            let reply = try await operation.send(hearth, query: "?surprise=true")
            #expect(reply.status == 400, "\(operation): \(reply.status) \(reply.text)")
            #expect(operation.statuses.contains("400"), "the document does not have it: \(operation)")
            #expect(reply.json["details"].items.contains { $0["field"].text == "surprise" }, "\(operation): \(reply.text)")
        }
        #expect(try await hearth.client.get("/api/v1/cache/entries/\(key)").status == 200)
    }
}
