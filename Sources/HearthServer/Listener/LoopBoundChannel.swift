import HearthDrivers
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes

/// Connections whose requests are answered on the connection's own event loop; see ``OffLoopMiddleware`` for what is not.
struct LoopBoundChannel: ServerChildChannel {
    let inner: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        inner.setup(channel: channel, logger: logger)
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await withTaskExecutorPreference(EventLoopExecutor(value.channel.eventLoop)) {
            await inner.handle(value: value, logger: logger)
        }
    }
}
