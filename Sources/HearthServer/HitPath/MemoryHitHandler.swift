import HTTPTypes
import HearthCache
import HearthTelemetry
import NIOCore
import NIOHTTPTypes

/// Answers questions whose answer is in memory before they reach the router; everything else passes through unchanged.
///
/// It holds back the parts of a short `POST /api/v1/cache/query` until its body is complete, and then either answers it
/// without suspending, past the HTTP codec, or hands all of its parts on. Where replicas share a store that can be asked from an event
/// loop, an answer that memory lacks is looked for there first; meanwhile what one turn of the loop brings is put aside, and nothing more
/// is read. Requests that follow one which the router still has are handed on too, so that answers keep the order of the requests
/// (RFC 9112, 9.3.2).
final class MemoryHitHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private enum State {
        case passing
        case holding(HTTPRequest, Caller, ByteBuffer?)
        /// The store has been asked; the number tells its reply from that to an earlier request.
        case asking(HTTPRequest, Caller, ByteBuffer, end: NIOAny, number: UInt64)
    }

    /// Longer bodies take the ordinary path; a question of 500 characters fits even when every one of them is escaped.
    private static let maximumBodyBytes = 8 * 1024

    private let hits: MemoryHits
    private let gate: RequestGate
    private let listener: ListenerContext
    private var state = State.passing
    /// Known with the first request.
    private var connection: ConnectionOrigin?
    private var requestsAtRouter = 0
    private var needsFlush = false
    private var lastNumber: UInt64 = 0
    /// What had been read already when the store was asked.
    private var postponed: [NIOAny] = []
    private var wantsRead = false
    /// The service is stopping, and has not told the rest of the pipeline yet.
    private var isQuiescing = false

    init(hits: MemoryHits, gate: RequestGate, listener: ListenerContext) {
        self.hits = hits
        self.gate = gate
        self.listener = listener
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .asking = state { return postponed.append(data) }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if requestsAtRouter == 0, gate.keepsConnection, let caller = hits.caller(of: head, over: origin(context)) {
                state = .holding(head, caller, nil)
            } else {
                requestsAtRouter += 1
                context.fireChannelRead(data)
            }
        case .body(var part):
            guard case .holding(let head, let caller, let before) = state else { return context.fireChannelRead(data) }
            guard var body = before else {
                state = .holding(head, caller, part)
                if part.readableBytes > Self.maximumBodyBytes { release(context) }
                return
            }
            state = .passing
            body.writeBuffer(&part)
            state = .holding(head, caller, body)
            if body.readableBytes > Self.maximumBodyBytes { release(context) }
        case .end:
            guard case .holding(let head, let caller, let body) = state else { return context.fireChannelRead(data) }
            let started = listener.timeSource.uptime()
            if let body, let answer = hits.answer(head, body, of: caller, startedAt: started, date: listener.date(on: context.eventLoop)) {
                state = .passing
                gate.send(answer)
                needsFlush = true
            } else if let body, ask(context, head, caller, body, end: data, startedAt: started) {
                break
            } else {
                release(context)
                context.fireChannelRead(data)
            }
        }
    }

    private func origin(_ context: ChannelHandlerContext) -> ConnectionOrigin {
        if let connection { return connection }
        let made = ConnectionOrigin(address: CallerAddress(context.remoteAddress))
        connection = made
        return made
    }

    // MARK: The store

    /// Asks the store; false if it cannot be asked.
    private func ask(
        _ context: ChannelHandlerContext, _ head: HTTPRequest, _ caller: Caller, _ body: ByteBuffer, end: NIOAny, startedAt: Duration
    ) -> Bool {
        lastNumber += 1
        let number = lastNumber
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        // The store's connection may be on another loop.
        let isAsked = hits.askStore(head, body, of: caller, startedAt: startedAt, date: listener.date(on: eventLoop)) { answer in
            eventLoop.execute { handler.value.storeReplied(answer, number: number, bound.value) }
        }
        if isAsked { state = .asking(head, caller, body, end: end, number: number) }
        return isAsked
    }

    private func storeReplied(_ answer: ByteBuffer?, number: UInt64, _ context: ChannelHandlerContext) {
        guard case .asking(let head, let caller, let body, let end, number) = state else { return }
        guard context.channel.isActive else {
            // The client has gone.
            state = .passing
            postponed = []
            return
        }
        if let answer {
            state = .passing
            gate.send(answer)
            context.flush()
        } else {
            state = .holding(head, caller, body)
            release(context)
            context.fireChannelRead(end)
            context.fireChannelReadComplete()
        }
        goOn(context)
    }

    /// Takes up what was postponed.
    private func goOn(_ context: ChannelHandlerContext) {
        while !postponed.isEmpty {
            if case .asking = state { return }
            channelRead(context: context, data: postponed.removeFirst())
            if postponed.isEmpty { channelReadComplete(context: context) }
        }
        if case .asking = state { return }
        if isQuiescing {
            isQuiescing = false
            quiesce(context, ChannelShouldQuiesceEvent())
        }
        guard wantsRead else { return }
        wantsRead = false
        context.read()
    }

    func read(context: ChannelHandlerContext) {
        // A client that sends faster than it is answered is not read further. One that waits may be read: to take its socket out of those
        // that are watched and to put it back would cost two calls of the system for each request.
        if case .asking = state, !postponed.isEmpty { wantsRead = true } else { context.read() }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if needsFlush {
            needsFlush = false
            context.flush()
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { requestsAtRouter -= 1 }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
        // What the store replies is an answer that counts; it comes within the look-up's deadline.
        if case .asking = state { isQuiescing = true } else { quiesce(context, event) }
    }

    /// A shutdown must not take a connection whose request is being read for an idle one.
    private func quiesce(_ context: ChannelHandlerContext, _ event: Any) {
        release(context)
        context.fireUserInboundEventTriggered(event)
    }

    /// Hands on what was held back; the router takes it from here.
    private func release(_ context: ChannelHandlerContext) {
        guard case .holding(let head, _, let body) = state else { return }
        state = .passing
        requestsAtRouter += 1
        context.fireChannelRead(wrapInboundOut(.head(head)))
        if let body { context.fireChannelRead(wrapInboundOut(.body(body))) }
    }
}
