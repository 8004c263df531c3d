import NIOCore

/// Stops taking connections for a moment when the process has no descriptor left, or the system no memory, for one more.
///
/// SwiftNIO puts off the next attempt as well, but stays registered for what it cannot have: the event loop would be woken again at once,
/// and a whole processor be taken from those who are connected.
final class AcceptPause: ChannelInboundHandler, Sendable {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(500)

    /// Before SwiftNIO's own handler, which keeps the error to itself.
    static func add(to listener: any Channel) async {
        // One that is closed already takes no connections either.
        try? await listener.pipeline.addHandler(AcceptPause(), position: .first).get()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError {
            let listener = context.channel
            listener.setOption(.autoRead, value: false).whenFailure { _ in }
            context.eventLoop.scheduleTask(in: Self.pause) { listener.setOption(.autoRead, value: true).whenFailure { _ in } }
        }
        context.fireErrorCaught(error)
    }
}
