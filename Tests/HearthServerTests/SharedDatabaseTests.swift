import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Logging
import Testing

@testable import HearthServer

@Suite("The tables that replicas share", .timeLimit(.minutes(10)))
struct SharedDatabaseTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// What version 1 sends, as it was when it was released. It is never changed: a replica of that version works on newer tables, too.
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

    @Test("The version before works on the newest tables")
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
