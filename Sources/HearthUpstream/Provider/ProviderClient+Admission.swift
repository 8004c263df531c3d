import HearthDrivers
import HearthTelemetry
import Synchronization

/// Who is let in to the provider: slots, the breaker, and what it learns of how calls end.
extension ProviderClient {
    func takeSlot(since start: Duration) async throws(UpstreamError) {
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
                var error = UpstreamError(HTTPClientError(kind: .cancelled, host: host))
                error.isUnsent = true
                throw error
            }
        }
        observer.queueWaited(time.uptime() - start)
        observer.inFlight(limiter.inFlight)
    }

    func giveSlotBack() {
        limiter.release()
        observer.inFlight(limiter.inFlight)
    }

    func admit(_ operation: UpstreamOperation?, model: String) throws(UpstreamError) {
        let now = time.uptime()
        let (admission, change) = protection.withLock { protection in
            let before = protection.breaker.state
            let admission = protection.breaker.admit(at: now)
            return (admission, protection.breaker.state == before ? nil : protection.breaker.state)
        }
        if let change { observer.breaker(change) }
        if case .refused(let retryAfter) = admission { throw breakerOpen(retryAfter, operation: operation, model: model) }
    }

    func breakerOpen(_ retryAfter: Duration, operation: UpstreamOperation?, model: String) -> UpstreamError {
        let error = UpstreamError(
            kind: .breakerOpen,
            message: "The provider \(host) failed several times in a row and is left alone for a while. Kept answers are served.",
            retryAfter: RetryAfter.clamped(retryAfter))
        if let operation { observer.callRefused(operation: operation, model: model, errorType: error.errorType) }
        return error
    }

    /// Counts a call that was not made because of what the provider said to others: it fails as theirs did, and without it an outage would
    /// show a handful of failed calls.
    package func noteHeld(_ error: UpstreamError, _ operation: UpstreamOperation, model: String) {
        observer.callRefused(operation: operation, model: model, errorType: error.errorType)
    }

    /// Tells the breaker that a call was silent for so long that another provider, asked later, was faster. The call itself is cancelled,
    /// which says nothing; without this a provider that has died would be asked first for ever.
    package func noteOvertaken() {
        recordEnd(UpstreamError(kind: .timeout, message: "Another provider was faster."), isOwnRoute: true)
    }

    /// The header of an answer shows that the provider works: a probe need not last as long as what follows.
    func noteHeader(status: Int) {
        guard status < 500 else { return }
        let isClosed = protection.withLock { protection in
            guard protection.breaker.state == .halfOpen else { return false }
            protection.breaker.recordSuccess()
            return true
        }
        if isClosed { observer.breaker(.closed) }
    }

    /// Tells the breaker how an admitted call ended.
    ///
    /// - Parameter isOwnRoute: whether it was a call that Hearth knows; others may take their time, which says nothing of the provider.
    func recordEnd(_ error: UpstreamError?, isOwnRoute: Bool) {
        let now = time.uptime()
        let random = unitRandom()
        let change = protection.withLock { protection in
            let before = protection.breaker.state
            switch error?.kind {
            case .cancelled, .shutDown, .overloaded: protection.breaker.abandonProbe(at: now)
            case .timeout where !isOwnRoute: protection.breaker.abandonProbe(at: now)
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
