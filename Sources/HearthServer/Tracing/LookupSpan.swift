import HearthCache
import HearthTelemetry
import Tracing

/// The span of a look-up in memory and store.
struct LookupSpan: Sendable {
    static let name = "cache lookup"

    /// Nil where traces are off.
    let tracer: HearthTracer?

    func around(_ lookup: () async -> AnswerCache.Lookup) async -> AnswerCache.Lookup {
        guard let span = tracer?.start(Self.name) else { return await lookup() }
        let found = await lookup()
        span.note(found)
        span.finish()
        return found
    }
}

extension HearthSpan {
    fileprivate func note(_ found: AnswerCache.Lookup) {
        switch found {
        case .hit(_, let source):
            set(TraceAttribute.cacheResult, .string(LookupResult.hit.rawValue))
            set(TraceAttribute.cacheSource, .string(source.rawValue))
        case .stale:
            set(TraceAttribute.cacheResult, .string(LookupResult.stale.rawValue))
            set(TraceAttribute.cacheSource, .string(AnswerSource.stale.rawValue))
        case .miss(let reason, _):
            let isIll = reason == .storeUnavailable || reason == .integrity
            set(TraceAttribute.cacheResult, .string((isIll ? LookupResult.error : .miss).rawValue))
            set(TraceAttribute.cacheMissReason, .string(reason.rawValue))
            if isIll { fail(reason.rawValue) }
        }
    }

    /// Gives the request's span the result; that of the last question where a request has several.
    func note(_ event: UsageEvent) {
        set(TraceAttribute.cacheResult, .string(event.result.rawValue))
        set(TraceAttribute.cacheSource, event.source.map { .string($0.rawValue) })
        set(TraceAttribute.cacheMissReason, event.missReason.map { .string($0.rawValue) })
    }
}
