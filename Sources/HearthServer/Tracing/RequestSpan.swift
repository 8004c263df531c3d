package import HTTPTypes
package import HearthTelemetry
import NIOCore
import Tracing

/// The span of a request, by both ways of answering.
package enum RequestSpan {
    /// Paths that probes and scrapers ask for every few seconds; a trace of each would bury the others.
    private static let probed: Set<String> = ["/healthz", "/readyz", "/metrics"]

    static func identity(of headers: HTTPFields, path: String, tracer: HearthTracer) -> SpanIdentity {
        tracer.identity(
            ofRequest: headers[.traceparent], tracestate: headers[.tracestate], mayBegin: !probed.contains(path))
    }

    /// That of a hit; its state is read only where it is recorded, so that nothing is allocated for the others.
    package static func identity(ofHit headers: HTTPFields, tracer: HearthTracer) -> SpanIdentity {
        let identity = tracer.identity(ofRequest: headers.only(.traceparent), tracestate: nil)
        guard identity.isSampled, identity.isParentRemote, let state = headers[.tracestate] else { return identity }
        return identity.carrying(state)
    }

    /// The trace of a hit's caller, where Hearth makes none of its own; nothing is allocated.
    package static func callersTrace(ofHit headers: HTTPFields) -> TraceContext? {
        headers.only(.traceparent).flatMap { TraceContext(traceparent: $0) }
    }

    /// `POST /api/v1/cache/query`; the method alone where no route was found, since a path may contain anything.
    static func name(_ method: String, _ route: String?) -> String { route.map { "\(method) \($0)" } ?? method }

    static func finish(_ span: HearthSpan, method: HTTPInstruments.Method, route: String?, status: Int) {
        guard span.isRecording else { return }
        // Hummingbird has a word for requests without a route, which is no template.
        let route = route.flatMap { $0.hasPrefix("/") ? $0 : nil }
        span.operationName = name(method == .other ? "HTTP" : method.label, route)
        span.set(TraceAttribute.requestMethod, .string(method.label))
        span.set(TraceAttribute.scheme, "http")
        span.set(TraceAttribute.route, route.map { .string($0) })
        span.set(TraceAttribute.responseStatus, .int(Int64(status)))
        // What the caller did wrong is no failure of the server.
        if status >= 500 { span.fail("\(status)") }
        span.finish()
    }
}

extension HTTPFields {
    /// The value of a field that may occur once only; nil if it is absent or repeated.
    ///
    /// The subscript would join the values into a new text even if there is but one.
    fileprivate func only(_ name: HTTPField.Name) -> String? {
        var found: String?
        for field in self where field.name == name {
            guard found == nil else { return nil }
            found = field.value
        }
        return found
    }
}
