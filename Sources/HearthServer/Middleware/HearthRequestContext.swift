import HearthTelemetry
import Hummingbird
import Logging
import NIOCore

/// What is known about a request while it is being answered.
struct HearthRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The caller's `X-Request-Id`, or one of our own.
    var requestID = ""
    /// Who asks; set by ``AccessMiddleware``, never from what the request says about itself.
    var caller = Caller.nobody
    /// The browser's session, where one let it in.
    var session: SessionSecret?
    /// Says outwards who was let in, where an error may become a page.
    var identity: KnownCaller?
    /// What is told of it where it is an administrative act; see ``AuditMiddleware``.
    var act: ActNote?
    /// The trace with this request's span, where traces are made; else the caller's, if it sent one.
    var trace: TraceContext?
    /// When the request's header was complete, on the monotonic clock.
    var startedAt: Duration = .zero
    /// The caller's connection.
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
