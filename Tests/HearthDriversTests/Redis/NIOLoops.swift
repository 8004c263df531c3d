import NIOCore
import NIOPosix

/// The event loops that the tests share with the clients.
enum NIOLoops {
    static func next() -> any EventLoop { MultiThreadedEventLoopGroup.singleton.next() }
}
