extension StatisticsSchema {
    /// Whose each row is; what was counted before there were tenants is the standard one's. Primary keys cannot be altered, so each table
    /// is made anew.
    static let version3 = """
        CREATE TABLE cache_statistics_of_tenants (
            resolution TEXT NOT NULL CHECK (resolution IN ('minute', 'hour', 'day', 'week', 'month')),
            bucket_start INTEGER NOT NULL,
            tenant TEXT NOT NULL,
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
            PRIMARY KEY (resolution, bucket_start, tenant, language, category, result)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO cache_statistics_of_tenants SELECT
            resolution, bucket_start, 'default', language, category, result, requests, failed, saved_microdollars,
            cost_microdollars, duration_nanoseconds, upstream_requests, upstream_nanoseconds, miss_never_stored,
            miss_expired, miss_invalidated, miss_low_confidence, miss_bypass, miss_integrity, miss_store_unavailable,
            latency
            FROM cache_statistics;
        DROP TABLE cache_statistics;
        ALTER TABLE cache_statistics_of_tenants RENAME TO cache_statistics;
        CREATE TABLE background_cost_of_tenants (
            resolution TEXT NOT NULL CHECK (resolution IN ('minute', 'hour', 'day', 'week', 'month')),
            bucket_start INTEGER NOT NULL,
            tenant TEXT NOT NULL,
            purpose TEXT NOT NULL,
            calls INTEGER NOT NULL,
            cost_microdollars INTEGER NOT NULL,
            PRIMARY KEY (resolution, bucket_start, tenant, purpose)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO background_cost_of_tenants SELECT
            resolution, bucket_start, 'default', purpose, calls, cost_microdollars
            FROM background_cost;
        DROP TABLE background_cost;
        ALTER TABLE background_cost_of_tenants RENAME TO background_cost;
        CREATE TABLE query_pattern_of_tenants (
            language TEXT NOT NULL,
            digest BLOB NOT NULL,
            tenant TEXT NOT NULL,
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
            PRIMARY KEY (tenant, language, digest)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO query_pattern_of_tenants SELECT
            language, digest, 'default', category, miss_reason, normalized_query, query, hits, misses, saved_microdollars,
            cost_microdollars, confidence_millionths, customers, first_seen, last_seen, archived_at
            FROM query_pattern;
        DROP TABLE query_pattern;
        ALTER TABLE query_pattern_of_tenants RENAME TO query_pattern;
        CREATE INDEX query_pattern_hits ON query_pattern (hits) WHERE archived_at IS NULL;
        CREATE INDEX query_pattern_misses ON query_pattern (misses) WHERE archived_at IS NULL;
        CREATE INDEX query_pattern_last_seen ON query_pattern (last_seen);
        CREATE INDEX query_pattern_archived ON query_pattern (archived_at) WHERE archived_at IS NOT NULL;
        CREATE TABLE query_pattern_customer_of_tenants (
            language TEXT NOT NULL,
            digest BLOB NOT NULL,
            tenant TEXT NOT NULL,
            customer BLOB NOT NULL,
            PRIMARY KEY (tenant, language, digest, customer)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO query_pattern_customer_of_tenants SELECT
            language, digest, 'default', customer
            FROM query_pattern_customer;
        DROP TABLE query_pattern_customer;
        ALTER TABLE query_pattern_customer_of_tenants RENAME TO query_pattern_customer;
        CREATE INDEX query_pattern_customer_customer ON query_pattern_customer (customer);
        """
}
