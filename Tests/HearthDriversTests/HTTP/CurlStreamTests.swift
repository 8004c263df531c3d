import HearthTestKit
import Testing

@testable import HearthDrivers

@Suite("Answers read while they arrive", .timeLimit(.minutes(1)))
struct CurlStreamTests {
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func request(_ server: ScriptedServer, limit: Int = 64 << 20) -> HTTPClientRequest {
        HTTPClientRequest(url: server.url, totalTimeout: .seconds(20), maximumResponseBytes: limit)
    }

    @Test("The header comes before the body, and the body piece by piece")
    func pieces() async throws {
        let client = try CurlClient()
        // Servers that send no more: whoever waited for what comes next would wait in vain.
        let headAlone = try await ScriptedServer.start { _ in [.text(Self.head), .stall] }
        let begun = try await client.open(Self.request(headAlone))
        #expect(begun.status == 200 && begun.headers["content-type"] == "text/event-stream")
        begun.cancel()
        let onePiece = try await ScriptedServer.start { _ in [.text(Self.head + "3\r\none\r\n"), .stall] }
        let half = try await client.open(Self.request(onePiece))
        #expect(try await half.next() == Array("one".utf8))
        half.cancel()
        let complete = try await ScriptedServer.start { _ in
            [.text(Self.head), .text("3\r\none\r\n"), .wait(.milliseconds(50)), .text("3\r\ntwo\r\n0\r\n\r\n")]
        }
        let stream = try await client.open(Self.request(complete))
        var received: [UInt8] = []
        while let bytes = try await stream.next() { received += bytes }
        #expect(received == Array("onetwo".utf8))
        #expect(try await stream.next() == nil)
        try await Deadline.until("the transfers are over") { client.openRequests == 0 }
        await client.shutdown()
    }

    @Test("A reader that does not read holds the server up, and gets every byte in the end")
    func backPressure() async throws {
        let megabytes = 24
        let block = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let server = try await ScriptedServer.start { _ in
            [.text("HTTP/1.1 200 OK\r\nContent-Length: \(megabytes << 20)\r\n\r\n")] + (0..<megabytes).map { _ in .send(block) }
        }
        let client = try CurlClient()
        let stream = try await client.open(Self.request(server))
        // The reader that does not read; what the server has sent meanwhile is in buffers that nobody can see into.
        try await Task.sleep(for: .milliseconds(300))
        var received = 0
        while let bytes = try await stream.next() {
            #expect(bytes.count <= 300 << 10)
            let position = received % block.count
            #expect(bytes.first == block[position])
            received += bytes.count
        }
        #expect(received == megabytes << 20)
        await client.shutdown()
    }

    @Test("A body over the limit, a cut and a stop of the client are failures, each with its kind")
    func failures() async throws {
        let client = try CurlClient()
        func end(_ steps: [ScriptedServer.Step], limit: Int = 1000) async throws -> HTTPClientError.Kind? {
            let server = try await ScriptedServer.start { _ in steps }
            do throws(HTTPClientError) {
                let stream = try await client.open(Self.request(server, limit: limit))
                while try await stream.next() != nil {}
                return nil
            } catch {
                return error.kind
            }
        }
        let long = String(repeating: "x", count: 2000)
        #expect(try await end([.text(Self.head + "7d0\r\n\(long)\r\n0\r\n\r\n")]) == .tooLarge)
        #expect(try await end([.text(Self.head + "5\r\nhel"), .close]) == .reset)
        #expect(try await end([.text("HTTP/1.1 200 OK\r\nConte"), .close]) == .reset)
        #expect(try await end([.text(Self.head + "5\r\nhello\r\n0\r\n\r\n")]) == nil)
        let server = try await ScriptedServer.start { _ in [.text(Self.head), .stall] }
        let stream = try await client.open(Self.request(server))
        async let waiting: HTTPClientError.Kind? = {
            do throws(HTTPClientError) {
                _ = try await stream.next()
                return nil
            } catch {
                return error.kind
            }
        }()
        try await Deadline.until("the transfer is under way") { client.openRequests == 1 }
        await client.shutdown()
        #expect(await waiting == .shutDown)
    }

    @Test("Letting go of a stream, cancelling it and cancelling its reader end the transfer")
    func cancelling() async throws {
        let server = try await ScriptedServer.start { _ in [.text(Self.head + "2\r\nhi\r\n"), .stall] }
        let client = try CurlClient()
        do {
            let stream = try await client.open(Self.request(server))
            #expect(try await stream.next() == Array("hi".utf8))
            #expect(client.openRequests == 1)
        }
        try await Deadline.until("the transfer is over") { client.openRequests == 0 }
        let second = try await client.open(Self.request(server))
        second.cancel()
        try await Deadline.until("the transfer is over") { client.openRequests == 0 }
        let third = try await client.open(Self.request(server))
        _ = try await third.next()
        let reader = Task { try? await third.next() }
        reader.cancel()
        #expect(await reader.value == nil)
        third.cancel()
        try await Deadline.until("the transfer is over") { client.openRequests == 0 }
        await client.shutdown()
    }
}
