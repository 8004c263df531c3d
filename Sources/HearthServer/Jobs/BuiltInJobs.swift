import HearthCache
import HearthScheduling
import HearthStatistics
import HearthTelemetry

/// Everything periodic that Hearth does, as named jobs.
struct BuiltInJobs: Sendable {
    let aggregator: StatisticsAggregator
    let aggregation: AggregationInstruments
    let patterns: any QueryPatternStore
    let patternRetention: PatternRetention
    let statisticsInstruments: StatisticsInstruments
    let auditRetention: AuditRetention
    let maintenance: CacheMaintenance
    let warmer: CacheWarmer
    let refresher: PopularAnswerRefresher
    let health: HealthReporter
    /// Nil where no tokens are accepted.
    let tokenKeys: TokenKeySource?
    /// Nil where connections are not encrypted.
    let certificates: CertificateKeeper?
    let ledger: any RunLedger
    /// Where replicas share a Redis and no database that hands out their runs.
    let turn: RedisJobTurn?
    /// How long the store of the answers is left alone, because it failed several times in a row; nil where it is used.
    let storeRefusal: @Sendable () -> Duration?
    let spans: JobSpan
    let timeSource: any TimeSource
    let commonQueriesPath: String
    let maximumCharacters: Int
    /// Reached when the first warming has ended, however it ended.
    let startupWarming = Milestone()

    /// Rows of the run history that one transaction removes.
    private static let runSlice = 500
    /// How often a maintenance in progress is looked at.
    private static let turnInterval = Duration.milliseconds(200)
    /// How often answers on their way to the store are looked at, and how long the store may take for them.
    private static let writeInterval = Duration.milliseconds(20)
    private static let storePatience = Duration.seconds(10)
    /// In the result of a run that left the work to another replica.
    private static let elsewhere = ["elsewhere": Int64(1)]

    /// The configured jobs with what they do.
    func definitions(_ jobs: [HearthConfiguration.Job]) throws(ScheduleError) -> [JobDefinition] {
        var definitions: [JobDefinition] = []
        for job in jobs {
            if let action = action(of: job.name) { definitions.append(try JobDefinition(job, action: spans.around(action))) }
        }
        return definitions
    }

    /// What each job does, by its name in the configuration.
    func action(of name: String) -> JobDefinition.Action? {
        switch name {
        case "aggregate-statistics": aggregateStatistics
        case "prune-cache": pruneCache
        case "warm-cache": warmCache
        case "refresh-popular": refreshPopular
        case "retain-statistics": retainStatistics
        case "probe-stores": probeStores
        case "refresh-token-keys": tokenKeys?.isRefreshable == true ? refreshTokenKeys : nil
        case JobSettings.certificateJob: reloadCertificates
        default: nil
        }
    }

    @Sendable private func aggregateStatistics(_ context: JobContext) async throws -> JobResult {
        do throws(StatisticsError) {
            let result = try await aggregator.aggregate(now: timeSource.now())
            aggregation.rows(.read).increment(by: UInt64(result.rowsRead))
            aggregation.rows(.written).increment(by: UInt64(result.rowsWritten))
            show(result.watermark, backlogRows: result.backlogRows)
            statisticsInstruments.patterns(.kept).set(try await patterns.patternCount())
            return JobResult(
                counts: [
                    "hours": Int64(result.hours), "reopenedHours": Int64(result.reopenedHours), "rowsRead": Int64(result.rowsRead),
                    "rowsWritten": Int64(result.rowsWritten), "backlogRows": Int64(result.backlogRows),
                ], windowTo: result.watermark, items: Int64(result.rowsWritten))
        } catch {
            throw JobFailure(error)
        }
    }

    /// Shows how far the aggregation has come, for those who ask before its first run; nothing where the database is away.
    func showProgress() async {
        guard let progress = try? await aggregator.progress() else { return }
        show(progress.watermark, backlogRows: progress.backlogRows)
    }

    /// An hour is added to its day with the same transaction, so that days are complete as far as whole hours are.
    private func show(_ watermark: Timestamp?, backlogRows: Int) {
        aggregation.backlogRows.set(backlogRows)
        guard let watermark else { return }
        aggregation.watermark(.hour).set(watermark)
        aggregation.watermark(.day).set(StatisticsPeriod.daily.bucketStart(containing: watermark))
    }

    /// Removes what is older than it is kept, also of the record of administrative acts.
    @Sendable private func retainStatistics(_ context: JobContext) async throws -> JobResult {
        let acts: Int
        do {
            acts = try await auditRetention.run(now: timeSource.now())
        } catch {
            throw JobFailure(code: "audit_store", message: "Old administrative acts cannot be removed: \(error)", isRetryable: true)
        }
        do throws(StatisticsError) {
            let result = try await aggregator.retain(now: timeSource.now())
            let patterns = try await patternRetention.run(now: timeSource.now())
            return JobResult(
                counts: [
                    "bucketsRemoved": Int64(result.total), "patternsArchived": Int64(patterns.archived),
                    "patternsRemoved": Int64(patterns.removed), "patternMonthsRemoved": Int64(patterns.monthsRemoved),
                    "patternsFolded": Int64(patterns.folded), "actsRemoved": Int64(acts),
                ],
                items: Int64(
                    result.total + patterns.archived + patterns.removed + patterns.monthsRemoved + patterns.folded + acts))
        } catch {
            throw JobFailure(error)
        }
    }

    /// Prunes the answers, and the run history with them.
    @Sendable private func pruneCache(_ context: JobContext) async throws -> JobResult {
        let report = try await inTurn(context) { () async throws(JobFailure) -> CacheMaintenance.Report in
            do throws(AnswerStoreError) {
                return try await maintenanceInTurn()
            } catch {
                throw JobFailure(error, retryAfter: storeRefusal())
            }
        }
        // The run history is this replica's own there.
        var runs = 0
        do throws(LedgerError) {
            // In slices, so that no other writer waits long.
            var removed = 0
            repeat {
                removed = try await ledger.prune(RunRetention(), at: timeSource.now(), limit: Self.runSlice)
                runs += removed
            } while removed == Self.runSlice && !Task.isCancelled
        } catch {
            throw JobFailure(code: "run_history", message: "\(error)", isRetryable: true)
        }
        guard let report else { return JobResult(counts: Self.elsewhere.merging(["runsRemoved": Int64(runs)]) { $1 }) }
        return JobResult(
            counts: [
                "expiredRemoved": Int64(report.expiredRemoved), "lowValueRemoved": Int64(report.lowValueRemoved),
                "lowQualityRemoved": Int64(report.lowQualityRemoved), "overSizeRemoved": Int64(report.overSizeRemoved),
                "runsRemoved": Int64(runs),
            ], bytes: report.memorySaved)
    }

    /// Nil where another replica does the job's work, or has done it.
    private func inTurn<Value: Sendable>(
        _ context: JobContext, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        guard let turn else { return try await body() }
        return try await turn.run(context, body)
    }

    /// Ends when the answers that the body made are in the store, and those that an earlier run has left: a run that is recorded as done is
    /// not done again, so what it fetched must not be lost with the process.
    private func keepingAnswers(
        of context: JobContext, _ body: () async throws(JobFailure) -> WarmingReport
    ) async throws(JobFailure) -> WarmingReport {
        let writes = warmer.cache.writes
        writes.takeOver()
        let report = try await body()
        let job = JobFence.current?.job ?? context.job
        let end = timeSource.uptime() + Self.storePatience
        while writes.holdsAnswers(of: job), !Task.isCancelled {
            guard timeSource.uptime() < end else {
                throw JobFailure(
                    code: "answer_store",
                    message:
                        "The store took \(job)'s answers neither at once nor within \(Self.storePatience). They are kept in memory and "
                        + "written when it can be used; see its state at /api/v1/cache/health.",
                    isRetryable: true, retryAfter: storeRefusal())
            }
            try? await Task.sleep(for: Self.writeInterval)
        }
        return report
    }

    /// Waits for a maintenance that somebody has asked for; the run's own time limit bounds it.
    private func maintenanceInTurn() async throws(AnswerStoreError) -> CacheMaintenance.Report {
        while true {
            if let report = try await maintenance.run(MaintenanceWishes()) { return report }
            do {
                try await Task.sleep(for: Self.turnInterval)
            } catch {
                throw AnswerStoreError(
                    kind: .failed, store: "answer", operation: "prune", cause: "another maintenance did not end in time")
            }
        }
    }

    @Sendable private func warmCache(_ context: JobContext) async throws -> JobResult {
        defer { startupWarming.reach() }
        let queries: [WarmingQuery]
        do throws(WarmingList.FileError) {
            queries = try WarmingList.load(path: commonQueriesPath, maximumCharacters: maximumCharacters)
        } catch {
            throw JobFailure(code: "common_queries", message: "\(error)", isRetryable: false)
        }
        let report = try await inTurn(context) { () async throws(JobFailure) -> WarmingReport in
            try await keepingAnswers(of: context) { () async throws(JobFailure) -> WarmingReport in await warmer.warm(queries) }
        }
        guard let report else { return JobResult(counts: Self.elsewhere) }
        if report.cached == 0, report.failed > 0, report.failed == report.processed {
            throw JobFailure(
                code: "provider",
                message: "None of \(report.failed) common questions got an answer worth keeping; see the provider's state.",
                isRetryable: true)
        }
        return JobResult(
            counts: [
                "processed": Int64(report.processed), "cached": Int64(report.cached), "skipped": Int64(report.skipped),
                "failed": Int64(report.failed), "postponed": Int64(report.postponed),
            ], items: Int64(report.cached))
    }

    @Sendable private func refreshPopular(_ context: JobContext) async throws -> JobResult {
        let report = try await inTurn(context) { () async throws(JobFailure) -> WarmingReport in
            try await keepingAnswers(of: context) { () async throws(JobFailure) -> WarmingReport in
                do throws(AnswerStoreError) {
                    return try await refresher.refresh()
                } catch {
                    throw JobFailure(error, retryAfter: storeRefusal())
                }
            }
        }
        guard let report else { return JobResult(counts: Self.elsewhere) }
        return JobResult(
            counts: ["due": Int64(report.processed), "refreshed": Int64(report.cached), "failed": Int64(report.failed)],
            items: Int64(report.cached))
    }

    @Sendable private func refreshTokenKeys(_ context: JobContext) async throws -> JobResult {
        guard let tokenKeys else { return JobResult(counts: [:]) }
        do {
            return JobResult(counts: ["keys": Int64(try await tokenKeys.refresh())])
        } catch {
            throw JobFailure(
                code: "token_keys", message: "The token keys cannot be read, and those that were read last stay: \(error)",
                isRetryable: true)
        }
    }

    @Sendable private func probeStores(_ context: JobContext) async throws -> JobResult {
        let probe = await health.probeAll()
        await health.updateFigures()
        // A database that was away at the start has come, or nothing has been aggregated yet.
        if aggregation.watermark(.hour).value == 0 { await showProgress() }
        guard probe.store.connected else {
            let reason = health.degradations.first { $0.component == health.storeName }?.reason ?? "see the log"
            throw JobFailure(code: "store_down", message: "The durable store does not answer: \(reason)", isRetryable: false)
        }
        return JobResult(counts: ["up": Int64(probe.up), "down": Int64(probe.down)])
    }

    @Sendable private func reloadCertificates(_ context: JobContext) async throws -> JobResult {
        do throws(CertificateKeeper.Refusal) {
            return JobResult(counts: ["replaced": try certificates?.refresh() == true ? 1 : 0])
        } catch {
            throw JobFailure(code: "certificate_refused", message: "\(error)", isRetryable: false)
        }
    }
}

extension JobFailure {
    fileprivate init(_ error: StatisticsError) {
        let code = if case .superseded = error { FenceRejection.code } else { "statistics_store" }
        self.init(code: code, message: "\(error)", isRetryable: code != FenceRejection.code)
    }

    fileprivate init(_ error: AnswerStoreError, retryAfter: Duration?) {
        let code = error.kind == .superseded ? FenceRejection.code : "answer_store"
        self.init(code: code, message: "\(error)", isRetryable: code != FenceRejection.code, retryAfter: retryAfter)
    }
}
