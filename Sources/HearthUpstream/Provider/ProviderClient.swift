package import HearthDrivers
package import HearthTelemetry
import Synchronization

/// Asks an OpenAI-compatible provider, within limits of time, size, number and cost.
///
/// A call passes the breaker, waits for a slot, and makes one attempt or, where that helps, two. Everything together ends within
/// ``Configuration/totalTimeout``.
package final class ProviderClient: Sendable {
    package struct Configuration: Sendable {
        /// The address before `/chat/completions`, without a slash at its end.
        package var baseURL: String
        package var apiKey: Secret?
        package var model: String
        /// Whether token probabilities are asked for; they are the best measure of confidence, but not every provider has them.
        package var requestsLogprobs = true
        package var temperature: Double?
        package var maximumOutputTokens: Int?
        package var connectTimeout = Duration.seconds(5)
        /// The whole call: waiting, attempts and pauses.
        package var totalTimeout = Duration.seconds(30)
        package var maximumResponseBytes = 1 << 20
        package var concurrency = 64
        package var queueLength = 256
        package var queueWait = Duration.seconds(10)
        package var retryPolicy = RetryPolicy()
        package var breakerPolicy = CircuitBreaker.Policy()

        package init(baseURL: String, apiKey: Secret? = nil, model: String) {
            self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
            self.apiKey = apiKey
            self.model = model
        }
    }

    private let configuration: Configuration
    private let host: String
    private let http: any HTTPSending
    private let time: any TimeSource
    private let observer: any UpstreamObserver
    private let limiter: ConcurrencyLimiter
    private let pause: ConcurrencyLimiter.Pause
    private let unitRandom: @Sendable () -> Double
    private let protection: Mutex<Protection>

    /// What guards the provider against Hearth.
    private struct Protection {
        var breaker: CircuitBreaker
        var budget = RetryBudget()
    }

    /// - Parameters:
    ///   - pause: pauses a task; the continuous clock outside of tests.
    ///   - unitRandom: 0..<1, for jitter.
    package init(
        configuration: Configuration,
        http: any HTTPSending,
        time: any TimeSource,
        observer: any UpstreamObserver = SilentUpstreamObserver(),
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        unitRandom: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.configuration = configuration
        self.http = http
        self.time = time
        self.observer = observer
        host = HTTPClientRequest.host(of: configuration.baseURL)
        self.pause = pause
        self.unitRandom = unitRandom
        limiter = ConcurrencyLimiter(
            slots: configuration.concurrency, queueLength: configuration.queueLength, longestWait: configuration.queueWait, pause: pause)
        protection = Mutex(Protection(breaker: CircuitBreaker(policy: configuration.breakerPolicy)))
        observer.inFlight(0)
        observer.breaker(.closed)
    }

    package var breakerState: CircuitBreaker.State { protection.withLock { $0.breaker.state } }
    /// The state as the next call will find it.
    package var breakerStateNow: CircuitBreaker.State {
        let now = time.uptime()
        return protection.withLock { $0.breaker.state(at: now) }
    }
    package var callsInFlight: Int { limiter.inFlight }
    package var callsWaiting: Int { limiter.waiting }

    /// Asks one question.
    ///
    /// - Parameters:
    ///   - requestID: passed on as `X-Request-Id`.
    ///   - traceparent, tracestate: passed on as they are (W3C Trace Context).
    package func complete(
        _ question: ChatQuestion,
        requestID: String? = nil,
        traceparent: String? = nil,
        tracestate: String? = nil
    ) async throws(UpstreamError) -> ProviderAnswer {
        let start = time.uptime()
        if let retryAfter = protection.withLock({ $0.breaker.refusal(at: start) }) { throw breakerOpen(retryAfter) }
        try await takeSlot(since: start)
        defer { giveSlotBack() }

        // Again after the wait: the breaker may have opened meanwhile, and a probe must not be stuck in the queue.
        try admit()
        let outcome: Result<ProviderAnswer, UpstreamError>
        do throws(UpstreamError) {
            let request = try request(for: question, requestID: requestID, traceparent: traceparent, tracestate: tracestate)
            outcome = .success(try await attempts(request, since: start))
        } catch {
            outcome = .failure(error)
        }
        let duration = time.uptime() - start
        switch outcome {
        case .success(var answer):
            recordEnd(nil)
            answer.duration = duration
            for field in answer.invalidFields { observer.invalidField(field) }
            observer.callFinished(
                operation: .chat, model: configuration.model, errorType: nil, duration: duration, usage: answer.usage)
            return answer
        case .failure(let error):
            recordEnd(error)
            if error.madeCall {
                observer.callFinished(
                    operation: .chat, model: configuration.model, errorType: error.errorType, duration: duration, usage: nil)
            }
            throw error
        }
    }

    /// Attempts and pauses until there is an answer or no sense in going on.
    private func attempts(_ request: HTTPClientRequest, since start: Duration) async throws(UpstreamError) -> ProviderAnswer {
        var request = request
        var retries = 0
        protection.withLock { $0.budget.recordCall() }
        while true {
            request.totalTimeout = configuration.totalTimeout - (time.uptime() - start)
            let failure: RetryPolicy.Failure
            switch await attempt(request) {
            case .success(let answer): return answer
            case .failure(let failed): failure = failed
            }
            let remaining = configuration.totalTimeout - (time.uptime() - start)
            let decision = configuration.retryPolicy.decide(on: failure, retries: retries, remaining: remaining, unitRandom: unitRandom())
            guard case .retry(let length, let reason) = decision, protection.withLock({ $0.budget.takeRetry() }) else {
                throw failure.error
            }
            do {
                try await pause(length)
            } catch {
                throw UpstreamError(HTTPClientError(kind: .cancelled, host: host))
            }
            retries += 1
            observer.retried(reason)
        }
    }

    private func attempt(_ request: HTTPClientRequest) async -> Result<ProviderAnswer, RetryPolicy.Failure> {
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await http.send(request)
        } catch {
            return .failure(RetryPolicy.Failure(error: UpstreamError(error), wasBeforeConnection: error.wasBeforeConnection))
        }
        for _ in 0..<response.connectionRetries { observer.retried(.network) }
        if let end = response.certificateEnd { observer.certificateShown(expiresAt: end) }
        let retryAfter = response.headers["Retry-After"]
        if let error = UpstreamError(status: response.status, retryAfterHeader: retryAfter, host: host, now: time.now()) {
            return .failure(RetryPolicy.Failure(error: error, wasBeforeConnection: false))
        }
        do throws(UpstreamError) {
            return .success(try AnswerReader(model: configuration.model, host: host).read(response))
        } catch {
            return .failure(RetryPolicy.Failure(error: error, wasBeforeConnection: false))
        }
    }

    private func request(
        for question: ChatQuestion,
        requestID: String?,
        traceparent: String?,
        tracestate: String?
    ) throws(UpstreamError) -> HTTPClientRequest {
        let completion = ChatCompletionRequest(
            model: configuration.model, messages: question.messages, logprobs: configuration.requestsLogprobs ? true : nil,
            temperature: configuration.temperature, maxCompletionTokens: configuration.maximumOutputTokens)
        guard let body = try? completion.encoded() else {
            throw UpstreamError(kind: .clientError(status: 400), message: "The question cannot be written as JSON. Check its characters.")
        }
        var headers = [
            HTTPClientRequest.Header("Content-Type", "application/json"),
            HTTPClientRequest.Header("Accept", "application/json"),
        ]
        if let key = configuration.apiKey, !key.isEmpty { headers.append(.init("Authorization", "Bearer \(key.reveal())")) }
        if let requestID { headers.append(.init("X-Request-Id", requestID)) }
        if let traceparent { headers.append(.init("traceparent", traceparent)) }
        if let tracestate { headers.append(.init("tracestate", tracestate)) }
        return HTTPClientRequest(
            method: .post, url: configuration.baseURL + "/chat/completions", headers: headers, body: body,
            connectTimeout: configuration.connectTimeout, totalTimeout: configuration.totalTimeout,
            maximumResponseBytes: configuration.maximumResponseBytes)
    }
}

extension ProviderClient {
    private func takeSlot(since start: Duration) async throws(UpstreamError) {
        do throws(ConcurrencyLimiter.Refusal) {
            try await limiter.acquire(waitingAtMost: configuration.totalTimeout)
        } catch {
            switch error {
            case .full, .waitedTooLong:
                throw UpstreamError(
                    kind: .overloaded,
                    message:
                        "Too many questions wait for the provider \(host). Ask again in a moment, or raise HEARTH_UPSTREAM_CONCURRENCY.",
                    retryAfter: RetryAfter.shortest)
            case .cancelled:
                throw UpstreamError(HTTPClientError(kind: .cancelled, host: host))
            }
        }
        observer.queueWaited(time.uptime() - start)
        observer.inFlight(limiter.inFlight)
    }

    private func giveSlotBack() {
        limiter.release()
        observer.inFlight(limiter.inFlight)
    }

    private func admit() throws(UpstreamError) {
        let now = time.uptime()
        let (admission, change) = protection.withLock { protection in
            let before = protection.breaker.state
            let admission = protection.breaker.admit(at: now)
            return (admission, protection.breaker.state == before ? nil : protection.breaker.state)
        }
        if let change { observer.breaker(change) }
        if case .refused(let retryAfter) = admission { throw breakerOpen(retryAfter) }
    }

    private func breakerOpen(_ retryAfter: Duration) -> UpstreamError {
        observer.callRefused(operation: .chat, model: configuration.model)
        return UpstreamError(
            kind: .breakerOpen,
            message: "The provider \(host) failed several times in a row and is left alone for a while. Kept answers are served.",
            retryAfter: RetryAfter.clamped(retryAfter))
    }

    /// Tells the breaker how an admitted call ended.
    private func recordEnd(_ error: UpstreamError?) {
        let now = time.uptime()
        let random = unitRandom()
        let change = protection.withLock { protection in
            let before = protection.breaker.state
            switch error?.kind {
            case .cancelled, .shutDown, .overloaded: protection.breaker.abandonProbe(at: now)
            default:
                if error?.countsAsFailure == true {
                    protection.breaker.recordFailure(at: now, unitRandom: random)
                } else {
                    protection.breaker.recordSuccess()
                }
            }
            return protection.breaker.state == before ? nil : protection.breaker.state
        }
        if let change { observer.breaker(change) }
    }
}

extension HTTPClientError {
    /// Whether no byte of the request can have reached the server, so that asking again cannot cost twice.
    fileprivate var wasBeforeConnection: Bool {
        switch kind {
        case .resolve, .connect, .connectTimeout: true
        case .invalidRequest, .tls, .totalTimeout, .tooLarge, .cancelled, .shutDown, .queueFull, .reset, .emptyReply,
            .protocolViolation, .other:
            false
        }
    }
}
