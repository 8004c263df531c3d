import HTTPTypes
import HearthTelemetry
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// The handler behind the HTTP codec: admits the connection, tells its ``ConnectionGuard`` where requests and answers begin
/// and end, and answers what the codec could not read.
final class RequestGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let listener: ListenerContext
    private var connection: ConnectionGuard?
    private var closer: ConnectionCloser?
    private var requestsUnderWay = 0
    private var isRefusing = false

    init(listener: ListenerContext) {
        self.listener = listener
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { admit(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        admit(context)
        context.fireChannelActive()
    }

    private func admit(_ context: ChannelHandlerContext) {
        let address = context.remoteAddress?.ipAddress ?? "local"
        switch listener.census.admit(address) {
        case .admitted:
            let connection = ConnectionGuard(listener: listener, address: address)
            do {
                let pipeline = context.pipeline.syncOperations
                try pipeline.addHandler(connection, position: .first)
                let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
                let closer = ConnectionCloser()
                try pipeline.addHandler(closer, position: .before(codec))
                self.connection = connection
                self.closer = closer
            } catch {
                listener.census.release(address)
                context.close(promise: nil)
            }
        case .full: turnAway(context, .connections)
        case .addressFull: turnAway(context, .connectionsPerAddress)
        }
    }

    private func turnAway(_ context: ChannelHandlerContext, _ reason: HTTPInstruments.Rejection) {
        listener.instruments.rejections(reason).increment()
        isRefusing = true
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefusing else { return }
        switch unwrapInboundIn(data) {
        case .head:
            requestsUnderWay += 1
            connection?.completeHeader()
        case .body: break
        case .end: connection?.completeRequest()
        }
        context.fireChannelRead(data)
    }

    /// Whether the connection stays open after the requests that have been read; only then may ``send(_:)`` answer.
    var keepsConnection: Bool { connection?.isEnding == false && closer?.closesAfterAnswer == false }

    /// Sends a whole answer, head included, past the HTTP codec; it is not flushed.
    func send(_ answer: ByteBuffer) {
        requestsUnderWay -= 1
        connection?.completeAnswer()
        closer?.noteAnswer()
        connection?.send(answer)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            requestsUnderWay -= 1
            connection?.completeAnswer()
        }
        context.write(data, promise: promise)
    }

    /// A request that is not HTTP or has too large a header is answered here and the connection closed (RFC 6585: 431).
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isRefusing, connection?.isEnding != true, let parserError = error as? HTTPParserError else {
            return context.fireErrorCaught(error)
        }
        // The client went away in the middle of a request; nobody is there to be answered.
        guard parserError != .invalidEOFState else {
            listener.instruments.rejections(.clientGone).increment()
            context.close(promise: nil)
            return
        }
        guard requestsUnderWay == 0 else {
            // An answer before it is still being written; ending the connection ends both.
            context.close(promise: nil)
            return
        }
        isRefusing = true
        let isOverflow = parserError == .headerOverflow
        listener.instruments.rejections(isOverflow ? .headersTooLarge : .malformed).increment()
        let status: HTTPResponse.Status = isOverflow ? .requestHeaderFieldsTooLarge : .badRequest
        let body = APIErrorBody(
            error: isOverflow ? "headers_too_large" : "malformed_request",
            message: isOverflow
                ? "The request's header exceeds \(listener.limits.headerFields) fields or \(listener.limits.headerBytes) bytes; send less."
                : "The request is not valid HTTP/1.1; check its first line, header and lengths.",
            timestamp: listener.timeSource.now(), requestID: "")
        let bytes = ByteBuffer(bytes: body.json)
        let head = HTTPResponse(
            status: status,
            headerFields: [
                .contentType: "application/json", .contentLength: "\(bytes.readableBytes)", .cacheControl: "private, no-store",
                .connection: "close",
            ])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(bytes)), promise: nil)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }
}
