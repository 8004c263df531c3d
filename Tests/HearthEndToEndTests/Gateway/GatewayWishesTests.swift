import HearthTestKit
import Testing

@Suite("Wishes in LiteLLM's form", .serialized, .timeLimit(.minutes(2)))
struct GatewayWishesTests {
    private static func isHit(_ reply: WebClient.Reply) -> Bool { reply.header("Cache-Status")?.hasPrefix("hearth; hit") == true }

    @Test("What is kept under a name is found under it only; to want the cache used changes nothing")
    func namespaces() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start()
        for wishes in [#"{"namespace": "blue"}"#, #"{"namespace": "green"}"#, "{}"] {
            let more = #", "cache": \#(wishes)"#
            let embedding = #"{"model": "text-embedding-3-small", "input": "gloves"\#(more)}"#
            for isAgain in [false, true] {
                #expect(try await Self.isHit(hearth.chat("Do you sell gloves?", more: more)) == isAgain, "\(wishes)")
                #expect(try await Self.isHit(hearth.client.post("/v1/embeddings", embedding)) == isAgain, "\(wishes)")
            }
        }
        #expect(try await Self.isHit(hearth.chat("do you sell GLOVES", more: #", "cache": {"use-cache": true}"#)))
        #expect(try await stage.provider.calls == 3)
    }
}
