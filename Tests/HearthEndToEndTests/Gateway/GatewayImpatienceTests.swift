import HearthTestKit
import Testing

@Suite("Providers that take too long", .serialized, .timeLimit(.minutes(3)))
struct GatewayImpatienceTests {
    @Test(
        "The next provider is asked after the time that the first has, streamed or not, also where it has sent its header",
        arguments: 0..<3)
    func ownTimeout(form: Int) async throws {
        let slow = try await ScriptedServer.start { _ in
            let header = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
            return form == 2 ? [.text(header), .wait(.seconds(20))] : [.wait(.seconds(20))]
        }
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: """
                cache: {lookupDeadline: 5s}
                gateway:
                  providers: ["slow=\(slow.url)/v1 timeout=500ms"]
                  routes: ["*=slow, main"]
                """)
        let streamed = form > 0
        let clock = ContinuousClock()
        let began = clock.now
        let reply = try await hearth.chat("Do you sell gift cards?", streamed: streamed)
        #expect(reply.status == 200 && (!streamed || reply.isWholeStream))
        #expect(slow.requests.count == 1 && clock.now - began < .seconds(15))
        #expect(try await hearth.metrics().value("hearth_gateway_routing_total", ["event": "failover"]) == 1)
    }

    @Test("A hedge that is refused takes nothing from the first provider's answer", arguments: [401, 404])
    func refusedHedge(status: Int) async throws {
        let main = try await GatewayRoutingTests.named("main", after: .seconds(1))
        let backup = try await GatewayRoutingTests.named("the backup", status: status)
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: """
                cache: {lookupDeadline: 5s}
                gateway:
                  providers: ["backup=\(backup.url)/v1"]
                  routes: ["*=main, backup"]
                  hedgeAfter: 50ms
                """, environment: ["OPENAI_BASE_URL": main.url + "/v1"])
        #expect(try await hearth.chat("Do you sell gift cards?").said == "This is main.")
        #expect(backup.requests.count == 1)
    }
}
