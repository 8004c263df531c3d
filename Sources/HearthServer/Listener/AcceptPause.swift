import HearthDrivers
import NIOCore

/// Stops taking connections when the process has no descriptor left, or the system no memory, for one more, until there is some room again.
///
/// SwiftNIO puts off the next attempt as well, but stays registered for what it cannot have: the event loop would be woken again at once,
/// and a whole processor be taken from those who are connected.
final class AcceptPause: ChannelInboundHandler, Sendable {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(500)

    private let spare = SpareDescriptors()

    /// Before SwiftNIO's own handler, which keeps the error to itself.
    static func add(to listener: any Channel) async {
        let pause = AcceptPause()
        // Where there is no room from the beginning, the first connection shows it.
        _ = pause.spare.take()
        // One that is closed already takes no connections either.
        try? await listener.pipeline.addHandler(pause, position: .first).get()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError {
            spare.giveBack()
            let listener = context.channel
            listener.setOption(.autoRead, value: false).whenFailure { _ in }
            goOn(listener, context.eventLoop)
        }
        context.fireErrorCaught(error)
    }

    /// After a while, once there is room for a connection and for what those who are connected need.
    private func goOn(_ listener: any Channel, _ loop: any EventLoop) {
        loop.scheduleTask(in: Self.pause) {
            guard listener.isActive else { return }
            guard self.spare.take() else { return self.goOn(listener, loop) }
            listener.setOption(.autoRead, value: true).whenFailure { _ in }
        }
    }
}
