package import Tracing

/// Makes spans and hands those that are recorded, when they have ended, to a bounded queue.
///
/// What was decided about a trace is kept to: a caller's flag is followed, and only where a trace begins here the share decides.
package final class HearthTracer: Sendable {
    package let queue: SpanQueue
    let timeSource: any TimeSource
    private let sampler: TraceSampler
    private let identifiers: IdentifierSource

    package init(
        sampler: TraceSampler, queue: SpanQueue, timeSource: any TimeSource, identifiers: IdentifierSource = .system
    ) {
        self.sampler = sampler
        self.queue = queue
        self.timeSource = timeSource
        self.identifiers = identifiers
    }

    // MARK: Identities

    /// The span of a request that came in; nothing is allocated unless the caller has a `tracestate` to be kept.
    ///
    /// - Parameter mayBegin: false for requests that are not worth a trace of their own, such as those of probes.
    package func identity(
        ofRequest traceparent: String?, tracestate: @autoclosure () -> String?, mayBegin: Bool = true
    ) -> SpanIdentity {
        guard let traceparent, let parent = TraceContext(traceparent: traceparent, tracestate: tracestate()) else {
            return root(mayBegin: mayBegin)
        }
        return identity(below: parent, isRemote: true)
    }

    package func identity(below parent: TraceContext, isRemote: Bool = false) -> SpanIdentity {
        SpanIdentity(context: parent.child(source: identifiers), parent: parent.span, isParentRemote: isRemote)
    }

    /// The first span of a trace whose id is given, such as that of a run; its last 7 bytes must be random.
    package func identity(ofTrace high: UInt64, _ low: UInt64) -> SpanIdentity {
        SpanIdentity(
            context: TraceContext(
                traceHigh: high, traceLow: low, span: TraceContext.newSpan(identifiers), isSampled: sampler.records(traceLow: low),
                isRandom: true), parent: 0, isParentRemote: false)
    }

    private func root(mayBegin: Bool) -> SpanIdentity {
        SpanIdentity(
            context: .new(source: identifiers) { mayBegin && sampler.records(traceLow: $0) }, parent: 0, isParentRemote: false)
    }

    // MARK: Spans

    /// Starts a span with an identity that is known already, below nothing of this process.
    package func start(_ name: String, as identity: SpanIdentity, kind: SpanKind) -> HearthSpan {
        let clock = SpanClock(timeSource)
        return HearthSpan(
            name, identity: identity, kind: kind, startNanoseconds: clock.nanoseconds(at: timeSource.uptime()), clock: clock,
            tracer: self, inherited: .topLevel)
    }

    /// Starts a span below the one that is under way, else below `parent`, else a trace.
    package func start(_ name: String, below parent: TraceContext? = nil, kind: SpanKind = .internal) -> HearthSpan {
        let context = InstrumentationContext.current ?? .topLevel
        let active = context.activeSpan
        let clock = active?.clock ?? SpanClock(timeSource)
        return HearthSpan(
            name, identity: identity(in: context, orBelow: parent), kind: kind,
            startNanoseconds: clock.nanoseconds(at: timeSource.uptime()), clock: clock, tracer: self, inherited: context)
    }

    private func identity(in context: InstrumentationContext, orBelow parent: TraceContext? = nil) -> SpanIdentity {
        if let active = context.activeSpan { return identity(below: active.trace) }
        if let remote = context.remoteTrace { return identity(below: remote, isRemote: true) }
        return parent.map { identity(below: $0) } ?? root(mayBegin: true)
    }

    /// Takes a span that has ended.
    package func record(_ span: FinishedSpan) { queue.add(span) }
}

extension HearthTracer: Tracer {
    package typealias Span = HearthSpan

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> HearthSpan {
        let context = context()
        return HearthSpan(
            operationName, identity: identity(in: context), kind: kind, startNanoseconds: instant().nanosecondsSinceEpoch,
            clock: context.activeSpan?.clock ?? SpanClock(timeSource), tracer: self, inherited: context)
    }

    package func activeSpan(identifiedBy context: InstrumentationContext) -> HearthSpan? { context.activeSpan }

    /// The exporter takes what waits by itself, and all of it at the end.
    package func forceFlush() {}

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let traceparent = extractor.extract(key: "traceparent", from: carrier),
            let trace = TraceContext(traceparent: traceparent, tracestate: extractor.extract(key: "tracestate", from: carrier))
        else { return }
        context.activeSpan = nil
        context.remoteTrace = trace
    }

    package func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.trace else { return }
        injector.inject(trace.traceparent, forKey: "traceparent", into: &carrier)
        if let state = trace.traceState { injector.inject(state, forKey: "tracestate", into: &carrier) }
    }
}
