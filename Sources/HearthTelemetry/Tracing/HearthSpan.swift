import Synchronization
package import Tracing

/// A span of this process while it lasts; one of a trace that is not recorded only carries its identity.
///
/// Errors are recorded by their type and never by their text, which may contain what somebody wrote.
package final class HearthSpan: Tracing.Span {
    private struct State {
        var name: String
        var attributes = SpanAttributes()
        var events: [SpanEvent] = []
        var links: [TraceContext] = []
        var droppedEvents = 0
        var droppedLinks = 0
        var status: SpanStatus?
        var hasEnded = false
    }

    package let identity: SpanIdentity
    let clock: SpanClock
    private let kind: SpanKind
    private let startNanoseconds: UInt64
    private let tracer: HearthTracer
    /// What came in beside the trace; libraries may carry things of their own.
    private let inherited: InstrumentationContext
    private let state: Mutex<State>

    init(
        _ name: String, identity: SpanIdentity, kind: SpanKind, startNanoseconds: UInt64, clock: SpanClock, tracer: HearthTracer,
        inherited: InstrumentationContext
    ) {
        self.identity = identity
        self.kind = kind
        self.startNanoseconds = startNanoseconds
        self.clock = clock
        self.tracer = tracer
        self.inherited = inherited
        state = Mutex(State(name: name))
    }

    /// The trace as children and other processes continue it.
    package var trace: TraceContext { identity.context }

    package var context: InstrumentationContext {
        // Made anew each time: kept, it would keep the span alive for ever.
        var context = inherited
        context.activeSpan = self
        return context
    }

    package var isRecording: Bool { identity.isSampled }

    package var operationName: String {
        get { state.withLock { $0.name } }
        set { change { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { change { $0.attributes = newValue } }
    }

    /// Sets one attribute; nil leaves it as it is.
    package func set(_ name: String, _ value: SpanAttribute?) {
        guard let value else { return }
        change { $0.attributes.set(name, value: value) }
    }

    package func setStatus(_ status: SpanStatus) { change { $0.status = status } }

    /// Marks the span as failed; `errorType` is a word of a small vocabulary.
    package func fail(_ errorType: String) {
        change { state in
            state.attributes.set(TraceAttribute.errorType, value: .string(errorType))
            state.status = SpanStatus(code: .error)
        }
    }

    package func addEvent(_ event: SpanEvent) {
        change { state in
            if state.events.count < FinishedSpan.Limit.events { state.events.append(event) } else { state.droppedEvents += 1 }
        }
    }

    package func addLink(_ link: SpanLink) {
        guard let trace = link.context.trace else { return }
        change { state in
            if state.links.count < FinishedSpan.Limit.links { state.links.append(trace) } else { state.droppedLinks += 1 }
        }
    }

    package func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        guard isRecording else { return }
        let type = SpanAttribute.string(String(reflecting: Swift.type(of: error)))
        addEvent(SpanEvent(name: "exception", at: instant(), attributes: [TraceAttribute.exceptionType: type]))
        set(TraceAttribute.errorType, type)
    }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard isRecording else { return }
        end(nanoseconds: instant().nanosecondsSinceEpoch)
    }

    /// Ends now, by the clock that the service was given; only the first end counts.
    package func finish() {
        guard isRecording else { return }
        end(nanoseconds: clock.nanoseconds(at: tracer.timeSource.uptime()))
    }

    private func end(nanoseconds: UInt64) {
        let ended = state.withLock { state -> State? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            return state
        }
        guard let ended else { return }
        var span = FinishedSpan(
            identity: identity, name: ended.name.cut, kind: kind, startNanoseconds: startNanoseconds, endNanoseconds: nanoseconds,
            attributes: ended.attributes.list)
        span.droppedAttributes = max(0, ended.attributes.count - FinishedSpan.Limit.attributes)
        span.events = ended.events
        span.links = ended.links
        span.droppedEvents = ended.droppedEvents
        span.droppedLinks = ended.droppedLinks
        span.status = ended.status
        tracer.record(span)
    }

    private func change(_ body: (inout State) -> Void) {
        guard isRecording else { return }
        state.withLock { state in
            if !state.hasEnded { body(&state) }
        }
    }
}

extension SpanAttributes {
    /// As many as a span may have, in the order of their names, with texts cut.
    var list: [(name: String, value: SpanAttribute)] {
        var list: [(name: String, value: SpanAttribute)] = []
        list.reserveCapacity(count)
        forEach { name, value in list.append((name, value.cut)) }
        list.sort { $0.name < $1.name }
        return Array(list.prefix(FinishedSpan.Limit.attributes))
    }
}

extension SpanAttribute {
    /// With texts as long as they may be.
    var cut: SpanAttribute {
        switch self {
        case .string(let text): .string(text.cut)
        case .stringArray(let texts): .stringArray(texts.prefix(FinishedSpan.Limit.attributes).map(\.cut))
        case .stringConvertible(let value): .string("\(value)".cut)
        case .stringConvertibleArray(let values): .stringArray(values.prefix(FinishedSpan.Limit.attributes).map { "\($0)".cut })
        default: self
        }
    }
}

extension String {
    fileprivate var cut: String {
        utf8.count <= FinishedSpan.Limit.characters ? self : String(prefix(FinishedSpan.Limit.characters))
    }
}
