import HearthDrivers
import HearthTelemetry
import Synchronization

/// A streamed answer of the provider; it holds its slot until it is ended.
package final class ProviderStream: Sendable {
    package struct Ending: Sendable {
        package var error: UpstreamError?
        package var usage: ProviderUsage?
        /// Whether all was read up to the end mark; else the transfer is cut off, also where it was not the provider that failed.
        package var isWhole = false
    }

    private let stream: HTTPClientStream
    private let idleTimeout: Duration
    /// How long the first bytes may take from here on.
    private let startTimeout: Duration
    private let hasBegun = Atomic(false)
    private let pause: @Sendable (Duration) async throws -> Void
    private let host: String
    private let ended: Mutex<(@Sendable (Ending) -> Void)?>

    init(
        _ stream: HTTPClientStream, startTimeout: Duration? = nil, idleTimeout: Duration, host: String,
        pause: @escaping @Sendable (Duration) async throws -> Void, onEnd: @escaping @Sendable (Ending) -> Void
    ) {
        self.stream = stream
        self.idleTimeout = idleTimeout
        self.startTimeout = min(startTimeout ?? idleTimeout, idleTimeout)
        self.host = host
        self.pause = pause
        ended = Mutex(onEnd)
    }

    deinit { end(Ending(error: UpstreamError(HTTPClientError(kind: .cancelled, host: host)))) }

    /// Whether the provider streams at all; some answer whole although they were asked to stream.
    package var isEventStream: Bool {
        stream.headers["Content-Type"].map { $0.lowercased().hasPrefix("text/event-stream") } ?? false
    }

    package var status: Int { stream.status }
    /// The headers of the answer, with names in lower case.
    package var fields: [(name: String, value: String)] { stream.headers.all }

    var headers: HTTPClientHeaders { stream.headers }

    /// The next bytes; nil at the end. Fails when nothing comes for too long.
    package func next() async throws(UpstreamError) -> [UInt8]? {
        let patience = hasBegun.load(ordering: .relaxed) ? idleTimeout : startTimeout
        let piece = await withTaskGroup(of: Result<[UInt8]?, UpstreamError>?.self) { group in
            group.addTask { [stream] in
                do throws(HTTPClientError) {
                    return .success(try await stream.next())
                } catch {
                    return .failure(UpstreamError(error))
                }
            }
            group.addTask { [self] in
                // A pause that is cut short is no silence.
                guard (try? await pause(patience)) != nil else { return nil }
                return .failure(silence(of: patience))
            }
            defer { group.cancelAll() }
            while let first = await group.next() {
                if let first { return first }
            }
            return .failure(UpstreamError(HTTPClientError(kind: .cancelled, host: host)))
        }
        hasBegun.store(true, ordering: .relaxed)
        return try piece.get()
    }

    /// Gives the slot back and counts the call; what comes later changes nothing.
    package func end(_ ending: Ending) {
        let report = ended.withLock { ended in
            defer { ended = nil }
            return ended
        }
        guard let report else { return }
        if ending.isWhole { letGo() } else { stream.cancel() }
        report(ending)
    }

    /// Reads what still comes behind the end mark, for a moment: cut off before its last chunk, a connection of HTTP/1.1 could not be used
    /// again, and many servers send that chunk by itself.
    private func letGo() {
        Task { [stream, pause] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    var left = Self.mostAfterEndMark
                    while left > 0, let more = try? await stream.next() { left -= more.count }
                }
                group.addTask { try? await pause(Self.timeAfterEndMark) }
                await group.next()
                group.cancelAll()
            }
            stream.cancel()
        }
    }

    private static let mostAfterEndMark = 16 << 10
    private static let timeAfterEndMark = Duration.seconds(1)

    package func end(error: UpstreamError?) { end(Ending(error: error)) }

    /// As ``end(_:)``, where all was read up to the end mark.
    package func end(usage: ProviderUsage? = nil) { end(Ending(usage: usage, isWhole: true)) }

    private func silence(of length: Duration) -> UpstreamError {
        var error = UpstreamError(
            kind: .timeout, message: "The provider \(host) fell silent in the middle of its answer for \(length). Ask again later.")
        error.streamFault = .idle
        return error
    }
}

extension ProviderClient {
    /// Passes a call on whose answer is streamed; returns when its header has come.
    ///
    /// A refusal, also one with a body, is an error as for calls that are not streamed.
    package func open(_ call: ForwardedCall) async throws(UpstreamError) -> ProviderStream {
        let start = time.uptime()
        try await enter(for: call.operation, model: call.model, since: start)
        do throws(UpstreamError) {
            let request = request(for: call, accept: "text/event-stream")
            let stream = try await attempts(
                request, within: configuration.streamTimeout, since: start, mayRetry: !call.hasAlternative
            ) { await openOnce($0) }
            noteHeader(status: stream.status)
            let startTimeout = configuration.streamStartTimeout.map { max(.milliseconds(1), $0 - (time.uptime() - start)) }
            return ProviderStream(
                stream, startTimeout: startTimeout, idleTimeout: configuration.streamIdleTimeout, host: host, pause: pause
            ) { [self] ending in
                noteEnd(of: call.operation, model: call.model, since: start, error: ending.error, usage: ending.usage)
                giveSlotBack()
            }
        } catch {
            noteEnd(of: call.operation, model: call.model, since: start, error: error, usage: nil)
            giveSlotBack()
            throw error
        }
    }

    private func openOnce(_ request: HTTPClientRequest) async -> Result<HTTPClientStream, RetryPolicy.Failure> {
        do throws(HTTPClientError) {
            let stream = try await opened(request)
            for _ in 0..<stream.connectionRetries { observer.retried(.network) }
            guard !(200...299).contains(stream.status) else { return .success(stream) }
            let body = await refusalBody(of: stream)
            stream.cancel()
            guard let error = refusal(status: stream.status, headers: stream.headers, body: body) else { return .success(stream) }
            return .failure(RetryPolicy.Failure(error: error, wasBeforeConnection: false))
        } catch {
            return .failure(RetryPolicy.Failure(error: UpstreamError(error), wasBeforeConnection: error.wasBeforeConnection))
        }
    }

    /// What the provider says to a refusal, as far as it comes in time; the status alone says enough.
    private func refusalBody(of stream: HTTPClientStream) async -> [UInt8] {
        let limit = min(configuration.connectTimeout, configuration.streamIdleTimeout)
        return await withTaskGroup(of: [UInt8]?.self) { group in
            group.addTask {
                var body: [UInt8] = []
                while body.count <= ProviderRefusal.maximumBytes, let more = try? await stream.next() { body += more }
                return body
            }
            group.addTask { [pause] in
                try? await pause(limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next()?.flatMap { $0 } ?? []
        }
    }

    /// Waits for the header no longer than for the first bytes, or for anything later.
    func opened(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientStream {
        let opened = await withTaskGroup(of: Result<HTTPClientStream, HTTPClientError>?.self) { group in
            group.addTask { [http] in
                do throws(HTTPClientError) {
                    return .success(try await http.open(request))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask { [self] in
                let patience = min(configuration.streamStartTimeout ?? configuration.streamIdleTimeout, configuration.streamIdleTimeout)
                guard (try? await pause(patience)) != nil else { return nil }
                return .failure(HTTPClientError(kind: .totalTimeout, host: host))
            }
            defer { group.cancelAll() }
            while let first = await group.next() {
                if let first { return first }
            }
            return .failure(HTTPClientError(kind: .cancelled, host: host))
        }
        let stream = try opened.get()
        if let end = stream.certificateEnd { observer.certificateShown(expiresAt: end) }
        return stream
    }

    /// The answer that a provider gave whole although it was asked to stream.
    package func wholeAnswer(_ body: [UInt8], from stream: ProviderStream, to call: ForwardedCall) throws(UpstreamError) -> ForwardedAnswer
    {
        counted(try read(body, headers: stream.headers, of: call))
    }

    /// The answer that was put together from a stream.
    ///
    /// - Parameter isFaithful: see ``ChatStreamAssembly/isFaithful``.
    package func answer(
        assembled tree: JSONTree, isFaithful: Bool = true, from stream: ProviderStream, to call: ForwardedCall
    ) throws(UpstreamError) -> ForwardedAnswer {
        var answer = try ForwardedAnswer(tree, model: call.model, host: host, saysSimulated: Self.saysSimulated(stream.headers))
        answer.isFaithful = isFaithful
        return counted(answer)
    }

    private func counted(_ answer: ForwardedAnswer) -> ForwardedAnswer {
        for field in answer.invalidFields { observer.invalidField(field) }
        return answer
    }

    /// The first part of a streamed answer has come.
    package func noteFirstChunk(model: String, after duration: Duration) { observer.firstChunk(model: model, after: duration) }
}
