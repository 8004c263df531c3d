import GRDB
package import HearthTelemetry

extension SQLiteRunLedger {
    package func records() async throws(LedgerError) -> [String: JobRecord] {
        try await read("reading of the job table") { db in
            var records: [String: JobRecord] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT * FROM job_state") {
                let record = try JobRecord(SQLiteLedgerRow(row: row))
                records[record.job] = record
            }
            return records
        }
    }

    package func runs(_ query: RunQuery) async throws(LedgerError) -> [RunRecord] {
        var conditions: [String] = []
        var arguments = StatementArguments()
        func require(_ condition: String, _ values: [(any DatabaseValueConvertible)?]) {
            conditions.append(condition)
            arguments += StatementArguments(values)
        }
        if let job = query.job { require("job = ?", [job]) }
        if let before = query.before { require("run_id < ?", [before.description]) }
        if let trigger = query.trigger { require("trigger = ?", [trigger.rawValue]) }
        if let from = query.from { require("scheduled_for >= ?", [from.milliseconds]) }
        if let through = query.through { require("scheduled_for <= ?", [through.milliseconds]) }
        if !query.outcomes.isEmpty {
            let states = query.outcomes.flatMap(\.states).map(\.rawValue)
            require("state IN (\(states.map { _ in "?" }.joined(separator: ", ")))", states)
        }
        arguments += [min(max(1, query.limit), RunQuery.maximumLimit)]
        let sql = """
            SELECT * FROM job_run \(conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "))
            ORDER BY run_id DESC LIMIT ?
            """
        return try await read("listing of runs") { [arguments] db in
            try Row.fetchAll(db, sql: sql, arguments: arguments).compactMap { try RunRecord(SQLiteLedgerRow(row: $0)) }
        }
    }

    package func run(_ id: RunID) async throws(LedgerError) -> RunRecord? {
        try await read("reading of run \(id)") { db in
            try Row.fetchOne(db, sql: "SELECT * FROM job_run WHERE run_id = ?", arguments: [id.description]).flatMap {
                try RunRecord(SQLiteLedgerRow(row: $0))
            }
        }
    }

    package func outcomes(job: String, from: Timestamp, to: Timestamp, bins: Int) async throws(LedgerError) -> [[RunOutcome: Int]] {
        let bins = max(1, bins)
        let (first, length) = (from.milliseconds, max(1, (to - from).wholeMilliseconds))
        return try await read("counting of \(job)'s runs") { db in
            var counts = Array(repeating: [RunOutcome: Int](), count: bins)
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT min(?4 - 1, (scheduled_for - ?2) * ?4 / ?5) AS bin, state,
                        sum(iif(state LIKE 'skipped%', max(1, missed_count), 1)) AS occurrences
                    FROM job_run WHERE job = ?1 AND scheduled_for >= ?2 AND scheduled_for < ?3 GROUP BY bin, state
                    """,
                arguments: [job, first, to.milliseconds, bins, length])
            for row in rows {
                guard let state = RunState(rawValue: row["state"]) else { continue }
                counts[row["bin"]][state.outcome, default: 0] += row["occurrences"] as Int
            }
            return counts
        }
    }

    package func accounted(job: String, from: Timestamp, through: Timestamp) async throws(LedgerError) -> AccountedOccurrences {
        try await read("reconciliation of \(job)") { db in
            let instants = try Int64.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT scheduled_for FROM job_run WHERE job = ? AND scheduled_for BETWEEN ? AND ?
                    AND trigger NOT IN ('manual', 'startup') ORDER BY scheduled_for DESC LIMIT 10000
                    """,
                arguments: [job, from.milliseconds, through.milliseconds])
            let summaries = try Row.fetchAll(
                db,
                sql: """
                    SELECT missed_from, scheduled_for FROM job_run WHERE job = ? AND missed_count > 0 AND state LIKE 'skipped%'
                    AND missed_from <= ? AND scheduled_for >= ? LIMIT 1000
                    """,
                arguments: [job, through.milliseconds, from.milliseconds])
            return AccountedOccurrences(
                instants: Set(instants),
                ranges: summaries.map { row in
                    let (first, last): (Int64, Int64) = (row["missed_from"], row["scheduled_for"])
                    return min(first, last)...last
                })
        }
    }

    package func prune(_ retention: RunRetention, at now: Timestamp, limit: Int) async throws(LedgerError) -> Int {
        let cutoff = (now - retention.age).milliseconds
        return try await write("removal of old runs") { db in
            var removed = 0
            let jobs = try String.fetchAll(db, sql: "SELECT DISTINCT job FROM job_run WHERE claimed_at < ?", arguments: [cutoff])
            for job in jobs where removed < limit {
                try db.execute(
                    sql: """
                        DELETE FROM job_run WHERE run_id IN (
                            SELECT run_id FROM job_run WHERE job = ?1 AND claimed_at < ?2 AND state NOT IN ('claimed', 'running')
                            AND run_id NOT IN (SELECT run_id FROM job_run WHERE job = ?1 ORDER BY run_id DESC LIMIT ?3)
                            AND run_id NOT IN (SELECT run_id FROM job_run WHERE job = ?1
                                AND state IN ('failed', 'timed_out', 'abandoned', 'lost_lease', 'fence_rejected')
                                ORDER BY run_id DESC LIMIT ?4)
                            ORDER BY run_id LIMIT ?5)
                        """,
                    arguments: [job, cutoff, retention.minimumRuns, retention.minimumFailures, limit - removed])
                removed += db.changesCount
            }
            for job in try String.fetchAll(db, sql: "SELECT job FROM job_state") where removed < limit {
                // The newest row beyond the bound, if there is one; everything older goes with it.
                let first = try String.fetchOne(
                    db, sql: "SELECT run_id FROM job_run WHERE job = ? ORDER BY run_id DESC LIMIT 1 OFFSET ?",
                    arguments: [job, retention.maximumRuns])
                guard let first else { continue }
                try db.execute(
                    sql: """
                        DELETE FROM job_run WHERE run_id IN (SELECT run_id FROM job_run WHERE job = ? AND run_id <= ?
                            AND state NOT IN ('claimed', 'running') ORDER BY run_id LIMIT ?)
                        """,
                    arguments: [job, first, limit - removed])
                removed += db.changesCount
            }
            return removed
        }
    }

    static func record(of job: String, in db: Database) throws -> JobRecord? {
        try Row.fetchOne(db, sql: "SELECT * FROM job_state WHERE job = ?", arguments: [job])
            .map { try JobRecord(SQLiteLedgerRow(row: $0)) }
    }
}
