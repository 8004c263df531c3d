import HearthTelemetry
import NIOCore
import NIOSSL
import Synchronization

/// One connection to a server, on one event loop: many requests under way at once, their replies in order.
final class RedisConnection: Sendable {
    /// How a connection ended.
    struct End: Sendable, Equatable {
        var error: RedisError
        /// Requests whose replies will not come.
        var lostRequests: Int
    }

    let address: RedisAddress
    let eventLoop: any EventLoop
    private let handler: NIOLoopBound<RedisChannelHandler>
    private let channel: any Channel
    private let inbox = Mutex<[RedisRequest]>([])
    private let traffic: RedisTraffic

    init(channel: any Channel, handler: NIOLoopBound<RedisChannelHandler>, traffic: RedisTraffic, address: RedisAddress) {
        self.channel = channel
        self.handler = handler
        self.traffic = traffic
        self.address = address
        eventLoop = channel.eventLoop
    }

    /// Requests that were handed over and have no reply yet.
    var pendingCount: Int { traffic.pending.load(ordering: .relaxed) }
    var isOpen: Bool { traffic.isOpen.load(ordering: .acquiring) }

    /// Hands a request over; everything that comes in one turn of the loop leaves in one write.
    func submit(_ request: RedisRequest) {
        traffic.pending.wrappingAdd(1, ordering: .relaxed)
        let isFirst = inbox.withLock { inbox in
            inbox.append(request)
            return inbox.count == 1
        }
        if isFirst { eventLoop.execute { self.sendWaiting() } }
    }

    private func sendWaiting() {
        let requests = inbox.withLock { inbox in
            defer { inbox.removeAll(keepingCapacity: true) }
            return inbox
        }
        handler.value.send(requests)
    }

    /// Sends commands and waits for their replies, without a pool around; error replies are returned as values.
    func send(_ commands: [RedisCommand], deadline: Duration) async throws(RedisError) -> [RedisValue] {
        let waiter = OneShot<RedisRequest.Outcome>()
        submit(RedisRequest(commands: commands, deadline: deadline, waiter: .task(waiter)))
        let address = "\(address)"
        let outcome = await withTaskCancellationHandler {
            await waiter.value()
        } onCancel: {
            waiter.resolve(.failure(RedisError(.cancelled, address: address, cause: "cancelled")))
        }
        return try outcome.get()
    }

    /// Until when the server's certificate is good, once there was a reply; nil without TLS.
    func certificateEnd() async -> Timestamp? {
        guard let certificate = try? await channel.nioSSL_peerCertificate().get() else { return nil }
        return Timestamp(seconds: Int64(certificate.notValidAfter))
    }

    func close() {
        channel.close(promise: nil)
    }

    /// Waits until the connection has ended.
    func waitForEnd() async -> End {
        await traffic.end.value()
    }
}

/// What others may know of a connection while its event loop works on it.
final class RedisTraffic: Sendable {
    let pending = Atomic<Int>(0)
    let isOpen = Atomic<Bool>(true)
    let end = OneShot<RedisConnection.End>()
}
