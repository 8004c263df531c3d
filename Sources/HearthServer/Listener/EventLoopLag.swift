import HearthTelemetry
import NIOCore

/// Measures how late an event loop comes to a task that is due, which is what everything else on that loop waits for as well.
enum EventLoopLag {
    private static let interval = Duration.milliseconds(50)

    /// Observes until the loop ends.
    static func measure(on loop: any EventLoop, timeSource: any TimeSource, observe: @escaping @Sendable (Duration) -> Void) {
        loop.execute {
            let due = NIOLoopBoundBox(timeSource.uptime() + interval, eventLoop: loop)
            loop.scheduleRepeatedTask(initialDelay: TimeAmount(interval), delay: TimeAmount(interval)) { _ in
                observe(max(.zero, timeSource.uptime() - due.value))
                // The pause to the next time begins when this one has ended.
                due.value = timeSource.uptime() + interval
            }
        }
    }
}
