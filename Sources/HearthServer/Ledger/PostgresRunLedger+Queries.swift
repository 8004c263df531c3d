import HearthDrivers
package import HearthScheduling
package import HearthTelemetry

extension PostgresRunLedger {
    package func records() async throws(LedgerError) -> [String: JobRecord] {
        try await read("reading of the job table") { db in
            var records: [String: JobRecord] = [:]
            for row in try db.query("SELECT * FROM job_state") {
                let record = try JobRecord(PostgresLedgerRow(row: row))
                records[record.job] = record
            }
            return records
        }
    }

    package func runs(_ query: RunQuery) async throws(LedgerError) -> [RunRecord] {
        var conditions: [String] = []
        var values: [PostgresValue] = []
        func require(_ condition: String, _ value: PostgresValue) {
            values.append(value)
            conditions.append("\(condition) $\(values.count)")
        }
        if let job = query.job { require("job =", .text(job)) }
        if let before = query.before { require("run_id <", .text(before.description)) }
        if let trigger = query.trigger { require("trigger =", .text(trigger.rawValue)) }
        if let from = query.from { require("scheduled_for >=", .moment(from)) }
        if let through = query.through { require("scheduled_for <=", .moment(through)) }
        if !query.outcomes.isEmpty {
            values.append(.array(query.outcomes.flatMap(\.states).map { .text($0.rawValue) }))
            conditions.append("state = ANY($\(values.count)::text[])")
        }
        values.append(.integer(min(max(1, query.limit), RunQuery.maximumLimit)))
        let sql = """
            SELECT * FROM job_run \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "))
            ORDER BY run_id DESC LIMIT $\(values.count)
            """
        return try await read("listing of runs") { [values] db in
            try db.query(sql, values).compactMap { try RunRecord(PostgresLedgerRow(row: $0)) }
        }
    }

    package func run(_ id: RunID) async throws(LedgerError) -> RunRecord? {
        try await read("reading of run \(id)") { db in
            let row = try db.query("SELECT * FROM job_run WHERE run_id = $1", [.text(id.description)]).first
            return try row.flatMap { try RunRecord(PostgresLedgerRow(row: $0)) }
        }
    }

    package func outcomes(job: String, from: Timestamp, to: Timestamp, bins: Int) async throws(LedgerError) -> [[RunOutcome: Int]] {
        let bins = max(1, bins)
        let length = max(1, (to - from).wholeMilliseconds)
        return try await read("counting of \(job)'s runs") { db in
            var counts = Array(repeating: [RunOutcome: Int](), count: bins)
            // Numbers of arbitrary length: no rounding moves an occurrence into the next bin.
            let rows = try db.query(
                """
                SELECT least($4::bigint - 1, floor(extract(epoch FROM scheduled_for - $2::timestamptz) * 1000 * $4::bigint / $5::bigint))::bigint
                    AS bin, state, sum(CASE WHEN state LIKE 'skipped%' THEN greatest(1, missed_count) ELSE 1 END)::bigint AS occurrences
                FROM job_run WHERE job = $1 AND scheduled_for >= $2::timestamptz AND scheduled_for < $3 GROUP BY bin, state
                """, [.text(job), .moment(from), .moment(to), .integer(bins), .integer(length)])
            for row in rows {
                let bin = Int(try row.integer("bin"))
                guard let state = RunState(rawValue: try row.text("state")), counts.indices.contains(bin) else { continue }
                counts[bin][state.outcome, default: 0] += Int(try row.integer("occurrences"))
            }
            return counts
        }
    }

    package func accounted(job: String, from: Timestamp, through: Timestamp) async throws(LedgerError) -> AccountedOccurrences {
        let values: [PostgresValue] = [.text(job), .moment(from), .moment(through)]
        return try await read("reconciliation of \(job)") { db in
            let instants = try db.query(
                """
                SELECT DISTINCT scheduled_for FROM job_run WHERE job = $1 AND scheduled_for BETWEEN $2 AND $3
                AND trigger NOT IN ('manual', 'startup') ORDER BY scheduled_for DESC LIMIT 10000
                """, values)
            let summaries = try db.query(
                """
                SELECT missed_from, scheduled_for FROM job_run WHERE job = $1 AND missed_count > 0 AND state LIKE 'skipped%'
                AND missed_from <= $3 AND scheduled_for >= $2 LIMIT 1000
                """, values)
            return AccountedOccurrences(
                instants: Set(try instants.map { try $0.moment(0).milliseconds }),
                ranges: try summaries.map { row in
                    let (first, last) = (try row.moment(0).milliseconds, try row.moment(1).milliseconds)
                    return min(first, last)...max(first, last)
                })
        }
    }

    package func prune(_ retention: RunRetention, at now: Timestamp, limit: Int) async throws(LedgerError) -> Int {
        let cutoff = PostgresValue.moment(now - retention.age)
        return try await write("removal of old runs") { db in
            var removed = 0
            for row in try db.query("SELECT DISTINCT job FROM job_run WHERE claimed_at < $1", [cutoff]) where removed < limit {
                removed +=
                    try db.query(
                        """
                        DELETE FROM job_run WHERE run_id IN (
                            SELECT run_id FROM job_run WHERE job = $1 AND claimed_at < $2 AND state NOT IN ('claimed', 'running')
                            AND run_id NOT IN (SELECT run_id FROM job_run WHERE job = $1 ORDER BY run_id DESC LIMIT $3)
                            AND run_id NOT IN (SELECT run_id FROM job_run WHERE job = $1
                                AND state IN ('failed', 'timed_out', 'abandoned', 'lost_lease', 'fence_rejected')
                                ORDER BY run_id DESC LIMIT $4)
                            ORDER BY run_id LIMIT $5)
                        """,
                        [
                            .text(try row.text(0)), cutoff, .integer(retention.minimumRuns), .integer(retention.minimumFailures),
                            .integer(limit - removed),
                        ]
                    ).affected
            }
            for row in try db.query("SELECT job FROM job_state") where removed < limit {
                let job = PostgresValue.text(try row.text(0))
                // The newest row beyond the bound, if there is one; everything older goes with it.
                let first = try db.query(
                    "SELECT run_id FROM job_run WHERE job = $1 ORDER BY run_id DESC LIMIT 1 OFFSET $2",
                    [job, .integer(retention.maximumRuns)]
                ).first?.text(0)
                guard let first else { continue }
                removed +=
                    try db.query(
                        """
                        DELETE FROM job_run WHERE run_id IN (SELECT run_id FROM job_run WHERE job = $1 AND run_id <= $2
                            AND state NOT IN ('claimed', 'running') ORDER BY run_id LIMIT $3)
                        """, [job, .text(first), .integer(limit - removed)]
                    ).affected
            }
            return removed
        }
    }
}
