package import HearthTelemetry
package import Logging
import ServiceLifecycle
import Synchronization

/// Runs jobs: the thin shell around ``SchedulerState``.
///
/// It reads the clocks, performs what the engine returns and reports back. ``tick()`` is one turn of its loop, waited for to its end.
package actor SchedulerService: Service {
    package struct Settings: Sendable {
        package var limits = SchedulerState.Limits()
        /// How long running jobs may go on after the service was asked to stop.
        package var drain = Duration.seconds(25)
        /// The loop turns at least so often.
        package var longestSleep = Duration.seconds(30)
        /// How often the ledger is compared with what was expected.
        package var reconciliation = Duration.seconds(60)
        /// Jobs compared per turn.
        package var reconciledJobs = 100
        /// Requests recorded in one transaction, which keeps transactions short.
        package var batch = 200
        /// How often old runs that only this replica has are removed, and how many in one transaction.
        package var pruning = Duration.seconds(3600)
        package var prunedRuns = 500

        package init() {}
    }

    let ledger: any RunLedger
    let timeSource: any TimeSource
    let observer: any SchedulerObserver
    let settings: Settings
    let logger: Logger
    private let sleeper: any Sleeper
    private let signal = WakeSignal()
    let isStopRequested = Atomic<Bool>(false)

    var engine: SchedulerState
    var definitions: [String: JobDefinition] = [:]
    var records: [String: JobRecord] = [:]
    var reconciledAt, prunedAt: Duration?
    var reconciledJobs = 0
    var isReconciling = false, isRecovering = false
    /// How often each job was paused or resumed here, so that an older reading undoes none of it.
    var pauseChanges: [String: Int] = [:]
    /// Runs whose leases the ledger is being asked to extend.
    var renewing: Set<RunID> = []
    private let initialJobs: [JobDefinition]
    private var workers: [RunID: Task<JobResult, any Error>] = [:]
    var openWrites = 0
    /// What the ledger refused when it was last asked: one line tells it until it works again.
    var failingDuties: Set<LedgerDuty> = []
    private(set) var isStarted = false

    /// - Parameters:
    ///   - jobs: checked when the service starts, see ``setJobs(_:)``
    ///   - ledger: knows the replica's name
    ///   - seed: for run ids and retry pauses
    package init(
        jobs: [JobDefinition], ledger: any RunLedger, timeSource: any TimeSource, sleeper: any Sleeper = ContinuousSleeper(),
        observer: any SchedulerObserver = SilentSchedulerObserver(), settings: Settings = Settings(), logger: Logger,
        seed: UInt64 = .random(in: .min ... .max)
    ) {
        initialJobs = jobs
        self.ledger = ledger
        self.timeSource = timeSource
        self.sleeper = sleeper
        self.observer = observer
        self.settings = settings
        self.logger = logger
        engine = SchedulerState(limits: settings.limits, lease: ledger.leaseDuration, seed: seed)
    }

    // MARK: Life

    package func run() async throws {
        try await withGracefulShutdownHandler {
            try await startWhenPossible()
            while !isStopRequested.load(ordering: .relaxed), !Task.isCancelled {
                turn()
                await rest(atMost: settings.longestSleep)
            }
        } onGracefulShutdown: {
            self.isStopRequested.store(true, ordering: .relaxed)
            self.signal.signal()
        }
        let drain = Task.isCancelled ? .zero : settings.drain
        // In a task of its own: what runs must be recorded even if this task is cancelled.
        await Task { await self.shutDown(drain: drain) }.value
    }

    /// Registers the jobs, takes up what a dead process left, and starts the start-up jobs. ``run()`` calls it.
    package func start() async throws(SchedulerError) {
        guard !isStarted else { return }
        try await register(initialJobs)
        let (now, uptime) = (timeSource.now(), timeSource.uptime())
        do throws(LedgerError) {
            let interrupted = try await ledger.recover(at: now)
            for run in interrupted {
                logger.info("A run of a dead process was found", metadata: ["job_name": "\(run.job)", "run_id": "\(run.runID)"])
            }
            await perform(engine.takeUp(interrupted, at: now, uptime: uptime))
        } catch {
            throw .ledger(error)
        }
        isStarted = true
        await perform(engine.startupRequests(at: timeSource.now()).map { .account($0) })
    }

    /// A ledger that cannot be used yet is waited for; what was missed meanwhile is caught up like after any other pause.
    private func startWhenPossible() async throws(SchedulerError) {
        var hasTold = false
        while !isStopRequested.load(ordering: .relaxed), !Task.isCancelled {
            do throws(SchedulerError) {
                return try await start()
            } catch {
                guard case .ledger(let problem) = error else { throw error }
                if !hasTold { logger.info("The scheduler waits for the run history", metadata: ["error": "\(problem)"]) }
                hasTold = true
            }
            // Not until something is due: until the service has started everything stays due, and the pause would be none.
            await rest(until: timeSource.uptime() + settings.limits.ledgerRetry)
        }
    }

    /// Goes on with runs that dead or stopped replicas have left in a shared history, sooner than the next renewal of leases would.
    package func takeUpRuns(of ledger: any RunLedger) async {
        guard isStarted, !isStopRequested.load(ordering: .relaxed) else { return }
        do throws(LedgerError) {
            let interrupted = try await ledger.recover(at: timeSource.now())
            guard !interrupted.isEmpty else { return }
            await perform(engine.takeUp(interrupted, at: timeSource.now(), uptime: timeSource.uptime()))
            wakeUp()
        } catch {
            logger.debug("Runs of other replicas could not be looked for", metadata: ["error": "\(error)"])
        }
    }

    /// One turn: everything that is due, then the slow duties.
    package func tick() async {
        observer.heartbeat(at: timeSource.now())
        await perform(engine.wake(at: timeSource.now(), uptime: timeSource.uptime()))
        await reconcileIfDue()
    }

    /// As ``tick()``, without waiting for the ledger: one that does not answer must not hold up leases, time-outs and other jobs.
    private func turn() {
        observer.heartbeat(at: timeSource.now())
        let actions = engine.wake(at: timeSource.now(), uptime: timeSource.uptime())
        guard !actions.isEmpty || isReconciliationDue else { return }
        Task {
            await perform(actions)
            await reconcileIfDue()
            // The answers may have planned something that is due before the loop would look.
            wakeUp()
        }
    }

    /// Makes the loop turn now.
    nonisolated package func wakeUp() { signal.signal() }

    private func rest(atMost longest: Duration) async {
        let uptime = timeSource.uptime()
        let untilDue = engine.nextWake(at: timeSource.now(), uptime: uptime) ?? longest
        let pause = min(untilDue, longest)
        guard pause > .zero else { return await Task.yield() }
        await rest(until: uptime + pause)
    }

    /// Returns earlier when somebody wakes the loop.
    private func rest(until end: Duration) async {
        await withTaskGroup(of: Void.self) { [sleeper, signal, timeSource] group in
            group.addTask { try? await sleeper.sleep(until: end, of: timeSource) }
            group.addTask { await signal.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Stops claiming, lets running jobs end, then cancels them and records it.
    package func shutDown(drain: Duration) async {
        await perform(engine.stop(at: timeSource.now(), uptime: timeSource.uptime()))
        await waitForRuns(until: timeSource.uptime() + drain)
        guard engine.hasActiveRuns || openWrites > 0 else { return }
        await perform(engine.cancelAll(at: timeSource.now(), uptime: timeSource.uptime()))
        // The engine gives up on runs after the grace; two seconds more for the ledger.
        await waitForRuns(until: timeSource.uptime() + settings.limits.cancelGrace + .seconds(2))
    }

    private func waitForRuns(until end: Duration) async {
        while engine.hasActiveRuns || openWrites > 0 {
            let left = end - timeSource.uptime()
            guard left > .zero else { return }
            await rest(atMost: left)
            await perform(engine.wake(at: timeSource.now(), uptime: timeSource.uptime()))
        }
    }

    // MARK: Performing actions

    func perform(_ actions: [SchedulerAction]) async {
        var queue = actions
        while !queue.isEmpty {
            var requests: [AccountRequest] = []
            var leases: [SchedulerAction] = []
            var followUps: [SchedulerAction] = []
            for action in queue {
                switch action {
                case .account(let request): requests.append(request)
                case .acquire(let run): followUps += await acquire(run)
                case .start(let order): launch(order)
                case .cancel(let run): workers[run]?.cancel()
                case .finish(let completion): followUps += await finish(completion)
                case .renew, .recover: leases.append(action)
                case .note(let note): report(note)
                }
            }
            followUps += await ask(for: requests, leases)
            queue = followUps
        }
    }

    private func launch(_ order: StartOrder) {
        guard let definition = definitions[order.job] else {
            let ending = RunEnding.threw(
                type: "job_removed", message: "The job was removed before its run could start.", isRetryable: false)
            Task { await self.workerEnded(order.runID, ending) }
            return
        }
        var logger = logger
        logger[metadataKey: "job_name"] = "\(order.job)"
        logger[metadataKey: "run_id"] = "\(order.runID)"
        logger[metadataKey: "trace_id"] = "\(order.runID.traceID)"
        let context = JobContext(
            runID: order.runID, job: order.job, trigger: order.trigger, scheduledFor: order.scheduledFor, attempt: order.attempt,
            fence: order.fence, timeoutAt: order.timeoutAt, logger: logger, timeSource: timeSource)
        let worker = Task {
            try await JobFence.$current.withValue(context.fence) { try await definition.action(context) }
        }
        workers[order.runID] = worker
        // A task beside the worker records the end, so that cancelling the worker does not cancel the record.
        Task { await self.workerEnded(order.runID, Self.ending(of: await worker.result)) }
        observer.runStarted(
            StartedRun(
                runID: order.runID, job: order.job, trigger: order.trigger, attempt: order.attempt, startedAt: timeSource.now(),
                lateness: order.trigger == .cron ? order.lateness : nil))
        reportProgress(of: order.job)
    }

    private static func ending(of result: Result<JobResult, any Error>) -> RunEnding {
        switch result {
        case .success(let result): return .returned(result)
        case .failure(let error):
            let type =
                error is FenceRejection ? FenceRejection.code : (error as? JobFailure)?.code ?? "\(type(of: error))"
            let retryable = error as? any RetryableError
            return .threw(
                type: type, message: "\(error)", isRetryable: retryable?.isRetryable ?? false, after: retryable?.retryAfter ?? .zero)
        }
    }

    private func workerEnded(_ run: RunID, _ ending: RunEnding) async {
        workers[run] = nil
        await perform(engine.ended(run, with: ending, at: timeSource.now(), uptime: timeSource.uptime()))
        signal.signal()
    }

    /// Records an end; a ledger that cannot be written is tried again in the background until it can.
    private func finish(_ completion: RunCompletion) async -> [SchedulerAction] {
        openWrites += 1
        defer { openWrites -= 1 }
        do throws(LedgerError) {
            let isAccepted = try await ledger.finish(completion)
            failingDuties.remove(.ending)
            return engine.recorded(completion.runID, accepted: isAccepted, at: timeSource.now(), uptime: timeSource.uptime())
        } catch {
            note(error, of: .ending, "The end of a run could not be recorded", ["run_id": "\(completion.runID)"])
            Task { await self.finishLater(completion) }
            return []
        }
    }

    private func finishLater(_ completion: RunCompletion) async {
        try? await sleeper.sleep(for: settings.limits.ledgerRetry)
        await perform([.finish(completion)])
        signal.signal()
    }
}
