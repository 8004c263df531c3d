package import GRDB

/// The tables of statistics in SQLite.
package enum StatisticsSchema {
    /// Adds the migrations of this module; their names begin with `statistics-` and never change once released.
    package static func registerMigrations(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("statistics-1-tables") { db in
            try db.execute(sql: version1)
        }
        migrator.registerMigration("statistics-2-patterns") { db in
            try db.execute(sql: version2)
        }
        migrator.registerMigration("statistics-3-tenants") { db in
            try db.execute(sql: version3)
        }
        migrator.registerMigration("statistics-4-shared") { db in
            try db.execute(sql: version4)
        }
        migrator.registerMigration("statistics-5-pattern-months") { db in
            try db.execute(sql: version5)
        }
    }

    /// Times are milliseconds since 1970 in UTC; money is in millionths of a US dollar; `latency` is `LatencyHistogram.encoded()`.
    private static let version1 = """
        CREATE TABLE cache_statistics (
            resolution TEXT NOT NULL CHECK (resolution IN ('minute', 'hour', 'day', 'week', 'month')),
            bucket_start INTEGER NOT NULL,
            language TEXT NOT NULL,
            category TEXT NOT NULL,
            result TEXT NOT NULL,
            requests INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            saved_microdollars INTEGER NOT NULL,
            cost_microdollars INTEGER NOT NULL,
            duration_nanoseconds INTEGER NOT NULL,
            upstream_requests INTEGER NOT NULL,
            upstream_nanoseconds INTEGER NOT NULL,
            miss_never_stored INTEGER NOT NULL,
            miss_expired INTEGER NOT NULL,
            miss_invalidated INTEGER NOT NULL,
            miss_low_confidence INTEGER NOT NULL,
            miss_bypass INTEGER NOT NULL,
            miss_integrity INTEGER NOT NULL,
            miss_store_unavailable INTEGER NOT NULL,
            latency BLOB NOT NULL,
            PRIMARY KEY (resolution, bucket_start, language, category, result)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE background_cost (
            resolution TEXT NOT NULL CHECK (resolution IN ('minute', 'hour', 'day', 'week', 'month')),
            bucket_start INTEGER NOT NULL,
            purpose TEXT NOT NULL,
            calls INTEGER NOT NULL,
            cost_microdollars INTEGER NOT NULL,
            PRIMARY KEY (resolution, bucket_start, purpose)
        ) STRICT, WITHOUT ROWID;

        -- complete_through: only for 'hour'; every hour before it is part of all longer buckets.
        -- removed_before: buckets that began earlier were removed by retention.
        CREATE TABLE aggregation_watermark (
            resolution TEXT NOT NULL PRIMARY KEY,
            complete_through INTEGER,
            removed_before INTEGER
        ) STRICT, WITHOUT ROWID;

        -- Aggregated hours to which minutes were added afterwards.
        CREATE TABLE statistics_reopened_hour (
            hour INTEGER NOT NULL PRIMARY KEY
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE statistics_replica (
            replica TEXT NOT NULL,
            incarnation INTEGER NOT NULL,
            last_sequence INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            has_left INTEGER NOT NULL,
            PRIMARY KEY (replica, incarnation)
        ) STRICT, WITHOUT ROWID;
        """

    /// Requests that were answered by another's call.
    private static let version4 = "ALTER TABLE cache_statistics ADD COLUMN shared INTEGER NOT NULL DEFAULT 0"

    /// What was counted of each question in each month, which is known of the time before only where all of it fell into one. No foreign
    /// key: builds that do not know the table must be able to remove a question.
    private static let version5 = """
        CREATE TABLE query_pattern_month (
            tenant TEXT NOT NULL,
            language TEXT NOT NULL,
            digest BLOB NOT NULL,
            month INTEGER NOT NULL,
            hits INTEGER NOT NULL,
            misses INTEGER NOT NULL,
            saved_microdollars INTEGER NOT NULL,
            cost_microdollars INTEGER NOT NULL,
            PRIMARY KEY (tenant, language, digest, month)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX query_pattern_month_hits ON query_pattern_month (month, hits);
        INSERT INTO query_pattern_month SELECT
            tenant, language, digest, CAST(strftime('%s', first_seen / 1000, 'unixepoch', 'start of month') AS INTEGER) * 1000,
            hits, misses, saved_microdollars, cost_microdollars
            FROM query_pattern
            WHERE digest <> zeroblob(32)
                AND strftime('%Y-%m', first_seen / 1000, 'unixepoch') = strftime('%Y-%m', last_seen / 1000, 'unixepoch');
        """

    /// `digest` is the SHA-256 of the normalised text, and 32 zero bytes for what is counted without being told apart.
    private static let version2 = """
        CREATE TABLE query_pattern (
            language TEXT NOT NULL,
            digest BLOB NOT NULL,
            category TEXT NOT NULL,
            miss_reason TEXT,
            normalized_query TEXT,
            query TEXT,
            hits INTEGER NOT NULL,
            misses INTEGER NOT NULL,
            saved_microdollars INTEGER NOT NULL,
            cost_microdollars INTEGER NOT NULL,
            confidence_millionths INTEGER,
            customers INTEGER NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            archived_at INTEGER,
            PRIMARY KEY (language, digest)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX query_pattern_hits ON query_pattern (hits) WHERE archived_at IS NULL;
        CREATE INDEX query_pattern_misses ON query_pattern (misses) WHERE archived_at IS NULL;
        CREATE INDEX query_pattern_last_seen ON query_pattern (last_seen);
        CREATE INDEX query_pattern_archived ON query_pattern (archived_at) WHERE archived_at IS NOT NULL;

        -- Keyed hashes of who asked, until enough have.
        CREATE TABLE query_pattern_customer (
            language TEXT NOT NULL,
            digest BLOB NOT NULL,
            customer BLOB NOT NULL,
            PRIMARY KEY (language, digest, customer)
        ) STRICT, WITHOUT ROWID;
        """
}
