import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// Puts TLS in front of everything else that a connection goes through.
///
/// Hummingbird's own wrapper keeps the certificate that it was made with; this one asks for the current one with every connection.
struct EncryptedChannel: ServerChildChannel {
    let base: HTTP1Channel
    /// What a new connection is made with.
    let context: @Sendable () -> NIOSSLContext
    /// The whole answer to a request that came without TLS.
    let refusal: @Sendable () -> ByteBuffer

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(PlaintextRefuser(refusal: refusal))
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context()))
        }.flatMap {
            base.setup(channel: channel, logger: logger)
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

/// Answers those who speak plain HTTP to a port that wants TLS, instead of leaving them with a closed connection.
///
/// The first byte tells: a TLS record of a handshake begins with 22, a request with a letter.
private final class PlaintextRefuser: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let refusal: @Sendable () -> ByteBuffer
    private var hasRefused = false

    init(refusal: @escaping @Sendable () -> ByteBuffer) {
        self.refusal = refusal
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        guard !hasRefused, let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) else { return }
        if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) {
            hasRefused = true
            context.writeAndFlush(wrapOutboundOut(refusal()), promise: nil)
            // Past the handler of TLS, which would wait for a farewell of the other side.
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
