package import Tracing

/// The span that is under way.
private enum ActiveSpanKey: InstrumentationContextKey {
    typealias Value = HearthSpan
}

/// A trace that came in from another process.
private enum RemoteTraceKey: InstrumentationContextKey {
    typealias Value = TraceContext
}

extension InstrumentationContext {
    /// The span below which the next one hangs; nil outside of a request or run, or if Hearth makes no traces.
    package var activeSpan: HearthSpan? {
        get { self[ActiveSpanKey.self] }
        set { self[ActiveSpanKey.self] = newValue }
    }

    var remoteTrace: TraceContext? {
        get { self[RemoteTraceKey.self] }
        set { self[RemoteTraceKey.self] = newValue }
    }

    /// The trace that is under way, its own span or else that of the process it came from.
    package var trace: TraceContext? { activeSpan?.trace ?? remoteTrace }
}
