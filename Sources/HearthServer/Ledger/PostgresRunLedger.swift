package import HearthDrivers
package import HearthScheduling
package import HearthTelemetry

/// The run history in a PostgreSQL database that many replicas share.
///
/// Every method is one short transaction or a few. Those that change a job's state first lock its row in `job_state`, several jobs in the order
/// of their names, so that claims of one job come one after the other and no two replicas wait for each other. Leases are decided by the
/// database's clock alone. Writes are shielded from the cancellation of the calling task: what happened is recorded.
package final class PostgresRunLedger: RunLedger {
    package static let defaultLease: Duration = .seconds(30)

    package let leaseDuration: Duration?
    private let client: PostgresClient
    /// Random per process start, never a host name: a restarted process is somebody else.
    let holder: String
    let appVersion: String
    let zoneVersion: String?

    /// - Parameters:
    ///   - client: of a database with the tables of ``PostgresLedgerSchema``
    ///   - holder: the identity of this process start
    ///   - lease: how long a claim lives without renewal
    package init(
        client: PostgresClient, holder: String, appVersion: String = "", zoneVersion: String? = nil,
        lease: Duration = PostgresRunLedger.defaultLease
    ) {
        self.client = client
        self.holder = holder
        self.appVersion = appVersion
        self.zoneVersion = zoneVersion
        leaseDuration = lease
    }

    /// The length of a lease, as statements take it.
    var leaseMilliseconds: PostgresValue { .integer((leaseDuration ?? Self.defaultLease).wholeMilliseconds) }

    package func register(_ jobs: [JobRegistration], at now: Timestamp) async throws(LedgerError) -> [String: JobRecord] {
        try await write("registration of \(jobs.count) jobs") { db in
            var records: [String: JobRecord] = [:]
            // In one order, so that replicas that start together do not wait for each other in a circle.
            for job in jobs.sorted(by: { $0.job < $1.job }) { records[job.job] = try Self.register(job, at: now, in: db) }
            return records
        }
    }

    private static func register(_ job: JobRegistration, at now: Timestamp, in db: PostgresConnection) throws -> JobRecord? {
        try db.query("INSERT INTO job_fence (job, fence) VALUES ($1, 0) ON CONFLICT DO NOTHING", [.text(job.job)])
        let stored = try db.query("SELECT schedule, config_hash FROM job_state WHERE job = $1 FOR UPDATE", [.text(job.job)]).first
        let (storedSchedule, storedHash) = (try stored?.text("schedule"), try stored?.text("config_hash"))
        let row = try db.query(
            """
            INSERT INTO job_state (job, config_hash, schedule, registered_at, schedule_since, updated_at) VALUES ($1, $2, $3, $4, $4, $4)
            ON CONFLICT (job) DO UPDATE SET
                config_hash = excluded.config_hash, updated_at = excluded.updated_at, schedule = excluded.schedule,
                schedule_since = CASE WHEN job_state.schedule = excluded.schedule
                    THEN job_state.schedule_since ELSE excluded.schedule_since END
            RETURNING *
            """, [.text(job.job), .text(job.configHash), .text(job.schedule), .moment(now)]
        ).first
        guard let row else { return nil }
        var record = try JobRecord(PostgresLedgerRow(row: row))
        record.hasConfigMismatch = storedHash.map { $0 != job.configHash } ?? false
        if let storedSchedule, storedSchedule != job.schedule { record.scheduleSince = now }
        return record
    }

    package func setPause(job: String, until: Timestamp?) async throws(LedgerError) {
        try await write("pause of \(job)") { db -> Void in
            try db.query("UPDATE job_state SET paused_until = $1 WHERE job = $2", [.optional(until), .text(job)])
        }
    }

    package func renew(_ runs: [RunID], at now: Timestamp) async throws(LedgerError) -> Set<RunID> {
        guard !runs.isEmpty else { return [] }
        return try await write("renewal of \(runs.count) leases") { [self] db in try renew(runs, in: db) }
    }

    /// Extends the leases of those runs that nothing has superseded.
    func renew(_ runs: [RunID], in db: PostgresConnection) throws -> Set<RunID> {
        let ids = PostgresValue.array(runs.map { .text($0.description) })
        try db.query(
            """
            SELECT 1 FROM job_state WHERE job IN (SELECT job FROM job_run WHERE run_id = ANY($1::uuid[])) ORDER BY job FOR UPDATE
            """, [ids])
        let held = try db.query(
            """
            UPDATE job_run SET lease_until = clock_timestamp() + $3::bigint * interval '1 millisecond'
            WHERE run_id = ANY($1::uuid[]) AND holder = $2 AND state IN ('claimed', 'running')
                AND (fence IS NULL OR fence = (SELECT fence FROM job_fence WHERE job_fence.job = job_run.job))
            RETURNING run_id
            """, [ids, .text(holder), leaseMilliseconds]
        ).compactMap { RunID(try $0.text(0)) }
        try db.query(
            """
            UPDATE job_state SET lease_until = clock_timestamp() + $3::bigint * interval '1 millisecond'
            WHERE holder_run = ANY($1::uuid[]) AND holder = $2
            """, [.array(held.map { .text($0.description) }), .text(holder), leaseMilliseconds])
        return Set(held)
    }

    /// Runs one transaction in a task of its own, so that it is not cancelled with the caller.
    func write<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws(LedgerError) -> Value {
        let client = client
        do {
            return try await Task { try await client.transaction(.readsAndWrites, body) }.value
        } catch {
            throw LedgerError(operation: operation, reason: "\(error)")
        }
    }

    /// Asks one question by itself, which takes a single round trip; rows that this version does not understand are left out.
    func ask<Value: Sendable>(
        _ operation: String, _ sql: String, _ values: [PostgresValue] = [], _ read: (PostgresRow) throws -> Value?
    ) async throws(LedgerError) -> [Value] {
        do {
            return try await client.query(sql, values).compactMap(read)
        } catch {
            throw LedgerError(operation: operation, reason: "\(error)")
        }
    }

    func read<Value: Sendable>(
        _ operation: String, _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws(LedgerError) -> Value {
        do {
            return try await client.transaction(.snapshot, body)
        } catch {
            throw LedgerError(operation: operation, reason: "\(error)")
        }
    }
}

/// A row of the run history in PostgreSQL.
struct PostgresLedgerRow: LedgerRow {
    let row: PostgresRow

    func text(_ column: String) throws -> String? { try row.optionalText(.name(column)) }
    func integer(_ column: String) throws -> Int64? { try row.optionalInteger(.name(column)) }
    func moment(_ column: String) throws -> Timestamp? { try row.optionalMoment(.name(column)) }
    func flag(_ column: String) throws -> Bool { try row.flag(.name(column)) }
}
