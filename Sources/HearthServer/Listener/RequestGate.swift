import HTTPTypes
import HearthTelemetry
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOSSL

/// The handler behind the HTTP codec: admits the connection, tells its ``ConnectionGuard`` where requests and answers begin
/// and end, and answers what the codec could not read.
final class RequestGate: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let listener: ListenerContext
    private let isEncrypted: Bool
    private var context: ChannelHandlerContext?
    private var connection: ConnectionGuard?
    private var closer: ConnectionCloser?
    private var requestsUnderWay = 0
    /// The last of them has not been received to its end.
    private var isReadingBody = false
    /// The first of them is being answered.
    private var hasBegunAnswer = false
    private var isRefusing = false
    /// Why nothing more can be read, to be told once what was read before has been answered.
    private var fault: HTTPParserError?

    init(listener: ListenerContext, isEncrypted: Bool) {
        self.listener = listener
        self.isEncrypted = isEncrypted
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { admit(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        admit(context)
        context.fireChannelActive()
    }

    private func admit(_ context: ChannelHandlerContext) {
        // Whoever has one address of IPv6 has 2^64 of them.
        let address = CallerAddress.network(of: context.remoteAddress?.ipAddress ?? "local")
        switch listener.census.admit(address) {
        case .admitted:
            let connection = ConnectionGuard(listener: listener, address: address, isEncrypted: isEncrypted)
            do {
                let pipeline = context.pipeline.syncOperations
                if isEncrypted {
                    try pipeline.addHandler(connection, position: .after(try pipeline.handler(type: NIOSSLServerHandler.self)))
                } else {
                    try pipeline.addHandler(connection, position: .first)
                }
                let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
                let closer = ConnectionCloser()
                try pipeline.addHandler(closer, position: .before(codec))
                self.connection = connection
                self.closer = closer
            } catch {
                listener.census.release(address)
                context.close(promise: nil)
            }
        case .full:
            turnAway(
                context, .connections, status: .serviceUnavailable, code: "too_many_connections",
                message: "This service has as many connections as it takes; try again later.")
        case .addressFull:
            turnAway(
                context, .connectionsPerAddress, status: .tooManyRequests, code: "too_many_connections",
                message: "There are \(listener.limits.connectionsPerAddress) connections from this address; use them again, or close some.")
        }
    }

    /// Says why, without a look at what the client wants. An encrypted connection is closed only: a handshake would cost what is short.
    private func turnAway(
        _ context: ChannelHandlerContext, _ reason: HTTPInstruments.Rejection, status: HTTPResponse.Status, code: String, message: String
    ) {
        listener.instruments.rejections(reason).increment()
        isRefusing = true
        if isEncrypted {
            context.close(promise: nil)
        } else {
            refuse(context, status, code: code, message: message, [.retryAfter: "1"])
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefusing else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            requestsUnderWay += 1
            isReadingBody = true
            connection?.completeHeader(asksGateway: GatewayErrorBody.concerns(path: head.path ?? ""))
        case .body: break
        case .end:
            isReadingBody = false
            connection?.completeRequest()
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
        if let fault, let context, requestsUnderWay == 0 { refuse(context, fault) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        // The connection has had its last answer.
        guard !isRefusing else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head): hasBegunAnswer = head.status.code >= 200
        case .body: break
        case .end:
            hasBegunAnswer = false
            requestsUnderWay -= 1
            connection?.completeAnswer()
        }
        context.write(data, promise: promise)
        if let fault, requestsUnderWay == 0 { refuse(context, fault) }
    }

    /// A request that is not HTTP or has too large a header is answered here and the connection closed (RFC 6585: 431).
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isRefusing, connection?.isEnding != true else { return context.fireErrorCaught(error) }
        if let tlsError = error as? NIOSSLError { return end(context, after: tlsError) }
        guard let parserError = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        // The client went away in the middle of a request; nobody is there to be answered.
        guard parserError != .invalidEOFState else {
            listener.instruments.rejections(.clientGone).increment()
            context.close(promise: nil)
            return
        }
        if requestsUnderWay == 0 || (isReadingBody && requestsUnderWay == 1 && !hasBegunAnswer) {
            refuse(context, parserError)
        } else if isReadingBody {
            // Answers before it are still being written, or its own; its body will never be complete.
            listener.instruments.rejections(.malformed).increment()
            context.close(promise: nil)
        } else {
            fault = parserError
        }
    }

    private func refuse(_ context: ChannelHandlerContext, _ parserError: HTTPParserError) {
        isRefusing = true
        let isOverflow = parserError == .headerOverflow
        listener.instruments.rejections(isOverflow ? .headersTooLarge : .malformed).increment()
        refuse(
            context, isOverflow ? .requestHeaderFieldsTooLarge : .badRequest,
            code: isOverflow ? "headers_too_large" : "malformed_request",
            message: isOverflow
                ? "The request's header exceeds \(listener.limits.headerFields) fields or \(listener.limits.headerBytes) bytes; send less."
                : "The request is not valid HTTP/1.1; check its first line, header, host and lengths.")
    }

    /// There is no way to say anything to a client with which no encryption was agreed upon, and none is needed where it has gone.
    private func end(_ context: ChannelHandlerContext, after error: NIOSSLError) {
        if case .handshakeFailed = error {
            listener.instruments.rejections(.handshakeFailed).increment()
        } else if requestsUnderWay > 0 {
            listener.instruments.rejections(.clientGone).increment()
        }
        isRefusing = true
        context.close(promise: nil)
    }

    /// Writes an answer without a request and closes the connection.
    private func refuse(
        _ context: ChannelHandlerContext, _ status: HTTPResponse.Status, code: String, message: String, _ more: HTTPFields = [:]
    ) {
        let bytes = ByteBuffer(
            bytes: PlainRefusal.body(
                code: code, message: message, now: listener.timeSource.now(), asksGateway: connection?.asksGateway == true))
        var fields: HTTPFields = [
            .contentType: "application/json", .contentLength: "\(bytes.readableBytes)", .cacheControl: "private, no-store",
            .connection: "close",
        ]
        fields.append(contentsOf: more)
        context.write(wrapOutboundOut(.head(HTTPResponse(status: status, headerFields: fields))), promise: nil)
        context.write(wrapOutboundOut(.body(bytes)), promise: nil)
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }
}
