import Foundation
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Logging
import Testing

@testable import HearthServer

@Suite("The tables that replicas share", .timeLimit(.minutes(10)))
struct SharedDatabaseTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Rows as the first builds wrote them. It is never changed: what is left out in them has a default in newer tables.
    private static let versionOne = [
        "INSERT INTO job_fence (job, fence) VALUES ('job', 0) ON CONFLICT DO NOTHING",
        """
        INSERT INTO job_state (job, config_hash, schedule, registered_at, schedule_since, updated_at)
        VALUES ('job', 'h', '@hourly', now(), now(), now())
        """,
        """
        INSERT INTO job_run (run_id, job, attempt, trigger, scheduled_for, due_at, local_label, timezone, schedule, dst_kind,
            tzdb_version, state, claimed_at, started_at, finished_at, holder, lease_until, fence, app_version, config_hash,
            missed_count, missed_is_lower_bound, missed_from, retry_of, idempotency_key, actor, trace_id)
        VALUES ('019b76da-a800-7000-8000-0123456789ab', 'job', 1, 'cron', now(), now(), NULL, 'UTC', '@hourly', 'none', NULL, 'running',
            now(), now(), NULL, 'me', now(), 1, '1', 'h', 0, FALSE, NULL, NULL, NULL, NULL, 'trace')
        """,
        """
        UPDATE job_run SET state = 'succeeded', finished_at = now(), lateness_ms = 1, duration_ms = 1, lease_until = NULL, window_from = NULL,
            window_to = NULL, items = 1, bytes = 1, detail = '{}', error_type = NULL, error_message = NULL WHERE job = 'job'
        """,
        """
        UPDATE job_state SET holder = NULL, holder_run = NULL, lease_until = NULL, last_accounted_for = now(), last_success_at = now(),
            last_success_scheduled_for = now(), last_completion_at = now(), consecutive_failures = 0, paused_until = NULL, watermark = NULL
        """,
        "UPDATE aggregation_watermark SET complete_through = greatest(complete_through, now()), removed_before = now()",
        "INSERT INTO statistics_reopened_hour (hour) VALUES (now())",
        "INSERT INTO statistics_replica (replica, incarnation, last_sequence, last_seen, has_left) VALUES ('a', 1, 1, now(), FALSE)",
        """
        INSERT INTO cache_statistics (resolution, bucket_start, language, category, result, requests, failed, saved_microdollars,
            cost_microdollars, duration_nanoseconds, upstream_requests, upstream_nanoseconds, miss_never_stored, miss_expired,
            miss_invalidated, miss_low_confidence, miss_bypass, miss_integrity, miss_store_unavailable, latency)
        VALUES ('hour', now(), 'en', 'hours', 'hit', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '')
        """,
        "INSERT INTO background_cost (resolution, bucket_start, purpose, calls, cost_microdollars) VALUES ('hour', now(), 'warming', 1, 1)",
        "UPDATE invalidation_counter SET value = greatest(value, 5) + 1 RETURNING value",
        """
        INSERT INTO invalidation (generation, at, actor, cache_key, language, category, tag) VALUES (6, now(), 'api', NULL, 'en', NULL, NULL)
        """,
        "UPDATE invalidation SET removed = 1 WHERE generation = 6",
    ]

    private static func database(registry: MetricRegistry) async throws -> SharedDatabase {
        try SharedDatabase(
            url: await PostgresScratch.url(), poolMaximum: 2, registry: registry, time: SystemTimeSource(), logger: logger)
    }

    /// Each statement that a release sends to the tables, one a line, as its server recorded them. Such a list is never changed; each
    /// release whose replicas may work beside those of this one has one.
    private static func statements(ofRelease release: String) throws -> [String] {
        let path = URL(filePath: #filePath).appending(path: "../Releases/\(release).sql").standardizedFileURL
        return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// Why the server could not run a statement, whatever its values are; nil if it can. Planning finds what parsing does not, such as the
    /// index that an upsert needs.
    private static func refusal(of statement: String, by client: PostgresClient) async -> String? {
        let numbers = statement.matches(of: /\$([0-9]+)/).compactMap { Int($0.output.1) }
        let values = Array(repeating: "NULL", count: numbers.max() ?? 0).joined(separator: ", ")
        do {
            try await client.transaction { connection -> Void in
                try connection.query("SET LOCAL plan_cache_mode = force_generic_plan")
                // A name of its own: prepared statements outlive a transaction that is rolled back.
                let name = "released_\(UInt64.random(in: 0 ... .max))"
                try connection.query("PREPARE \(name) AS \(statement)")
                try connection.query("EXPLAIN EXECUTE \(name)\(values.isEmpty ? "" : "(\(values))")")
            }
            return nil
        } catch {
            return "\(statement): \(error)"
        }
    }

    @Test(
        "Everything that a release before sends can be run on the newest tables, and a change that breaks it is seen", arguments: ["0.1.0"])
    func releases(release: String) async throws {
        let database = try await Self.database(registry: MetricRegistry(timeSource: SystemTimeSource()))
        #expect(await database.prepare() == nil)
        let statements = try Self.statements(ofRelease: release)
        #expect(statements.count > 100)
        for statement in statements {
            let refusal = await Self.refusal(of: statement, by: database.client)
            #expect(refusal == nil)
        }
        try await database.client.transaction { connection -> Void in
            try connection.query("ALTER TABLE background_cost DROP CONSTRAINT background_cost_pkey")
            try connection.query("ALTER TABLE api_key RENAME COLUMN revoked_at TO ended_at")
        }
        var refused: [String] = []
        for statement in statements { if let refusal = await Self.refusal(of: statement, by: database.client) { refused.append(refusal) } }
        #expect(refused.count { $0.hasPrefix("INSERT INTO background_cost AS kept") } == 1)
        #expect(refused.count { $0.contains("revoked_at") } == 2)
        #expect(refused.count == 3)
        await database.client.shutdown()
    }

    @Test("What a replica of the release before counts is added to the rows of this one and takes nothing from them")
    func releasedCounts() async throws {
        let database = try await Self.database(registry: MetricRegistry(timeSource: SystemTimeSource()))
        #expect(await database.prepare() == nil)
        let client = database.client
        let hour = Timestamp(seconds: 1_790_002_800)
        let upsert = try #require(
            try Self.statements(ofRelease: "0.1.0").first { $0.hasPrefix("INSERT INTO cache_statistics AS kept (resolution, ") })
        // One row, with 1 for every number.
        let names = ["en", "hours", "miss", "default"].map { PostgresValue.array([.text($0)]) }
        let numbers = Array(repeating: PostgresValue.array([.integer(1)]), count: 14)
        let values = [.text("hour"), .array([.moment(hour)])] + names + numbers + [.array([.bytes([])])]
        try await client.transaction { _ = try $0.query(upsert, values) }
        try await client.transaction { _ = try $0.query("UPDATE cache_statistics SET shared = 3") }
        try await client.transaction { _ = try $0.query(upsert, values) }
        let row = try #require(try await client.query("SELECT requests, miss_expired, shared FROM cache_statistics").first)
        #expect(try row.integer("requests") == 2 && row.integer("miss_expired") == 2 && row.integer("shared") == 3)
        await client.shutdown()
    }

    @Test("Ten replicas that start at once on an empty database all have their tables soon; one made them, and says so")
    func together() async throws {
        let url = try await PostgresScratch.url()
        let log = RecordedLog()
        let began = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    let database = try SharedDatabase(
                        url: url, poolMaximum: 2, registry: MetricRegistry(timeSource: SystemTimeSource()), time: SystemTimeSource(),
                        logger: log.logger())
                    let failure = await database.prepare()
                    #expect(failure == nil && database.isReady, "\(failure.map { "\($0)" } ?? "")")
                    await database.client.shutdown()
                }
            }
            try await group.waitForAll()
        }
        // Ten seconds on a machine that does nothing else.
        let isLong = ProcessInfo.processInfo.environment["HEARTH_TEST_LONG"] != nil
        #expect(ContinuousClock.now - began < (isLong ? .seconds(10) : .seconds(60)))
        let told = log.lines.filter { $0.message == "the shared database's tables are up to date" }
        let all = SharedDatabase.migrations.map(\.name).joined(separator: ", ")
        #expect(told.map { $0.facts["applied"] } == [all])
    }

    @Test("Tables of the builds before the first release get their tenants, and what was counted stays")
    func tenants() async throws {
        let database = try await Self.database(registry: MetricRegistry(timeSource: SystemTimeSource()))
        #expect(await database.prepare() == nil)
        try await database.client.transaction { connection -> Void in
            for statement in Self.versionOne { try connection.query(statement) }
            for (table, key) in [
                ("cache_statistics", "resolution, bucket_start, language, category, result"),
                ("background_cost", "resolution, bucket_start, purpose"), ("query_pattern", "language, digest"),
                ("query_pattern_customer", "language, digest, customer"),
            ] {
                try connection.query("ALTER TABLE \(table) DROP COLUMN tenant")
                try connection.query("ALTER TABLE \(table) ADD PRIMARY KEY (\(key))")
            }
            try connection.query("DROP INDEX query_pattern_customer_customer")
            try connection.query("DELETE FROM hearth_migration WHERE name = 'statistics-3-tenants'")
        }
        #expect(await database.prepare() == nil)
        for statement in try Self.statements(ofRelease: "0.1.0") {
            let refusal = await Self.refusal(of: statement, by: database.client)
            #expect(refusal == nil)
        }
        let counted = try await database.client.query("SELECT tenant, requests FROM cache_statistics")
        #expect(try counted.map { try $0.text(0) } == ["default"] && counted.map { try $0.integer(1) } == [1])
        await database.client.shutdown()
    }

    @Test("Rows of the first builds can still be written")
    func additive() async throws {
        let database = try await Self.database(registry: MetricRegistry(timeSource: SystemTimeSource()))
        #expect(await database.prepare() == nil && database.isReady)
        try await database.client.transaction { connection -> Void in
            for statement in Self.versionOne { try connection.query(statement) }
        }
        let names = try await database.client.query("SELECT name FROM hearth_migration ORDER BY applied_at").map { try $0.text(0) }
        #expect(
            Set(["scheduling-1-run-history", "statistics-1-tables", "statistics-2-patterns", "answers-1-invalidations"]).isSubset(of: names)
        )
        await database.client.shutdown()
    }

    @Test(
        "The clock is compared with the server's, and a wrong one keeps shared jobs from starting",
        arguments: [0, 1000, -1000, 6000, -6000])
    func skew(milliseconds: Int64) async throws {
        let registry = MetricRegistry(timeSource: SystemTimeSource())
        let time = SkewedTimeSource(skew: .milliseconds(milliseconds))
        let database = try SharedDatabase(
            url: await PostgresScratch.url(), poolMaximum: 2, registry: registry, time: time, logger: Self.logger)
        #expect(await database.prepare() == nil)
        #expect((database.refusal != nil) == (abs(milliseconds) > 5000))
        let shown = MetricSamples(String(decoding: registry.render(.text), as: UTF8.self))
            .value("hearth_scheduler_clock_skew_seconds", ["source": "postgres"])
        #expect(shown.map { abs($0 - Double(milliseconds) / 1000) < 0.9 } == true, "\(String(describing: shown))")
        await database.client.shutdown()
    }
}

/// A machine whose wall clock is wrong.
private struct SkewedTimeSource: TimeSource {
    let skew: Duration

    func now() -> Timestamp { SystemTimeSource().now() + skew }
    func uptime() -> Duration { SystemTimeSource().uptime() }
}
