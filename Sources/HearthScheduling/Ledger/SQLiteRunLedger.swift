package import GRDB
package import HearthTelemetry

/// The run history in a SQLite database.
///
/// Every method is one short transaction. Writes are shielded from the cancellation of the calling task: what happened is recorded.
package final class SQLiteRunLedger: RunLedger {
    package let leaseDuration: Duration?
    let database: any DatabaseWriter
    /// Random per process start, never a host name: a restarted process is somebody else.
    let holder: String
    let appVersion: String
    let zoneVersion: String?
    /// The ledger's own clock, which decides about leases.
    let clock: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - database: migrated by ``LedgerSchema``
    ///   - holder: the identity of this process start
    ///   - appVersion: recorded with each run
    ///   - zoneVersion: release of the time zone database, recorded with each run
    ///   - leaseDuration: nil if a lock on the data folder keeps other processes out, so that all runs of other holders are dead
    ///   - clock: one for all processes that share the file, unlike the times that callers hand over
    package init(
        database: any DatabaseWriter, holder: String, appVersion: String = "", zoneVersion: String? = nil, leaseDuration: Duration? = nil,
        clock: @escaping @Sendable () -> Timestamp = { SystemTimeSource().now() }
    ) {
        self.database = database
        self.holder = holder
        self.appVersion = appVersion
        self.zoneVersion = zoneVersion
        self.leaseDuration = leaseDuration
        self.clock = clock
    }

    package func register(_ jobs: [JobRegistration], at now: Timestamp) async throws(LedgerError) -> [String: JobRecord] {
        try await write("registration of \(jobs.count) jobs") { [isShared = leaseDuration != nil] db in
            var records = try Self.register(jobs, at: now, in: db)
            // A process that has the file to itself can only differ from its own past.
            if !isShared { for job in records.keys { records[job]?.hasConfigMismatch = false } }
            return records
        }
    }

    static func register(_ jobs: [JobRegistration], at now: Timestamp, in db: Database) throws -> [String: JobRecord] {
        var records: [String: JobRecord] = [:]
        for job in jobs {
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO job_fence (job, fence) VALUES (?, 0)").execute(arguments: [job.job])
            let stored = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT schedule, config_hash FROM job_state WHERE job = ?"), arguments: [job.job])
            let (storedSchedule, storedHash): (String?, String?) = (stored?["schedule"], stored?["config_hash"])
            try db.cachedStatement(
                sql: """
                    INSERT INTO job_state (job, config_hash, schedule, registered_at, schedule_since, updated_at)
                    VALUES (:job, :hash, :schedule, :now, :now, :now)
                    ON CONFLICT (job) DO UPDATE SET
                        config_hash = excluded.config_hash, updated_at = excluded.updated_at, schedule = excluded.schedule,
                        schedule_since = iif(job_state.schedule = excluded.schedule, job_state.schedule_since, excluded.schedule_since)
                    """
            ).execute(arguments: ["job": job.job, "hash": job.configHash, "schedule": job.schedule, "now": now.milliseconds])
            guard var record = try Self.record(of: job.job, in: db) else { continue }
            record.hasConfigMismatch = storedHash.map { $0 != job.configHash } ?? false
            if let storedSchedule, storedSchedule != job.schedule { record.scheduleSince = now }
            records[job.job] = record
        }
        return records
    }

    package func setPause(job: String, until: Timestamp?) async throws(LedgerError) {
        try await write("pause of \(job)") { db in
            try db.cachedStatement(sql: "UPDATE job_state SET paused_until = ? WHERE job = ?").execute(arguments: [
                until?.milliseconds, job,
            ])
        }
    }

    package func renew(_ runs: [RunID], at now: Timestamp) async throws(LedgerError) -> Set<RunID> {
        guard leaseDuration != nil, !runs.isEmpty else { return Set(runs) }
        return try await write("renewal of \(runs.count) leases") { [self] db in try renew(runs, in: db) }
    }

    func renew(_ runs: [RunID], in db: Database) throws -> Set<RunID> {
        guard let leaseDuration else { return Set(runs) }
        let until = (clock() + leaseDuration).milliseconds
        var held = Set<RunID>()
        for run in runs {
            // A claim that another one has superseded has no lease to extend.
            try db.cachedStatement(
                sql: """
                    UPDATE job_run SET lease_until = ?1 WHERE run_id = ?2 AND holder = ?3 AND state IN ('claimed', 'running')
                    AND (fence IS NULL OR fence = (SELECT fence FROM job_fence WHERE job_fence.job = job_run.job))
                    """
            ).execute(arguments: [until, run.description, holder])
            guard db.changesCount == 1 else { continue }
            try db.cachedStatement(sql: "UPDATE job_state SET lease_until = ? WHERE holder_run = ? AND holder = ?").execute(arguments: [
                until, run.description, holder,
            ])
            held.insert(run)
        }
        return held
    }

    package func finish(_ completion: RunCompletion) async throws(LedgerError) -> Bool {
        let holder = holder
        return try await write("end of \(completion.job) run \(completion.runID)") { db in
            try Self.finish(completion, holder: holder, in: db)
        }
    }

    /// Runs one transaction in a task of its own, so that it is not cancelled with the caller.
    func write<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(LedgerError) -> Value {
        let database = database
        do {
            return try await Task { try await database.write(body) }.value
        } catch {
            throw LedgerError(operation: operation, reason: "\(error)")
        }
    }

    func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(LedgerError) -> Value {
        do {
            return try await database.read(body)
        } catch {
            throw LedgerError(operation: operation, reason: "\(error)")
        }
    }
}
