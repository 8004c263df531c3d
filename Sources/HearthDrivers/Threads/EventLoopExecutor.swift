package import NIOCore
import NIOPosix

/// Runs the work of a task on one event loop, so that a request which only waits for others changes threads as seldom as it can.
///
/// Each change of thread costs a small machine some 50 microseconds, several times what Hearth itself does for a miss. What calculates for
/// longer than a millisecond must not run here, as every connection of the loop would wait for it.
package final class EventLoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    package init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Of the loop on whose thread this is called; nil on other threads.
    package static var current: EventLoopExecutor? { MultiThreadedEventLoopGroup.currentEventLoop.map { EventLoopExecutor($0) } }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // The closure keeps the executor for as long as the job needs it.
        eventLoop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
