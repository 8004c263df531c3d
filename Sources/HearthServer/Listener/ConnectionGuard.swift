import HearthTelemetry
import NIOCore
import NIOTLS

/// The first handler of every connection, or the first one behind TLS: counts its bytes and ends it when it costs more than the limits
/// allow.
///
/// It sees bytes, and is told about requests and answers by ``RequestGate`` behind the HTTP codec. Both run on the
/// connection's event loop only. A tick of the loop's ``LoopTicker`` checks the limits once a second.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let listener: ListenerContext
    private let address: String
    private var watch: ConnectionWatch
    private var context: ChannelHandlerContext?
    private var ticket: LoopTicker.Ticket?
    private var writtenBytes = 0
    private var sentAtLastLook = 0

    init(listener: ListenerContext, address: String, isEncrypted: Bool) {
        self.listener = listener
        self.address = address
        watch = ConnectionWatch(limits: listener.limits, isEncrypted: isEncrypted, now: listener.timeSource.uptime())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        ticket = listener.ticker(of: context.eventLoop).add { [weak self] in self?.look() }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted = event as? TLSUserEvent { watch.completeHandshake(at: listener.timeSource.uptime()) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if case .idle = watch.activity { asksGateway = GatewayErrorBody.concerns(beginning: bytes.readableBytesView) }
        watch.receive(bytes: bytes.readableBytes, at: listener.timeSource.uptime())
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        writtenBytes += unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    /// Writes bytes that need no codec.
    func send(_ bytes: ByteBuffer) {
        guard let context else { return }
        writtenBytes += bytes.readableBytes
        context.write(wrapOutboundOut(.byteBuffer(bytes)), promise: nil)
    }

    /// Reading waits while the client does not take its answers, so that they do not pile up.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.read() } else { readIsHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, readIsHeld {
            readIsHeld = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    private var readIsHeld = false
    /// The connection is being closed for one of its limits; what its codec still has to say does not count.
    private(set) var isEnding = false

    /// Whether the request that is being read is for something below `/v1`; false where that is not known yet.
    private(set) var asksGateway = false

    func completeHeader(asksGateway: Bool) {
        self.asksGateway = asksGateway
        watch.completeHeader(at: listener.timeSource.uptime())
    }

    func completeRequest() {
        // What follows is another request.
        asksGateway = false
        watch.completeRequest()
    }

    func completeAnswer() { watch.completeAnswer(at: listener.timeSource.uptime()) }

    private func end() {
        guard let ticket else { return }
        ticket.cancel()
        self.ticket = nil
        context = nil
        listener.census.release(address)
    }

    private func look() {
        guard let context else { return }
        let unsent = bufferedBytes(of: context.channel)
        let sent = writtenBytes - unsent
        defer { sentAtLastLook = sent }
        let verdict = watch.verdict(
            at: listener.timeSource.uptime(), unsent: unsent, sentSinceLastLook: sent > sentAtLastLook)
        switch verdict {
        case nil: break
        case .closeSlowHandshake: close(context, .handshakeTimeout)
        case .closeIdle: close(context, .idleTimeout)
        case .abandonSlowReader: close(context, .writeTimeout)
        case .closeSlowBody: close(context, .bodyTimeout)
        case .refuseSlowHeader: refuse(context, .headerTimeout, "The request's header did not arrive in time; send it at once.")
        case .refuseSlowBody: refuse(context, .bodyTimeout, "The request's body arrived too slowly; send it at once.")
        }
    }

    private func bufferedBytes(of channel: any Channel) -> Int {
        // Reads a counter of the channel; it throws only for channels that are closed or have no buffer.
        (try? channel.syncOptions?.getOption(ChannelOptions.bufferedWritableBytes)) ?? 0
    }

    private func close(_ context: ChannelHandlerContext, _ reason: HTTPInstruments.Rejection) {
        listener.instruments.rejections(reason).increment()
        isEnding = true
        context.close(promise: nil)
    }

    /// Answers 408 (RFC 9110, 15.5.9) below the HTTP codec, which is still waiting for the rest of the request.
    private func refuse(_ context: ChannelHandlerContext, _ reason: HTTPInstruments.Rejection, _ message: String) {
        let answer = PlainRefusal.bytes(
            status: "408 Request Timeout", code: "request_timeout", message: message, now: listener.timeSource.now(),
            asksGateway: asksGateway)
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer(bytes: answer))), promise: nil)
        close(context, reason)
    }
}
