import NIOCore
import NIOPosix
package import NIOSSL
import NIOTLS
import Synchronization

/// A TCP connection, encrypted or not, on which a test sends and reads bytes as it likes, well-formed or not.
package final class RawConnection: Sendable {
    private struct State {
        var received: [UInt8] = []
        var isClosed = false
        var isEncrypted = false
    }

    private final class Collector: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let state = Mutex(State())

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = unwrapInboundIn(data)
            state.withLock { $0.received += buffer.readableBytesView }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .handshakeCompleted = event as? TLSUserEvent { state.withLock { $0.isEncrypted = true } }
        }

        func channelInactive(context: ChannelHandlerContext) { state.withLock { $0.isClosed = true } }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private let channel: any Channel
    private let collector: Collector

    private init(channel: any Channel, collector: Collector) {
        self.channel = channel
        self.collector = collector
    }

    /// - Parameters:
    ///   - reads: false for a client that never takes what it is sent; its receive buffer is small then.
    ///   - tls: how to encrypt; what is sent before that is agreed upon waits.
    ///   - address: this end's address, for a client that seems to be many machines.
    package static func open(
        port: Int, reads: Bool = true, tls: TLSConfiguration? = nil, from address: String? = nil
    ) async throws -> RawConnection {
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let collector = Collector()
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: reads)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(30))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
                    }
                    try channel.pipeline.syncOperations.addHandler(collector)
                }
            }
        if let address { bootstrap = bootstrap.bind(to: try SocketAddress(ipAddress: address, port: 0)) }
        if !reads { bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: 4096) }
        let channel = try await bootstrap.connect(host: "127.0.0.1", port: port).get()
        return RawConnection(channel: channel, collector: collector)
    }

    deinit { channel.close(promise: nil) }

    /// Everything that has arrived, as text; bytes that are no UTF-8 are replaced.
    package var received: String { String(decoding: collector.state.withLock { $0.received }, as: UTF8.self) }
    package var isClosed: Bool { collector.state.withLock { $0.isClosed } }

    /// The other side's certificate, in DER; waits until there is one.
    package func peerCertificate() async throws -> [UInt8] {
        try await Deadline.until("the connection is encrypted") {
            if isClosed { throw Deadline.Passed(description: "the connection was closed before it was encrypted") }
            return collector.state.withLock { $0.isEncrypted }
        }
        return try await channel.nioSSL_peerCertificate().get()?.toDERBytes() ?? []
    }

    package func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// Hands the bytes to the socket as far as it takes them, without waiting for the rest.
    package func startSending(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

    package func close() async { try? await channel.close().get() }

    /// Ends the sending side; the other side's answer can still be read.
    package func finishSending() async throws { try await channel.close(mode: .output).get() }

    package func waitUntilClosed(within limit: Duration = .seconds(60)) async throws {
        try await Deadline.until("the server closes the connection", within: limit) { isClosed }
    }

    /// Waits for `count` complete answers with `Content-Length`.
    package func answers(_ count: Int, within limit: Duration = .seconds(60)) async throws -> [RawAnswer] {
        do {
            return try await Deadline.value("\(count) answers", within: limit) {
                let answers = RawAnswer.parse(collector.state.withLock { $0.received })
                return answers.count >= count ? answers : nil
            }
        } catch let passed as Deadline.Passed {
            throw Deadline.Passed(description: "\(passed); received: \(received.prefix(600))")
        }
    }

    package func answer(within limit: Duration = .seconds(60)) async throws -> RawAnswer {
        try await answers(1, within: limit)[0]
    }
}

/// One HTTP/1.1 answer as it came over the wire.
package struct RawAnswer: Sendable {
    package var status: Int
    /// Status line and header fields.
    package var head: String
    package var body: [UInt8]

    package var json: JSONNode { JSONNode(body) ?? .null }

    package func header(_ name: String) -> String? {
        let prefix = name.lowercased() + ":"
        return head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count).drop { $0 == " " }) }
    }

    /// The complete answers at the beginning of the bytes.
    static func parse(_ bytes: [UInt8]) -> [RawAnswer] {
        var answers: [RawAnswer] = []
        var rest = bytes[...]
        while let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) {
            let head = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
            let words = head.split(separator: " ", maxSplits: 2)
            guard words.count >= 2, let status = Int(words[1]) else { return answers }
            var answer = RawAnswer(status: status, head: head, body: [])
            let length = answer.header("Content-Length").flatMap { Int($0) } ?? 0
            guard rest.endIndex - end.upperBound >= length else { return answers }
            answer.body = Array(rest[end.upperBound..<(end.upperBound + length)])
            answers.append(answer)
            rest = rest[(end.upperBound + length)...]
        }
        return answers
    }
}
