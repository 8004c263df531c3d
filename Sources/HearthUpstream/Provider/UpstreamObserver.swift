package import HearthDrivers
package import HearthTelemetry

/// Hears about every call to the provider, so that metrics can be derived in one place.
///
/// All functions are called on the path of a request: they count and return.
package protocol UpstreamObserver: Sendable {
    /// A call ended, retries included. Calls that never left (overloaded, breaker open) are not reported here.
    ///
    /// - Parameter errorType: nil for success, else a value of the `error_type` label.
    func callFinished(operation: UpstreamOperation, model: String, errorType: String?, duration: Duration, usage: ProviderUsage?)

    /// A call was not made because the provider is left alone.
    ///
    /// - Parameter errorType: as for a call that ended: why it is left alone.
    func callRefused(operation: UpstreamOperation, model: String, errorType: String)

    /// The first part of a streamed answer came.
    func firstChunk(model: String, after duration: Duration)

    /// One more attempt is made within a call.
    func retried(_ reason: RetryPolicy.Reason)

    /// A call got its slot after this time; zero when it did not have to wait.
    func queueWaited(_ duration: Duration)

    /// The number of calls that hold a slot, whenever it changes.
    func inFlight(_ count: Int)

    /// The breaker's state, at the start and whenever it changes.
    func breaker(_ state: CircuitBreaker.State)

    /// A field of an answer was left out or clamped.
    func invalidField(_ field: ProviderAnswer.InvalidField)

    /// The provider's certificate, as it came with the TLS handshake of a new connection, is good until then.
    func certificateShown(expiresAt end: Timestamp)
}

/// What the provider was asked to do; the `gen_ai_operation_name` label.
package enum UpstreamOperation: String, CaseIterable, Sendable {
    case chat
    case embeddings
}

/// Hears and forgets, where nobody counts.
package struct SilentUpstreamObserver: UpstreamObserver {
    package init() {}

    package func callFinished(operation: UpstreamOperation, model: String, errorType: String?, duration: Duration, usage: ProviderUsage?) {}
    package func callRefused(operation: UpstreamOperation, model: String, errorType: String) {}
    package func firstChunk(model: String, after duration: Duration) {}
    package func retried(_ reason: RetryPolicy.Reason) {}
    package func queueWaited(_ duration: Duration) {}
    package func inFlight(_ count: Int) {}
    package func breaker(_ state: CircuitBreaker.State) {}
    package func invalidField(_ field: ProviderAnswer.InvalidField) {}
    package func certificateShown(expiresAt end: Timestamp) {}
}
