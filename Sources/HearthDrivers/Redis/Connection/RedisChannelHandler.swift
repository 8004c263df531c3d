import HearthTelemetry
import NIOCore
import Synchronization

/// The connection's part on its event loop: writes requests, reads replies, and gives up on what is late.
final class RedisChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    /// Messages that a subscription brings without being asked.
    typealias Listener = @Sendable (RedisValue) -> Void

    /// How exactly deadlines are kept.
    private static let tick = Duration.milliseconds(5)
    /// A loop that is later than this may have replies in its socket that it has not read yet.
    private static let notableLag = Duration.milliseconds(15)

    private var pipeline: RedisPipeline<RedisWaiter>
    private var reader: RedisReplyReader?
    private let options: RedisConnectionOptions
    private let address: String
    private let traffic: RedisTraffic
    private let listener: Listener?
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var timerDue = Duration.zero
    /// Whether the last check found that the loop itself was late, and let replies be read first.
    private var hasWaited = false
    /// When the server last said anything.
    private var lastHeard = Duration.zero
    private var failure: RedisError?

    init(address: RedisAddress, options: RedisConnectionOptions, traffic: RedisTraffic, listener: Listener?) {
        self.address = "\(address)"
        self.options = options
        self.traffic = traffic
        self.listener = listener
        pipeline = RedisPipeline(keepsSlots: options.keepsSlots)
        reader = RedisReplyReader(limits: options.replyLimits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func send(_ requests: [RedisRequest]) {
        guard let context, context.channel.isActive else {
            traffic.pending.wrappingSubtract(requests.count, ordering: .relaxed)
            let error = failure ?? RedisError(.unreachable, address: address, cause: "the connection has ended")
            for request in requests { request.waiter.resolve(.failure(error)) }
            return
        }
        let now = options.time.uptime()
        var buffer = context.channel.allocator.buffer(capacity: requests.reduce(0) { $0 + $1.commands.reduce(0) { $0 + $1.bytes.count } })
        for request in requests {
            for command in request.commands { buffer.writeBytes(command.bytes) }
            pipeline.append(request.waiter, replies: request.commands.count, sentAt: now, deadline: request.deadline)
        }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        startTimer(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        lastHeard = options.time.uptime()
        do throws(RedisReplyReader.Violation) {
            guard reader != nil else { throw RedisReplyReader.Violation(cause: "out of memory") }
            try reader?.read(buffer) { receive($0) }
        } catch {
            end(RedisError(.protocolViolation, address: address, cause: error.cause), context)
        }
    }

    private func receive(_ reply: RedisValue) {
        // Messages may come between a request and its reply.
        if let listener, reply.items?.first?.text == "message" { return listener(reply) }
        switch pipeline.receive(reply) {
        case .partial: break
        case .complete(let delivery):
            traffic.pending.wrappingSubtract(1, ordering: .relaxed)
            delivery.waiter?.resolve(.success(delivery.replies))
        case .unasked:
            guard let context else { break }
            // A server that is full says so before it is asked, and hangs up.
            if case .error(let error) = reply {
                end(RedisError(.reply(error), address: address, cause: error.text), context)
            } else {
                end(RedisError(.protocolViolation, address: address, cause: "a reply to nothing"), context)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(RedisError(.unreachable, address: address, cause: "\(error)"), context)
    }

    private func end(_ error: RedisError, _ context: ChannelHandlerContext) {
        if failure == nil { failure = error }
        context.close(promise: nil)
    }

    private func finish() {
        timer?.cancel()
        timer = nil
        traffic.isOpen.store(false, ordering: .releasing)
        // What is still in the inbox is counted as pending, too, and is taken off when it finds the connection ended.
        traffic.pending.wrappingSubtract(pipeline.count, ordering: .relaxed)
        let waiters = pipeline.abandon()
        let error = failure ?? RedisError(.unreachable, address: address, cause: "the server closed the connection")
        failure = error
        for waiter in waiters { waiter.resolve(.failure(error)) }
        traffic.end.resolve(RedisConnection.End(error: error, lostRequests: waiters.count))
    }

    // MARK: Deadlines

    private func startTimer(_ context: ChannelHandlerContext) {
        guard timer == nil, !pipeline.isEmpty else { return }
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timerDue = options.time.uptime() + Self.tick
        timer = context.eventLoop.scheduleTask(in: .milliseconds(Self.tick.wholeMilliseconds)) { bound.value.checkDeadlines() }
    }

    private func checkDeadlines() {
        timer = nil
        guard let context else { return }
        let now = options.time.uptime()
        // This process's own slowness is no fault of the server: what has arrived is read before anything is given up.
        if now - timerDue > Self.notableLag, !hasWaited {
            hasWaited = true
            return startTimer(context)
        }
        hasWaited = false
        for waiter in pipeline.expire(at: now) {
            waiter.resolve(.failure(RedisError(.timeout, address: address, cause: "the deadline has passed")))
        }
        // A connection that is silent for as long again as it was allowed to be is taken for dead: the network may have lost the other end.
        // One on which replies come, only later than anybody waits for them, is left alone.
        let silence = max(pipeline.patience ?? .zero, options.minimumSilence)
        if let lateness = pipeline.lateness(at: now), lateness > silence, now - lastHeard > silence {
            return end(RedisError(.timeout, address: address, cause: "no reply for \(lateness.wholeMilliseconds) ms"), context)
        }
        startTimer(context)
    }
}
