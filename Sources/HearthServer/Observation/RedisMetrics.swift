import HearthDrivers
import HearthTelemetry
import Logging
import Synchronization

/// Writes what happens between Hearth and Redis into the metrics, and what Redis refuses into the log.
final class RedisMetrics: RedisObserver {
    private let instruments: StoreInstruments
    private let certificates: CertificateInstruments
    private let timeSource: any TimeSource
    private let logger: Logger
    private let news = Mutex(RefusalNews())

    init(instruments: StoreInstruments, certificates: CertificateInstruments, timeSource: any TimeSource, logger: Logger) {
        self.instruments = instruments
        self.certificates = certificates
        self.timeSource = timeSource
        self.logger = logger
    }

    func breakerChanged(to state: CircuitBreaker.State) {
        switch state {
        case .closed: instruments.setBreaker(.closed)
        case .open: instruments.setBreaker(.open)
        case .halfOpen: instruments.setBreaker(.halfOpen)
        }
    }

    func connected(_ outcome: RedisConnectOutcome) {
        switch outcome {
        case .ok: instruments.reconnects(.ok).increment()
        case .error: instruments.reconnects(.error).increment()
        case .handshake: instruments.reconnects(.handshake).increment()
        }
    }

    func failed(with error: RedisError) {
        guard let refusal = RedisRefusal(error) else { return }
        let uptime = timeSource.uptime()
        guard news.withLock({ $0.isNews(refusal.kind, at: uptime) }) else { return }
        logger.log(level: refusal.level, refusal.message, metadata: ["error": "\(error)"])
    }

    func certificateShown(expiresAt end: Timestamp) { certificates.note(.redis, expiresAt: end) }
    func protocolFailed() { instruments.protocolErrors.increment() }
    func topologyRefreshed() { instruments.topologyRefreshes.increment() }
}
