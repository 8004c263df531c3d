import NIOCore
import NIOPosix
import Synchronization

/// A server on a loopback port that answers each request with exactly the bytes, pauses and cuts that a test wrote down.
package final class ScriptedServer: Sendable {
    /// One thing to do with a connection after a request has arrived.
    package enum Step: Sendable {
        case send([UInt8])
        case wait(Duration)
        /// One byte at a time.
        case drip([UInt8], every: Duration)
        /// The same bytes until the client goes away.
        case sendEndlessly([UInt8])
        /// Nothing more until the client goes away.
        case stall
        case close
        /// An abrupt end: the client sees "connection reset".
        case reset

        package static func text(_ text: String) -> Step { .send(Array(text.utf8)) }

        /// A complete answer with a length.
        package static func answer(status: Int = 200, type: String = "application/json", headers: String = "", _ body: String) -> Step {
            .text("HTTP/1.1 \(status) Scripted\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
        }
    }

    package struct Request: Sendable {
        /// From 0, over all connections.
        package var number: Int
        /// From 0, in the order of acceptance.
        package var connection: Int
        /// Request line and headers.
        package var head: String
        package var body: [UInt8]

        package func header(_ name: String) -> String? {
            let prefix = name.lowercased() + ":"
            return head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(prefix) }
                .map { String($0.dropFirst(prefix.count).drop { $0 == " " }) }
        }
    }

    package typealias Script = @Sendable (Request) -> [Step]
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private struct Record {
        var requests: [Request] = []
        var connections = 0
        var openConnections = 0
    }

    package let port: Int
    private let record = Mutex(Record())
    private let greeting: [Step]
    private let script: Script
    private let listener: NIOAsyncChannel<any Channel, Never>
    private let task = Mutex<Task<Void, Never>?>(nil)

    private init(listener: NIOAsyncChannel<any Channel, Never>, port: Int, greeting: [Step], script: @escaping Script) {
        self.listener = listener
        self.port = port
        self.greeting = greeting
        self.script = script
    }

    /// - Parameter greeting: done with every new connection before anything is read.
    package static func start(greeting: [Step] = [], _ script: @escaping Script) async throws -> ScriptedServer {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            // The plain channel: a wrapped one that is dropped unserved at the end would trap.
            .bind(host: "127.0.0.1", port: 0) { $0.eventLoop.makeSucceededFuture($0) }
        let server = ScriptedServer(listener: listener, port: listener.channel.localAddress?.port ?? 0, greeting: greeting, script: script)
        let running = Task { await server.run() }
        server.task.withLock { $0 = running }
        return server
    }

    package var url: String { "http://127.0.0.1:\(port)" }
    package var requests: [Request] { record.withLock { $0.requests } }
    /// How many connections were ever accepted.
    package var connections: Int { record.withLock { $0.connections } }
    package var openConnections: Int { record.withLock { $0.openConnections } }

    package func stop() async {
        let running = task.withLock { $0 }
        running?.cancel()
        await running?.value
    }

    private func run() async {
        try? await listener.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    let number = record.withLock { record in
                        record.connections += 1
                        record.openConnections += 1
                        return record.connections - 1
                    }
                    group.addTask {
                        try? await self.serve(connection, number: number)
                        try? await connection.close()
                        self.record.withLock { $0.openConnections -= 1 }
                    }
                }
            }
        }
    }

    private typealias Chunks = NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private typealias Writer = NIOAsyncChannelOutboundWriter<ByteBuffer>

    private func serve(_ channel: any Channel, number: Int) async throws {
        let connection = try await channel.eventLoop.submit { try Connection(wrappingChannelSynchronously: channel) }.get()
        try await connection.executeThenClose { inbound, outbound in
            try await channel.setOption(.autoRead, value: true).get()
            var chunks = inbound.makeAsyncIterator()
            for step in greeting { guard try await perform(step, on: channel, &chunks, outbound) else { return } }
            var received: [UInt8] = []
            while let (head, body) = try await Self.nextRequest(&chunks, &received) {
                let request = record.withLock { record in
                    let request = Request(number: record.requests.count, connection: number, head: head, body: body)
                    record.requests.append(request)
                    return request
                }
                for step in script(request) { guard try await perform(step, on: channel, &chunks, outbound) else { return } }
            }
        }
    }

    /// False when the connection is to be closed.
    private func perform(_ step: Step, on channel: any Channel, _ chunks: inout Chunks, _ outbound: Writer) async throws -> Bool {
        switch step {
        case .send(let bytes):
            try await outbound.write(ByteBuffer(bytes: bytes))
        case .wait(let duration):
            try await Task.sleep(for: duration)
        case .drip(let bytes, let interval):
            for byte in bytes {
                try await outbound.write(ByteBuffer(bytes: [byte]))
                try await Task.sleep(for: interval)
            }
        case .sendEndlessly(let bytes):
            let buffer = ByteBuffer(bytes: bytes)
            while !Task.isCancelled { try await outbound.write(buffer) }
        case .stall:
            while try await chunks.next() != nil {}
            return false
        case .close:
            return false
        case .reset:
            // Closing with a linger time of zero drops what is unsent and resets.
            if let options = channel as? any SocketOptionProvider {
                try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            }
            return false
        }
        return true
    }

    /// The next request with its whole body; nil when the client has closed.
    private static func nextRequest(
        _ chunks: inout Chunks,
        _ received: inout [UInt8]
    ) async throws -> (head: String, body: [UInt8])? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = received.firstRange(of: end) {
                let head = String(decoding: received[..<range.lowerBound], as: UTF8.self)
                let lengthLine = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                let length = lengthLine.flatMap { Int($0.dropFirst(15).filter { $0 != " " }) } ?? 0
                if received.count >= range.upperBound + length {
                    let body = Array(received[range.upperBound..<(range.upperBound + length)])
                    received.removeFirst(range.upperBound + length)
                    return (head, body)
                }
            }
            guard let chunk = try await chunks.next() else { return nil }
            received += chunk.readableBytesView
        }
    }
}
