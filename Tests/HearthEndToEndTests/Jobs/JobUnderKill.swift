import Foundation
import HearthTestKit

/// A built-in job with work to do, and what must be true once it has been done, however often it was begun.
struct JobUnderKill: Sendable, CustomStringConvertible {
    let name: String
    /// Makes work in the database of a service that has stored answers to ten questions and stands still.
    let work: String
    /// Queries that print 1 when all work has been done once.
    let done: [String]
    /// The largest number of calls to the provider for ten answers: one for each, and again for those whose answer was not stored yet.
    var mostCalls = 0

    var description: String { name }

    /// One second in milliseconds, in SQL.
    private static let now = "(unixepoch() * 1000)"

    static let all = [
        // The same minutes in each of eight hours.
        JobUnderKill(
            name: "aggregate-statistics",
            work: """
                CREATE TEMP TABLE minute AS SELECT * FROM cache_statistics WHERE resolution = 'minute';
                DELETE FROM cache_statistics; DELETE FROM background_cost; DELETE FROM aggregation_watermark;
                DELETE FROM statistics_reopened_hour;
                UPDATE minute SET bucket_start = bucket_start - 7200000;
                """
                    + String(
                        repeating:
                            "INSERT INTO cache_statistics SELECT * FROM minute; UPDATE minute SET bucket_start = bucket_start - 3600000;",
                        count: 8),
            done: [
                "SELECT sum(requests) = 80 FROM cache_statistics WHERE resolution = 'minute'",
                "SELECT sum(requests) = 80 FROM cache_statistics WHERE resolution = 'hour'",
                "SELECT sum(requests) = 80 FROM cache_statistics WHERE resolution = 'month'",
                "SELECT sum(requests) = 80 FROM cache_statistics WHERE resolution = 'day'",
            ]),
        // Minutes and hours of eight days, long past their time.
        JobUnderKill(
            name: "retain-statistics",
            work: """
                CREATE TEMP TABLE minute AS SELECT * FROM cache_statistics WHERE resolution = 'minute';
                DELETE FROM aggregation_watermark;
                INSERT INTO aggregation_watermark (resolution, complete_through) VALUES ('hour', \(now) / 3600000 * 3600000);
                UPDATE minute SET bucket_start = bucket_start - 86400000 * 100;
                """
                    + String(
                        repeating: """
                            INSERT INTO cache_statistics SELECT * FROM minute; UPDATE minute SET resolution = 'hour';
                            INSERT INTO cache_statistics SELECT * FROM minute;
                            UPDATE minute SET bucket_start = bucket_start - 86400000, resolution = 'minute';
                            """, count: 8),
            done: [
                "SELECT count(*) = 0 FROM cache_statistics WHERE bucket_start < \(now) - 86400000 * 50",
                "SELECT sum(requests) = 10 FROM cache_statistics WHERE resolution = 'minute'",
            ]),
        // Twelve hundred copies that have expired: three transactions.
        JobUnderKill(
            name: "prune-cache",
            work: """
                CREATE TEMP TABLE copy AS SELECT a.* FROM (SELECT * FROM cached_answer LIMIT 1) AS a, generate_series(1, 1200);
                UPDATE copy SET cache_key = substr(cache_key, 1, length(cache_key) - 6) || printf('%06x', rowid), fresh_until_ms = 1,
                    revalidate_until_ms = 1, on_error_until_ms = 1, usable_until_ms = 1;
                INSERT INTO cached_answer SELECT * FROM copy;
                """,
            done: ["SELECT count(*) = 10 AND min(usable_until_ms) > 1 FROM cached_answer"]),
        // Popular answers that expire in five minutes.
        JobUnderKill(
            name: "refresh-popular",
            work: "UPDATE cached_answer SET hit_count = 10, fresh_until_ms = \(now) + 300000;",
            done: ["SELECT count(*) = 10 AND min(fresh_until_ms) > \(now) + 1200000 AND min(hit_count) = 10 FROM cached_answer"],
            mostCalls: 20),
        JobUnderKill(
            name: "warm-cache", work: "DELETE FROM cached_answer;",
            done: ["SELECT count(*) = 10 FROM cached_answer", "SELECT count(*) = count(DISTINCT normalized_query) FROM cached_answer"],
            mostCalls: 20),
    ]

    static let questions = (2..<12).map { "Do you repair \($0) umbrellas?" }

    /// A configuration in which nothing runs but this job, once, when the schedule says; also late, as warming by itself would not.
    func settings(schedule: String) -> String {
        let others = ["warm-cache", "probe-stores", "aggregate-statistics", "retain-statistics", "prune-cache", "refresh-popular"]
            .filter { $0 != name }.map { "  \($0): {schedule: \"@manual\"}\n" }.joined()
        return "cache:\n  lookupDeadline: 5s\njobs:\n\(others)"
            + "  \(name): {schedule: \"\(schedule)\", seconds: true, retries: 3, catchUp: latest, startDeadline: 1h, jitter: 0s}\n"
    }
}
