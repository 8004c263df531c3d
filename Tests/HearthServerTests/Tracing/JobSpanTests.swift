import HearthScheduling
import HearthTelemetry
import Logging
import Testing
import Tracing

@testable import HearthServer

@Suite("The span of a run", .timeLimit(.minutes(10)))
struct JobSpanTests {
    private let time = ManualTimeSource(now: Timestamp(milliseconds: 1_795_000_000_000))
    private let queue: SpanQueue
    private let spans: JobSpan

    init() {
        queue = SpanQueue(
            capacity: 10, batch: 5, instruments: TraceInstruments(registry: MetricRegistry(timeSource: SystemTimeSource()))
        ) {}
        spans = JobSpan(tracer: HearthTracer(sampler: TraceSampler(share: 1), queue: queue, timeSource: time))
    }

    private func context() throws -> JobContext {
        JobContext(
            runID: try #require(RunID("01a21583-4ca4-7035-8bc4-f43c70e7b16d")), job: "warm-cache", trigger: .retry,
            scheduledFor: time.now(), attempt: 2, fence: 1, timeoutAt: .seconds(10),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, timeSource: time)
    }

    private func errorType(of action: @escaping JobDefinition.Action) async throws -> SpanAttribute? {
        await #expect(throws: (any Error).self) { try await spans.around(action)(context()) }
        let span = try #require(queue.take().first)
        #expect(span.status?.code == .error)
        return span.attributes.first { $0.name == TraceAttribute.errorType }?.value
    }

    @Test("It has the run's trace and says which run it is; what the action makes hangs below it")
    func success() async throws {
        let action = spans.around { context in
            spans.tracer?.start("inside").finish()
            return JobResult()
        }
        _ = try await action(context())
        let made = queue.take()
        #expect(made.map(\.name) == ["inside", "job warm-cache"])
        let run = try #require(made.last)
        #expect(run.identity.context.traceID == "01a215834ca470358bc4f43c70e7b16d" && run.identity.parent == 0 && run.status == nil)
        #expect(made.first?.identity.parent == run.identity.context.span)
        let attributes = Dictionary(uniqueKeysWithValues: run.attributes.map { ($0.name, $0.value) })
        #expect(attributes[TraceAttribute.jobAttempt] == 2 && attributes[TraceAttribute.jobTrigger] == "retry")
        #expect(attributes[TraceAttribute.runID] == "01a21583-4ca4-7035-8bc4-f43c70e7b16d")
    }

    @Test("A failure is named by its code and not by its words")
    func failure() async throws {
        let type = try await errorType { _ in throw JobFailure(code: "store_down", message: "quokka") }
        #expect(type == "store_down")
    }

    @Test("A run that was cancelled after its time is a timeout, before it a cancellation", arguments: [true, false])
    func cancellation(isLate: Bool) async throws {
        let running = Task {
            try await errorType { [time] _ in
                if isLate { time.advance(by: .seconds(11)) }
                while !Task.isCancelled { await Task.yield() }
                throw CancellationError()
            }
        }
        running.cancel()
        #expect(try await running.value == (isLate ? "timeout" : "cancelled"))
    }

    @Test("Where traces are off the action is left as it is")
    func off() async throws {
        let result = try await JobSpan(tracer: nil).around { _ in JobResult(items: 7) }(context())
        #expect(result.items == 7 && queue.count == 0)
    }
}
