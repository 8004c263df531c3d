import HearthDrivers
import HearthTelemetry
import HearthUpstream
import Logging
import Synchronization

/// Writes what happens between Hearth and the provider into the metrics, and changes of its state into the log.
final class UpstreamMetrics: UpstreamObserver {
    private let instruments: UpstreamInstruments
    private let certificates: CertificateInstruments
    private let logger: Logger
    private let host: String
    private let events: ServiceEvents?
    private let breakerChanged: @Sendable () -> Void
    private let keyIsRefused = Mutex(false)
    private let breakerState = Mutex(CircuitBreaker.State.closed)

    init(
        instruments: UpstreamInstruments, certificates: CertificateInstruments, host: String, events: ServiceEvents? = nil, logger: Logger,
        breakerChanged: @escaping @Sendable () -> Void = {}
    ) {
        self.breakerChanged = breakerChanged
        self.host = host
        self.events = events
        self.instruments = instruments
        self.certificates = certificates
        self.logger = logger
    }

    func callFinished(operation: UpstreamOperation, model: String, errorType: String?, duration: Duration, usage: ProviderUsage?) {
        instruments.recordCall(Self.label(of: operation), model: model, duration: duration, failure: errorType.map(Self.failure))
        if let usage {
            instruments.recordTokens(
                Self.label(of: operation), model: model, input: usage.inputTokens, output: usage.outputTokens)
        }
        noteKey(isRefused: errorType == "auth")
    }

    /// It took no time, and says nothing of the key.
    func callRefused(operation: UpstreamOperation, model: String, errorType: String) {
        instruments.recordCall(Self.label(of: operation), model: model, duration: .zero, failure: Self.failure(errorType))
    }

    func firstChunk(model: String, after duration: Duration) { instruments.recordFirstChunk(model: model, after: duration) }

    /// Logs a refused key once, and its end once, however many calls are made meanwhile.
    private func noteKey(isRefused: Bool) {
        let hasChanged = keyIsRefused.withLock { known in
            defer { known = isRefused }
            return known != isRefused
        }
        guard hasChanged else { return }
        if isRefused {
            logger.error(
                "The provider refused the key. Kept answers are served",
                metadata: ["host": "\(host)", "advice": "set a valid OPENAI_API_KEY"])
        } else {
            logger.notice("The provider accepts the key again", metadata: ["host": "\(host)"])
        }
    }

    func retried(_ reason: RetryPolicy.Reason) {
        let label: UpstreamInstruments.RetryReason =
            switch reason {
            case .timeout: .timeout
            case .rateLimited: .rateLimited
            case .serverError: .serverError
            case .network: .network
            }
        instruments.retries(label).increment()
    }

    func queueWaited(_ duration: Duration) { instruments.queueWait.observe(duration) }

    func inFlight(_ count: Int) { instruments.requestsInFlight.set(Double(count)) }

    func breaker(_ state: CircuitBreaker.State) {
        let label = Self.label(of: state)
        instruments.setBreaker(label)
        let changed = breakerState.withLock { known in
            defer { known = state }
            return Self.label(of: known) != label
        }
        guard changed else { return }
        breakerChanged()
        switch label {
        case .open:
            logger.warning("provider left alone after failures", metadata: ["breaker": "open"])
            events?.note(.breakerOpened, ["provider": host])
        case .halfOpen: logger.info("provider probed", metadata: ["breaker": "half_open"])
        case .closed:
            logger.notice("provider answers again", metadata: ["breaker": "closed"])
            events?.note(.breakerClosed, ["provider": host])
        }
    }

    func invalidField(_ field: ProviderAnswer.InvalidField) {
        let label: UpstreamInstruments.InvalidField =
            switch field {
            case .usage: .usage
            case .logprobs: .logprobs
            case .model: .model
            case .finishReason: .finishReason
            }
        instruments.invalidFields(label).increment()
        logger.info("provider sent an invalid field", metadata: ["field": "\(field.rawValue)"])
    }

    func certificateShown(expiresAt end: Timestamp) { certificates.note(.provider, expiresAt: end) }

    private static func failure(_ errorType: String) -> UpstreamInstruments.Failure {
        switch errorType {
        case "timeout": .timeout
        case "rate_limited": .rateLimited
        case "auth": .auth
        case "4xx": .clientError
        case "5xx": .serverError
        case "network": .network
        case "breaker_open": .breakerOpen
        default: .other
        }
    }

    private static func label(of operation: UpstreamOperation) -> UpstreamInstruments.Operation {
        switch operation {
        case .chat: .chat
        case .embeddings: .embeddings
        }
    }

    static func label(of state: CircuitBreaker.State) -> UpstreamInstruments.BreakerState {
        switch state {
        case .closed: .closed
        case .open: .open
        case .halfOpen: .halfOpen
        }
    }
}
