import HearthScheduling
import HearthTelemetry
import Tracing

/// The span of an attempt of a run: its trace has the run's id, as the log and the run history have it.
struct JobSpan: Sendable {
    /// Nil where traces are off.
    let tracer: HearthTracer?

    func around(_ action: @escaping JobDefinition.Action) -> JobDefinition.Action {
        guard let tracer else { return action }
        return { context in
            let identity = tracer.identity(ofTrace: context.runID.high, context.runID.low)
            let span = tracer.start("job \(context.job)", as: identity, kind: .internal)
            defer { span.finish() }
            span.set(TraceAttribute.jobName, .string(context.job))
            span.set(TraceAttribute.runID, .string(context.runID.description))
            span.set(TraceAttribute.jobTrigger, .string(context.trigger.rawValue))
            span.set(TraceAttribute.jobAttempt, .int(Int64(context.attempt)))
            do {
                return try await InstrumentationContext.withValue(span.context) { try await action(context) }
            } catch {
                span.fail(Self.errorType(error, in: context))
                throw error
            }
        }
    }

    private static func errorType(_ error: any Error, in context: JobContext) -> String {
        if let failure = error as? JobFailure { return failure.code }
        guard context.isCancelled else { return "\(type(of: error))" }
        return context.timeLeft <= .zero ? "timeout" : "cancelled"
    }
}
