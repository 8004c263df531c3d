import HearthTestKit
import Testing

@Suite("A proxy that makes the network bad", .timeLimit(.minutes(10)))
struct FaultProxyTests {
    private static func exchange(through proxy: FaultProxy, sending text: String = "hello") async throws -> RawConnection {
        let connection = try await RawConnection.open(port: proxy.port)
        try await connection.send("POST / HTTP/1.1\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
        return connection
    }

    @Test("Slices and latency change nothing but the time; silence holds back; a cut ends both sides")
    func faults() async throws {
        let server = try await ScriptedServer.start { [.answer(String(decoding: $0.body, as: UTF8.self) + " and back")] }
        let proxy = try await FaultProxy.start(to: server.port)
        let text = String(repeating: "0123456789", count: 50)

        proxy.set(.init(latency: .zero ... .milliseconds(1), sliceBytes: 7))
        let sliced = try await Self.exchange(through: proxy, sending: text)
        #expect(String(decoding: try await sliced.answer().body, as: UTF8.self) == text + " and back")

        proxy.set(.init(latency: .milliseconds(60) ... .milliseconds(60)))
        let start = ContinuousClock.now
        _ = try await Self.exchange(through: proxy).answer()
        #expect(ContinuousClock.now - start >= .milliseconds(120))

        proxy.set(.init(isSilent: true), [.toClient])
        let silent = try await Self.exchange(through: proxy)
        try await Deadline.until("the server has answered") { server.requests.count == 3 }
        #expect(silent.received.isEmpty)
        proxy.set(.init())
        #expect(try await silent.answer().status == 200)

        proxy.set(.init(cutAfterBytes: 10), [.toClient])
        let cut = try await Self.exchange(through: proxy)
        try await cut.waitUntilClosed()
        #expect(cut.received == "HTTP/1.1 2")

        proxy.set(.init())
        await proxy.cutConnections()
        try await silent.waitUntilClosed()
        proxy.refuseConnections(true)
        let refused = try await RawConnection.open(port: proxy.port)
        try await refused.waitUntilClosed()
        proxy.refuseConnections(false)
        #expect(try await Self.exchange(through: proxy).answer().status == 200)
        #expect(proxy.connections == 6)
        await proxy.stop()
        await server.stop()
    }
}
