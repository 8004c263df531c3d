import Glibc
import Synchronization

/// An HTTP client on libcurl: all transfers of a client share one multi handle on one thread.
///
/// Connections are kept and used again; HTTP/2 is spoken where TLS offers it. Certificates are always checked. Redirects are not
/// followed and proxies of the environment are ignored, so a request goes to the configured host and nowhere else.
package final class CurlClient: HTTPSending {
    package struct Limits: Sendable {
        /// Requests that have no result yet, running and waiting; one more is refused.
        package var maximumRequests = 256
        package var maximumConnections = 128
        package var maximumResponseHeaders = 100
        package var maximumResponseHeaderBytes = 64 << 10
        package var connectionLifetimeSeconds = 600
        /// A file of trusted certificates in PEM instead of the system's; for a provider with a certificate of its own.
        package var trustedCertificatesFile: String?

        package init() {}
    }

    private static let threadName = "hearth-curl"

    private let mailbox: CurlMailbox
    private let stopped = StopSignal()
    private let thread: Mutex<DedicatedThread?>

    package init(limits: Limits = Limits()) throws(DedicatedThreadError) {
        guard let alarm = WakePipe() else { throw DedicatedThreadError(name: Self.threadName, code: EMFILE) }
        let mailbox = CurlMailbox(capacity: limits.maximumRequests, alarm: alarm)
        let stopped = self.stopped
        self.mailbox = mailbox
        thread = Mutex(
            try DedicatedThread(name: Self.threadName) {
                if let loop = CurlLoop(mailbox: mailbox, limits: limits) {
                    loop.run()
                } else {
                    mailbox.refuseAll()
                    for pending in mailbox.collect().submitted {
                        mailbox.close(pending.id)
                        pending.reply.resolve(.failure(HTTPClientError(kind: .shutDown, host: pending.request.host)))
                    }
                }
                stopped.raise()
            })
    }

    deinit {
        mailbox.requestStop()
        thread.withLock { thread in
            thread?.detach()
            thread = nil
        }
    }

    /// Requests that have no result yet.
    package var openRequests: Int { mailbox.openCount }

    /// Sends a request and waits for its complete answer; cancelling the task ends the transfer.
    package func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        if let fault = request.fault { throw HTTPClientError(kind: .invalidRequest, host: request.host, detail: fault) }
        return try await run(PendingTransfer(id: mailbox.makeID(), request: request, reply: OneShot()))
    }

    /// Bytes of a streamed answer that wait for their reader.
    private static let streamCapacity = 256 << 10

    /// As ``send(_:)``, but returns with the header; cancelling the task before that ends the transfer.
    package func open(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientStream {
        if let fault = request.fault { throw HTTPClientError(kind: .invalidRequest, host: request.host, detail: fault) }
        let pipe = HTTPBodyPipe(capacity: Self.streamCapacity, host: request.host)
        let id = mailbox.makeID()
        let head = try await run(PendingTransfer(id: id, request: request, reply: OneShot(), pipe: pipe))
        return HTTPClientStream(
            status: head.status, headers: head.headers, connectionRetries: head.connectionRetries, certificateEnd: head.certificateEnd,
            read: { [mailbox] () async throws(HTTPClientError) -> [UInt8]? in try await pipe.next { mailbox.resume(id) } },
            abandon: { [mailbox] in mailbox.cancel(id) })
    }

    private func run(_ pending: PendingTransfer) async throws(HTTPClientError) -> HTTPClientResponse {
        let request = pending.request
        switch mailbox.submit(pending) {
        case .full: throw HTTPClientError(kind: .queueFull, host: request.host)
        case .stopped: throw HTTPClientError(kind: .shutDown, host: request.host)
        case nil: break
        }
        let result = await withTaskCancellationHandler {
            await pending.reply.value()
        } onCancel: {
            mailbox.cancel(pending.id)
        }
        return try result.get()
    }

    /// Ends all transfers with ``HTTPClientError/Kind/shutDown`` and waits for the thread; later requests are refused.
    package func shutdown() async {
        mailbox.requestStop()
        await stopped.wait()
        let thread = thread.withLock { thread -> DedicatedThread? in
            defer { thread = nil }
            return thread
        }
        // The thread has done its work and is returning, so this does not hold up anyone.
        thread?.join()
    }
}

/// Something that happens once and that any number of tasks may wait for.
private final class StopSignal: Sendable {
    private struct State {
        var isRaised = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func raise() {
        let waiters = state.withLock { state in
            state.isRaised = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isRaised = state.withLock { state in
                if !state.isRaised { state.waiters.append(continuation) }
                return state.isRaised
            }
            if isRaised { continuation.resume() }
        }
    }
}
