import Foundation
import HearthTestKit
import Testing

extension SharedEngineTests {
    @Suite("An inbox that replicas share", .serialized, .timeLimit(.minutes(4)))
    struct SharedInboxTests {
        @Test("A message that is delivered to every replica is answered, in order for its sender, and what a killed one had is taken over")
        func once() async throws {
            let replicas = try await Replicas(2)
            let graph = try await GraphServer.start()
            // Short limits make short leases.
            let environment = WhatsAppDelivery.environment(graph).merging([
                "HEARTH_UPSTREAM_TIMEOUT": "2s", "HEARTH_UPSTREAM_CONNECT_TIMEOUT": "1s",
            ]) { $1 }
            var running = try await replicas.startAll(environment: environment)
            for number in 0..<10 {
                for hearth in running {
                    let reply = try await WhatsAppDelivery.deliver(
                        hearth, [WhatsAppDelivery.message("wamid.\(number)", "Is there a room for \(number + 2) people?")])
                    #expect(reply.status == 200, "\(reply.text)")
                }
                if number == 5 {
                    try await running[0].killAtOnce()
                    running = [running[1]]
                }
            }
            try await Deadline.until("everything is answered", within: .seconds(100)) {
                try await running[0].client.get("/api/v1/inbox").json["open"].integer == 0
            }
            var seen: Set<String> = []
            #expect(graph.replies.map(\.id).filter { seen.insert($0).inserted } == (0..<10).map { "wamid.\($0)" })
            let texts = Dictionary(grouping: graph.replies, by: \.id).mapValues { Set($0.map(\.text)) }
            #expect(texts.values.allSatisfy { $0.count == 1 })
        }
    }
}
