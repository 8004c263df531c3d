import NIOCore
import NIOHTTP1

/// Closes a connection after the answer where the request asked for that, in HTTP/1.0 by not asking for the contrary, and lets no
/// request pass whose end or host could be read in two ways.
///
/// RFC 9112, 9.3, and ``RequestFraming``. It stands where the request still has its version, which the parts behind it do not carry.
final class ConnectionCloser: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Set by the last request that will be answered.
    private(set) var closesAfterAnswer = false
    private var answersBeforeLast = 0
    /// A request was refused for its form; nothing that follows can be told apart.
    private var hasRefused = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasRefused else { return }
        if case .head(let head) = unwrapInboundIn(data), let fault = RequestFraming.fault(in: head) {
            hasRefused = true
            return context.fireErrorCaught(fault)
        }
        if case .head(let head) = unwrapInboundIn(data), !closesAfterAnswer {
            if head.isKeepAlive { answersBeforeLast += 1 } else { closesAfterAnswer = true }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let isLast = closesAfterAnswer && answersBeforeLast == 0
        switch unwrapOutboundIn(data) {
        case .head(var head) where isLast && head.status.code >= 200:
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where isLast:
            let channel = context.channel
            context.writeAndFlush(data).whenComplete { _ in channel.close(promise: promise) }
        case .end:
            noteAnswer()
            context.write(data, promise: promise)
        case .head, .body:
            context.write(data, promise: promise)
        }
    }

    /// An answer was sent that does not end the connection.
    func noteAnswer() { answersBeforeLast = max(answersBeforeLast - 1, 0) }
}
