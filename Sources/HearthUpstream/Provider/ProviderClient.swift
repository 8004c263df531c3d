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
        /// For a streamed answer, from the question to its last byte.
        package var streamTimeout = Duration.seconds(600)
        /// How long a streamed answer may be silent.
        package var streamIdleTimeout = Duration.seconds(60)
        /// How long the first bytes of a streamed answer may take; nil is as long as any later ones.
        package var streamStartTimeout: Duration?
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

    let configuration: Configuration
    let host: String
    let http: any HTTPSending
    let time: any TimeSource
    let observer: any UpstreamObserver
    let limiter: ConcurrencyLimiter
    let pause: ConcurrencyLimiter.Pause
    let unitRandom: @Sendable () -> Double
    let protection: Mutex<Protection>

    /// What guards the provider against Hearth.
    struct Protection {
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

    /// The model that questions are put to where the caller names none.
    package var model: String { configuration.model }
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
    ///   - hasAlternative: whether another provider is asked where this one fails; then this one is asked once.
    package func complete(
        _ question: ChatQuestion,
        requestID: String? = nil,
        traceparent: String? = nil,
        tracestate: String? = nil,
        hasAlternative: Bool = false
    ) async throws(UpstreamError) -> ProviderAnswer {
        let start = time.uptime()
        let request = try request(for: question, requestID: requestID, traceparent: traceparent, tracestate: tracestate)
        var answer = try await call(
            .chat, model: configuration.model, request, since: start, mayRetry: !hasAlternative, usage: \.usage
        ) {
            response throws(UpstreamError) in
            try AnswerReader(model: configuration.model, host: host).read(response)
        }
        answer.duration = time.uptime() - start
        for field in answer.invalidFields { observer.invalidField(field) }
        return answer
    }

    /// Makes a call whose answer is read whole, with everything that guards and counts it.
    func call<Value: Sendable>(
        _ operation: UpstreamOperation?, model: String, _ request: HTTPClientRequest, since start: Duration, mayRetry: Bool = true,
        usage: (Value) -> ProviderUsage?, read: (HTTPClientResponse) throws(UpstreamError) -> Value
    ) async throws(UpstreamError) -> Value {
        try await enter(for: operation, model: model, since: start)
        defer { giveSlotBack() }
        do throws(UpstreamError) {
            let value = try await attempts(
                request, within: configuration.totalTimeout, since: start, mayRetry: mayRetry
            ) { await attempt($0, read: read) }
            noteEnd(of: operation, model: model, since: start, error: nil, usage: usage(value))
            return value
        } catch {
            noteEnd(of: operation, model: model, since: start, error: error, usage: nil)
            throw error
        }
    }

    /// Passes the breaker and takes a slot, which whoever came in gives back.
    func enter(for operation: UpstreamOperation?, model: String, since start: Duration) async throws(UpstreamError) {
        if let retryAfter = protection.withLock({ $0.breaker.refusal(at: start) }) {
            throw breakerOpen(retryAfter, operation: operation, model: model)
        }
        try await takeSlot(since: start)
        do throws(UpstreamError) {
            // Again after the wait: the breaker may have opened meanwhile, and a probe must not be stuck in the queue.
            try admit(operation, model: model)
        } catch {
            giveSlotBack()
            throw error
        }
    }

    /// Tells the breaker and the metrics how an admitted call ended.
    ///
    /// - Parameter operation: nil for calls that ask for nothing that is paid for; those are not in the metrics.
    func noteEnd(of operation: UpstreamOperation?, model: String, since start: Duration, error: UpstreamError?, usage: ProviderUsage?) {
        recordEnd(error, isOwnRoute: operation != nil)
        guard let operation, error?.madeCall != false, error?.wasGivenUp != true else { return }
        observer.callFinished(
            operation: operation, model: model, errorType: error?.errorType, duration: time.uptime() - start, usage: usage)
    }

    /// Attempts and pauses until there is an answer or no sense in going on.
    func attempts<Value: Sendable>(
        _ request: HTTPClientRequest, within limit: Duration, since start: Duration, mayRetry: Bool,
        attempt: (HTTPClientRequest) async -> Result<Value, RetryPolicy.Failure>
    ) async throws(UpstreamError) -> Value {
        var request = request
        var retries = 0
        protection.withLock { $0.budget.recordCall() }
        while true {
            request.totalTimeout = limit - (time.uptime() - start)
            let failure: RetryPolicy.Failure
            switch await attempt(request) {
            case .success(let answer): return answer
            case .failure(let failed): failure = failed
            }
            // A stream may last for minutes, but nobody waits so long for its first byte.
            let remaining = min(limit, configuration.totalTimeout) - (time.uptime() - start)
            let decision = configuration.retryPolicy.decide(on: failure, retries: retries, remaining: remaining, unitRandom: unitRandom())
            guard mayRetry, case .retry(let length, let reason) = decision, protection.withLock({ $0.budget.takeRetry() }) else {
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

    private func attempt<Value: Sendable>(
        _ request: HTTPClientRequest, read: (HTTPClientResponse) throws(UpstreamError) -> Value
    ) async -> Result<Value, RetryPolicy.Failure> {
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await http.send(request)
        } catch {
            return .failure(RetryPolicy.Failure(error: UpstreamError(error), wasBeforeConnection: error.wasBeforeConnection))
        }
        for _ in 0..<response.connectionRetries { observer.retried(.network) }
        if let end = response.certificateEnd { observer.certificateShown(expiresAt: end) }
        if let error = refusal(status: response.status, headers: response.headers, body: response.body) {
            return .failure(RetryPolicy.Failure(error: error, wasBeforeConnection: false))
        }
        do throws(UpstreamError) {
            return .success(try read(response))
        } catch {
            return .failure(RetryPolicy.Failure(error: error, wasBeforeConnection: false))
        }
    }

    /// The failure that a status stands for, with the provider's own words; nil for success.
    func refusal(status: Int, headers: HTTPClientHeaders, body: [UInt8]) -> UpstreamError? {
        guard
            var error = UpstreamError(status: status, retryAfterHeader: headers["Retry-After"], host: host, now: time.now())
        else { return nil }
        // Words that were cut short are none.
        if AnswerReader.isJSON(headers["Content-Type"]), body.count <= ProviderRefusal.maximumBytes, JSONTree(body) != nil {
            error.refusal = ProviderRefusal(status: status, body: body, shouldRetry: headers["x-should-retry"])
        }
        return error
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
        guard var body = try? completion.encoded() else {
            throw UpstreamError(kind: .clientError(status: 400), message: "The question cannot be written as JSON. Check its characters.")
        }
        if let format = question.responseFormat, var tree = JSONTree(body) {
            tree["response_format"] = format
            body = tree.bytes
        }
        return httpRequest(.post, "/chat/completions", body: body, requestID: requestID, traceparent: traceparent, tracestate: tracestate)
    }
}
