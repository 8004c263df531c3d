import NIOCore
import NIOPosix
import Synchronization

/// A TCP proxy in front of a server that makes the network as bad as a test wants: slow, in slices, cut off, or silent.
///
/// It knows no protocol. Faults may be changed at any time and hold for open connections too, from the next byte on; each direction has its
/// own. Bytes are never lost, doubled or put in another order, except by a cut.
package final class FaultProxy: Sendable {
    package enum Direction: Sendable, CaseIterable {
        case toServer
        case toClient
    }

    package struct Faults: Sendable, Equatable {
        /// How long each piece is held back; pieces keep their order.
        package var latency: ClosedRange<Duration> = .zero ... .zero
        /// How many of the pieces are held back, at random; those behind them wait for them.
        package var latencyShare = 1.0
        /// Pieces of at most so many bytes, each written by itself; nil passes on what arrived together.
        package var sliceBytes: Int?
        /// Both ends are closed when so many bytes of a connection have passed.
        package var cutAfterBytes: Int?
        /// Nothing passes; what arrives meanwhile is passed on afterwards.
        package var isSilent = false

        package init(
            latency: ClosedRange<Duration> = .zero ... .zero, latencyShare: Double = 1, sliceBytes: Int? = nil, cutAfterBytes: Int? = nil,
            isSilent: Bool = false
        ) {
            self.latency = latency
            self.latencyShare = latencyShare
            self.sliceBytes = sliceBytes
            self.cutAfterBytes = cutAfterBytes
            self.isSilent = isSilent
        }
    }

    fileprivate struct State {
        var faults: [Direction: Faults] = [:]
        var channels: [ObjectIdentifier: any Channel] = [:]
        var accepted = 0
        var refusesConnections = false
    }

    /// Shared by the proxy and its connections.
    fileprivate final class Shared: Sendable {
        let state = Mutex(State())
    }

    package let port: Int
    private let shared: Shared
    private let listener: any Channel

    private init(listener: any Channel, shared: Shared) {
        self.listener = listener
        self.shared = shared
        port = listener.localAddress?.port ?? 0
    }

    /// A proxy on a free port in front of a loopback port.
    ///
    /// - Parameter host: the address at which it listens.
    package static func start(to target: Int, host: String = "127.0.0.1") async throws -> FaultProxy {
        let shared = Shared()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in Self.join(client, to: target, shared) }
            .bind(host: host, port: 0).get()
        return FaultProxy(listener: listener, shared: shared)
    }

    /// Connections accepted so far.
    package var connections: Int { shared.state.withLock { $0.accepted } }

    package func set(_ faults: Faults, _ directions: [Direction] = Direction.allCases) {
        shared.state.withLock { state in for direction in directions { state.faults[direction] = faults } }
    }

    /// New connections are closed at once while this holds.
    package func refuseConnections(_ refuses: Bool) {
        shared.state.withLock { $0.refusesConnections = refuses }
    }

    /// Closes every open connection; new ones are accepted.
    package func cutConnections() async {
        let channels = shared.state.withLock { Array($0.channels.values) }
        for channel in channels { try? await channel.close().get() }
    }

    package func stop() async {
        try? await listener.close().get()
        await cutConnections()
    }

    /// Connects to the server on the client's event loop, so that both ends of a connection belong to one thread.
    private static func join(_ client: any Channel, to target: Int, _ shared: Shared) -> EventLoopFuture<Void> {
        let refuses = shared.state.withLock { state in
            state.accepted += 1
            return state.refusesConnections
        }
        if refuses { return client.eventLoop.makeFailedFuture(ChannelError.eof) }
        return ClientBootstrap(group: client.eventLoop)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: target)
            .flatMap { server in
                client.eventLoop.makeCompletedFuture {
                    try client.pipeline.syncOperations.addHandler(FaultyPipe(.toServer, from: client, to: server, shared))
                    try server.pipeline.syncOperations.addHandler(FaultyPipe(.toClient, from: server, to: client, shared))
                }
            }
    }
}

/// One direction of one connection. It belongs to the event loop of both ends.
private final class FaultyPipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let direction: FaultProxy.Direction
    private let source: any Channel
    private let target: any Channel
    private let shared: FaultProxy.Shared
    private var waiting = CircularBuffer<(bytes: ByteBuffer, due: NIODeadline)>()
    private var lastDue = NIODeadline.now()
    private var passedBytes = 0
    private var isScheduled = false
    private var hasEnded = false

    /// How often a silent direction looks whether it may speak again.
    private static let silenceCheck = TimeAmount.milliseconds(5)

    init(_ direction: FaultProxy.Direction, from source: any Channel, to target: any Channel, _ shared: FaultProxy.Shared) {
        self.direction = direction
        self.source = source
        self.target = target
        self.shared = shared
    }

    private var faults: FaultProxy.Faults { shared.state.withLock { $0.faults[direction] ?? FaultProxy.Faults() } }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        shared.state.withLock { $0.channels[ObjectIdentifier(channel)] = channel }
        if channel.isActive { startReading(context) }
    }

    /// An accepted connection becomes active only now, a made one has been before.
    func channelActive(context: ChannelHandlerContext) {
        startReading(context)
        context.fireChannelActive()
    }

    private func startReading(_ context: ChannelHandlerContext) {
        context.channel.setOption(.autoRead, value: true).whenFailure { _ in }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var arrived = unwrapInboundIn(data)
        let faults = faults
        while let piece = arrived.readSlice(length: min(arrived.readableBytes, faults.sliceBytes ?? .max)), piece.readableBytes > 0 {
            let (least, most) = (faults.latency.lowerBound, faults.latency.upperBound)
            let isLate = faults.latencyShare >= 1 || Double.random(in: 0..<1) < faults.latencyShare
            let latency = isLate ? least + (most - least) * Double.random(in: 0...1) : .zero
            lastDue = max(lastDue, .now() + TimeAmount(latency))
            waiting.append((piece, lastDue))
        }
        drain()
    }

    func channelInactive(context: ChannelHandlerContext) {
        let channel = context.channel
        _ = shared.state.withLock { $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
        hasEnded = true
        drain()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Passes on what is due and comes back for the rest.
    private func drain() {
        let faults = faults
        guard !faults.isSilent else { return comeBack(in: Self.silenceCheck) }
        while let next = waiting.first, next.due <= .now() {
            waiting.removeFirst()
            var bytes = next.bytes
            let left = faults.cutAfterBytes.map { $0 - passedBytes } ?? .max
            if left < bytes.readableBytes { bytes = bytes.readSlice(length: max(0, left)) ?? ByteBuffer() }
            passedBytes += bytes.readableBytes
            target.writeAndFlush(bytes, promise: nil)
            if let cut = faults.cutAfterBytes, passedBytes >= cut {
                waiting.removeAll()
                source.close(promise: nil)
                return target.close(promise: nil)
            }
        }
        if let next = waiting.first { return comeBack(in: max(.microseconds(1), next.due - .now())) }
        if hasEnded { target.close(promise: nil) }
    }

    private func comeBack(in pause: TimeAmount) {
        guard !isScheduled else { return }
        isScheduled = true
        source.eventLoop.assumeIsolated().scheduleTask(in: pause) {
            self.isScheduled = false
            self.drain()
        }
    }
}
