import HearthTelemetry
import Hummingbird
import Logging

/// What is known about a request while it is being answered.
struct HearthRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The caller's `X-Request-Id`, or one of our own.
    var requestID = ""
    /// The caller's trace, if it sent one.
    var trace: TraceContext?
    /// When the request's header was complete, on the monotonic clock.
    var startedAt: Duration = .zero

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
