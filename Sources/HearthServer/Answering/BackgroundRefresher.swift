import HearthCache
import HearthStatistics
import HearthTelemetry
import Logging
import ServiceLifecycle
import Synchronization

/// Fetches new answers for entries that were served past their time, after the caller has been answered.
///
/// It takes a bounded number at a time; what does not fit is left for the next request of the same question.
final class BackgroundRefresher: Service {
    private struct State {
        var waiting = 0
    }

    private let reporter: UsageReporter
    private let overload: OverloadGuard
    private let timeSource: any TimeSource
    private let logger: Logger
    private let limit: Int
    private let state = Mutex(State())
    typealias Work = @Sendable () async -> Void

    private let works: AsyncStream<Work>
    private let queue: AsyncStream<Work>.Continuation

    /// - Parameter limit: refreshes that may wait or run at one time.
    init(reporter: UsageReporter, overload: OverloadGuard, limit: Int = 64, timeSource: any TimeSource, logger: Logger) {
        self.reporter = reporter
        self.overload = overload
        self.timeSource = timeSource
        self.logger = logger
        self.limit = limit
        (works, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(limit))
    }

    /// Asks for a new answer soon; identical requests share one call by themselves.
    func refresh(_ request: AnswerProducer.Request, by producer: AnswerProducer) {
        run { [self] in await perform(request, by: producer) }
    }

    /// Does what fetches a new answer, soon.
    func run(_ work: @escaping Work) {
        guard overload.admits(.background) else { return }
        let isRoom = state.withLock { state in
            guard state.waiting < limit else { return false }
            state.waiting += 1
            return true
        }
        if isRoom { queue.yield(work) }
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await work in works {
                    group.addTask {
                        await work()
                        self.state.withLock { $0.waiting -= 1 }
                    }
                }
            }
        } onGracefulShutdown: {
            self.queue.finish()
        }
    }

    private func perform(_ request: AnswerProducer.Request, by producer: AnswerProducer) async {
        let (outcome, role) = await producer.produce(request)
        switch outcome {
        case .success(let produced) where role == .led:
            reporter.report(.refresh, of: request.question.tenant, costMicroDollars: produced.paidMicroDollars, at: timeSource.now())
        case .failure(let error):
            logger.info("answer not refreshed", metadata: ["error": "\(error)", "key": "\(request.question.key)"])
        case .success, nil:
            break
        }
    }
}
