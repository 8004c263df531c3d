import HearthDrivers
import HearthTelemetry
import HearthUpstream
import Synchronization

/// Writes down what it hears.
final class RecordingObserver: UpstreamObserver {
    struct Heard {
        var calls: [(errorType: String?, duration: Duration, usage: ProviderUsage?)] = []
        var refusals = 0
        var retries: [RetryPolicy.Reason] = []
        var waits: [Duration] = []
        var firstChunks: [Duration] = []
        var inFlight: [Int] = []
        var breaker: [CircuitBreaker.State] = []
        var invalid: [ProviderAnswer.InvalidField] = []
        var certificateEnds: [Timestamp] = []
    }

    private let state = Mutex(Heard())

    var heard: Heard { state.withLock { $0 } }

    func callFinished(operation: UpstreamOperation, model: String, errorType: String?, duration: Duration, usage: ProviderUsage?) {
        state.withLock { $0.calls.append((errorType, duration, usage)) }
    }

    func callRefused(operation: UpstreamOperation, model: String, errorType: String) { state.withLock { $0.refusals += 1 } }
    func retried(_ reason: RetryPolicy.Reason) { state.withLock { $0.retries.append(reason) } }
    func firstChunk(model: String, after duration: Duration) { state.withLock { $0.firstChunks.append(duration) } }
    func queueWaited(_ duration: Duration) { state.withLock { $0.waits.append(duration) } }
    func inFlight(_ count: Int) { state.withLock { $0.inFlight.append(count) } }
    func breaker(_ newState: CircuitBreaker.State) { state.withLock { $0.breaker.append(newState) } }
    func certificateShown(expiresAt end: Timestamp) { state.withLock { $0.certificateEnds.append(end) } }
    func invalidField(_ field: ProviderAnswer.InvalidField) { state.withLock { $0.invalid.append(field) } }
}

/// Answers requests with what a test wrote down, one after another; the last one repeats.
final class ScriptedHTTP: HTTPSending {
    typealias Outcome = Result<HTTPClientResponse, HTTPClientError>

    private struct State {
        var outcomes: [Outcome]
        var requests: [HTTPClientRequest] = []
    }

    private let state: Mutex<State>
    private let beforeAnswer: @Sendable () async -> Void

    init(_ outcomes: [Outcome], beforeAnswer: @escaping @Sendable () async -> Void = {}) {
        state = Mutex(State(outcomes: outcomes))
        self.beforeAnswer = beforeAnswer
    }

    var requests: [HTTPClientRequest] { state.withLock { $0.requests } }

    func replaceOutcomes(_ outcomes: [Outcome]) { state.withLock { $0.outcomes = outcomes } }

    func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        state.withLock { $0.requests.append(request) }
        await beforeAnswer()
        let outcome = state.withLock { $0.outcomes.count > 1 ? $0.outcomes.removeFirst() : $0.outcomes[0] }
        return try outcome.get()
    }

    static func answer(_ body: String = completionBody(), status: Int = 200, retryAfter: String? = nil) -> Outcome {
        var headers = [(name: "Content-Type", value: "application/json")]
        if let retryAfter { headers.append(("Retry-After", retryAfter)) }
        return .success(HTTPClientResponse(status: status, headers: HTTPClientHeaders(headers), body: Array(body.utf8)))
    }

    static func failure(_ kind: HTTPClientError.Kind) -> Outcome { .failure(HTTPClientError(kind: kind, host: "api.example")) }
}
