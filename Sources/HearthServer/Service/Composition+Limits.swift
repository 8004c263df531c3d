import HearthTelemetry

extension Composition {
    /// What holds callers to their limits.
    static func requestLimiter(
        _ foundation: Foundation, _ shared: SharedCache?, _ instruments: LimitInstruments
    ) -> RequestLimiter {
        let configuration = foundation.configuration
        let rates = shared.map {
            SharedRates(client: $0.client, namespace: configuration.cache.namespace, deadline: configuration.cache.lookupDeadline)
        }
        let limiter = RequestLimiter(
            configuration.limiting, shared: rates, instruments: instruments, timeSource: foundation.timeSource)
        instruments.callersLimit.set(limiter.capacity)
        foundation.registry.addCollector("limits") { instruments.callers.set(limiter.count) }
        return limiter
    }
}
