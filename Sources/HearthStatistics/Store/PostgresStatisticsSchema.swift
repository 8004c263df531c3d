package import HearthDrivers
import HearthTelemetry

/// The tables of statistics in PostgreSQL: those of ``StatisticsSchema``, with PostgreSQL's own types.
///
/// The minutes, which come and go by the thousand, have a partition for each day: retention drops it as a whole, and no dead rows stay
/// behind. The writer makes the partition of a day when it first needs it.
package enum PostgresStatisticsSchema {
    package static let migrations = [
        PostgresMigration(
            "statistics-1-tables",
            [
                usage,
                "CREATE TABLE cache_statistics_minute PARTITION OF cache_statistics FOR VALUES IN ('minute') PARTITION BY RANGE (bucket_start)",
                "CREATE TABLE cache_statistics_longer PARTITION OF cache_statistics FOR VALUES IN ('hour', 'day', 'week', 'month')",
                background, watermark,
                // One row for each, so that a writer always finds the row that it locks.
                "INSERT INTO aggregation_watermark (resolution) VALUES ('minute'), ('hour'), ('day'), ('week'), ('month')",
                "CREATE TABLE statistics_reopened_hour (hour timestamptz PRIMARY KEY)",
                replica,
            ]),
        PostgresMigration(
            "statistics-2-patterns",
            [
                pattern,
                "CREATE INDEX query_pattern_hits ON query_pattern (hits) WHERE archived_at IS NULL",
                "CREATE INDEX query_pattern_misses ON query_pattern (misses) WHERE archived_at IS NULL",
                "CREATE INDEX query_pattern_last_seen ON query_pattern (last_seen)",
                "CREATE INDEX query_pattern_archived ON query_pattern (archived_at) WHERE archived_at IS NOT NULL",
                customer,
                "CREATE INDEX query_pattern_customer_customer ON query_pattern_customer (customer)",
            ]),
        PostgresMigration("statistics-3-tenants", tenants),
        // Replicas that do not know of it count nothing there.
        PostgresMigration(
            "statistics-4-shared", ["ALTER TABLE cache_statistics ADD COLUMN IF NOT EXISTS shared bigint NOT NULL DEFAULT 0"]),
        PostgresMigration(
            "statistics-5-pattern-months",
            [patternMonth, "CREATE INDEX query_pattern_month_hits ON query_pattern_month (month, hits)", earlierPatternMonths]),
    ]

    /// Whose each row is, where a build from before the first release made the tables without it. Keys change, which no migration since that
    /// release may do: replicas of those builds cannot write from here on. On all other databases it finds nothing to do.
    private static let tenants =
        [
            ("cache_statistics", "resolution, bucket_start, tenant, language, category, result"),
            ("background_cost", "resolution, bucket_start, tenant, purpose"), ("query_pattern", "tenant, language, digest"),
            ("query_pattern_customer", "tenant, language, digest, customer"),
        ].map { table, key in
            """
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = '\(table)'::regclass AND attname = 'tenant') THEN
                    ALTER TABLE \(table) ADD COLUMN tenant text NOT NULL DEFAULT 'default';
                    ALTER TABLE \(table) DROP CONSTRAINT \(table)_pkey;
                    ALTER TABLE \(table) ADD PRIMARY KEY (\(key));
                END IF;
            END $$
            """
        } + ["CREATE INDEX IF NOT EXISTS query_pattern_customer_customer ON query_pattern_customer (customer)"]

    /// The partition of the minutes of a day, made unless it exists.
    ///
    /// It is made apart and then attached: that takes a lock which lets others read and write meanwhile.
    static func partition(ofDay day: Timestamp) -> (name: String, statements: [String]) {
        let end = StatisticsPeriod.daily.bucketEnd(from: day)
        let name = "cache_statistics_minute_" + day.description.prefix(10).filter { $0 != "-" }
        return (
            name,
            [
                "CREATE TABLE \(name) (LIKE cache_statistics_minute INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
                "ALTER TABLE cache_statistics_minute ATTACH PARTITION \(name) FOR VALUES FROM ('\(day)') TO ('\(end)')",
            ]
        )
    }

    private static let usage = """
        CREATE TABLE cache_statistics (
            resolution text NOT NULL,
            bucket_start timestamptz NOT NULL,
            tenant text NOT NULL DEFAULT 'default',
            language text NOT NULL,
            category text NOT NULL,
            result text NOT NULL,
            requests bigint NOT NULL,
            failed bigint NOT NULL,
            saved_microdollars bigint NOT NULL,
            cost_microdollars bigint NOT NULL,
            duration_nanoseconds bigint NOT NULL,
            upstream_requests bigint NOT NULL,
            upstream_nanoseconds bigint NOT NULL,
            miss_never_stored bigint NOT NULL,
            miss_expired bigint NOT NULL,
            miss_invalidated bigint NOT NULL,
            miss_low_confidence bigint NOT NULL,
            miss_bypass bigint NOT NULL,
            miss_integrity bigint NOT NULL,
            miss_store_unavailable bigint NOT NULL,
            latency bytea NOT NULL,
            PRIMARY KEY (resolution, bucket_start, tenant, language, category, result)
        ) PARTITION BY LIST (resolution)
        """

    private static let background = """
        CREATE TABLE background_cost (
            resolution text NOT NULL,
            bucket_start timestamptz NOT NULL,
            tenant text NOT NULL DEFAULT 'default',
            purpose text NOT NULL,
            calls bigint NOT NULL,
            cost_microdollars bigint NOT NULL,
            PRIMARY KEY (resolution, bucket_start, tenant, purpose)
        )
        """

    /// `complete_through`: only for 'hour'; every hour before it is part of all longer buckets. `removed_before`: buckets that began
    /// earlier were removed by retention.
    private static let watermark = """
        CREATE TABLE aggregation_watermark (
            resolution text PRIMARY KEY,
            complete_through timestamptz,
            removed_before timestamptz
        )
        """

    private static let replica = """
        CREATE TABLE statistics_replica (
            replica text NOT NULL,
            incarnation bigint NOT NULL,
            last_sequence bigint NOT NULL,
            last_seen timestamptz NOT NULL,
            has_left boolean NOT NULL,
            PRIMARY KEY (replica, incarnation)
        )
        """

    /// `digest` is the SHA-256 of the normalised text, and 32 zero bytes for what is counted without being told apart.
    private static let pattern = """
        CREATE TABLE query_pattern (
            tenant text NOT NULL DEFAULT 'default',
            language text NOT NULL,
            digest bytea NOT NULL,
            category text NOT NULL,
            miss_reason text,
            normalized_query text,
            query text,
            hits bigint NOT NULL,
            misses bigint NOT NULL,
            saved_microdollars bigint NOT NULL,
            cost_microdollars bigint NOT NULL,
            confidence_millionths bigint,
            customers integer NOT NULL,
            first_seen timestamptz NOT NULL,
            last_seen timestamptz NOT NULL,
            archived_at timestamptz,
            PRIMARY KEY (tenant, language, digest)
        )
        """

    /// What was counted of each question in each month. No foreign key: replicas that do not know the table must be able to remove a question.
    private static let patternMonth = """
        CREATE TABLE query_pattern_month (
            tenant text NOT NULL,
            language text NOT NULL,
            digest bytea NOT NULL,
            month timestamptz NOT NULL,
            hits bigint NOT NULL,
            misses bigint NOT NULL,
            saved_microdollars bigint NOT NULL,
            cost_microdollars bigint NOT NULL,
            PRIMARY KEY (tenant, language, digest, month)
        )
        """

    /// Of the time before the months are known where all that was counted fell into one.
    private static let earlierPatternMonths = """
        INSERT INTO query_pattern_month
        SELECT tenant, language, digest, date_trunc('month', first_seen, 'UTC'), hits, misses, saved_microdollars, cost_microdollars
        FROM query_pattern
        WHERE digest <> decode(repeat('00', 32), 'hex') AND date_trunc('month', first_seen, 'UTC') = date_trunc('month', last_seen, 'UTC')
        """

    /// Keyed hashes of who asked, until enough have.
    private static let customer = """
        CREATE TABLE query_pattern_customer (
            tenant text NOT NULL DEFAULT 'default',
            language text NOT NULL,
            digest bytea NOT NULL,
            customer bytea NOT NULL,
            PRIMARY KEY (tenant, language, digest, customer)
        )
        """
}
