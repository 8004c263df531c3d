import NIOCore
import NIOHTTPTypes

/// Tells whoever works for a client that it has gone: closed its connection, or its half of it.
final class ClientDeparture: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private var hasGone = false
    private var lastNumber: UInt64 = 0
    private var watches: [UInt64: @Sendable () -> Void] = [:]

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, case .inputClosed = event { leave() }
        context.fireUserInboundEventTriggered(event)
    }

    private func leave() {
        hasGone = true
        let told = watches.values
        watches = [:]
        for tell in told { tell() }
    }

    private func add(_ tell: @escaping @Sendable () -> Void) -> UInt64? {
        guard !hasGone else {
            tell()
            return nil
        }
        lastNumber += 1
        watches[lastNumber] = tell
        return lastNumber
    }

    /// A wish to be told, until it is ended.
    struct Watch: Sendable {
        fileprivate let stop: @Sendable () -> Void

        func end() { stop() }
    }

    /// Calls back once, on the channel's loop, when the client of the channel has gone, also if that was before.
    static func watch(_ channel: any Channel, _ tell: @escaping @Sendable () -> Void) -> Watch {
        let loop = channel.eventLoop
        if loop.inEventLoop {
            let place = Place(on: channel, tell)
            return Watch { if loop.inEventLoop { place?.leave() } else { loop.execute { place?.leave() } } }
        }
        let place = loop.submit { Place(on: channel, tell) }
        return Watch { place.whenSuccess { $0?.leave() } }
    }

    /// Where a watch is noted; used on the channel's loop only.
    private struct Place: Sendable {
        let handler: NIOLoopBound<ClientDeparture>
        let number: UInt64

        /// Nil where the client has gone already, and was told of.
        init?(on channel: any Channel, _ tell: @escaping @Sendable () -> Void) {
            guard channel.isActive, let handler = try? channel.pipeline.syncOperations.handler(type: ClientDeparture.self) else {
                tell()
                return nil
            }
            guard let number = handler.add(tell) else { return nil }
            self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
            self.number = number
        }

        func leave() { handler.value.watches[number] = nil }
    }
}
