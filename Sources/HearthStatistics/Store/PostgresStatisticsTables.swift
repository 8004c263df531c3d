import HearthDrivers
import HearthTelemetry

/// The tables of statistics in PostgreSQL, inside a transaction.
struct PostgresStatisticsTables: StatisticsTables {
    let connection: PostgresConnection

    var patterns: any QueryPatternTables { PostgresQueryPatternTables(connection: connection) }

    @discardableResult
    func forEachUsage(
        _ period: StatisticsPeriod, of tenant: Tenant?, from start: Timestamp, to end: Timestamp, _ body: (UsageKey, UsageTally) -> Void
    ) throws -> Int {
        let rows = try connection.query(
            Self.selectUsage, [.text(period.resolution), .moment(start), .moment(end), .optional(tenant?.name)])
        for row in rows {
            let (key, tally) = try Self.decode(row)
            body(key, tally)
        }
        return rows.count
    }

    @discardableResult
    func forEachBackground(
        _ period: StatisticsPeriod, of tenant: Tenant?, from start: Timestamp, to end: Timestamp,
        _ body: (BackgroundKey, BackgroundTally) -> Void
    ) throws -> Int {
        let rows = try connection.query(
            """
            SELECT bucket_start, purpose, tenant, calls, cost_microdollars
            FROM background_cost
            WHERE resolution = $1 AND bucket_start >= $2 AND bucket_start < $3 AND ($4::text IS NULL OR tenant = $4)
            """, [.text(period.resolution), .moment(start), .moment(end), .optional(tenant?.name)])
        for row in rows {
            guard let purpose = BackgroundPurpose(rawValue: try row.text(1)), let tenant = Tenant(stored: try row.text(2)) else {
                throw StatisticsError.damagedRow("unknown purpose or tenant in background_cost")
            }
            body(
                BackgroundKey(bucket: try row.moment(0), tenant: tenant, purpose: purpose),
                BackgroundTally(calls: try row.integer(3), costMicroDollars: try row.integer(4)))
        }
        return rows.count
    }

    /// Adds all counts with one statement for each table, however many rows there are.
    func add(_ deltas: UsageDeltas, to period: StatisticsPeriod) throws {
        var usage: [UsageKey: UsageTally] = [:]
        for (key, tally) in deltas.usage {
            let key = UsageKey(bucket: period.bucketStart(containing: key.bucket), tenant: key.tenant, cell: key.cell)
            usage[key, default: UsageTally()].add(tally)
        }
        var background: [BackgroundKey: BackgroundTally] = [:]
        for (key, tally) in deltas.background {
            let key = BackgroundKey(bucket: period.bucketStart(containing: key.bucket), tenant: key.tenant, purpose: key.purpose)
            background[key, default: BackgroundTally()].add(tally)
        }
        if !usage.isEmpty { try add(usage, to: period) }
        if !background.isEmpty { try add(background, to: period) }
    }

    private func add(_ usage: [UsageKey: UsageTally], to period: StatisticsPeriod) throws {
        if period == .minute { try makePartitions(for: usage.keys.map(\.bucket)) }
        let keys = Array(usage.keys)
        let identity: [PostgresValue] = [
            .text(period.resolution), .array(keys.map { .moment($0.bucket) }), .array(keys.map { .text($0.cell.language.rawValue) }),
            .array(keys.map { .text($0.cell.category.rawValue) }), .array(keys.map { .text($0.cell.result.rawValue) }),
            .array(keys.map { .text($0.tenant.name) }),
        ]
        // Whoever is here holds the writers' lock, so what is read now is what is written over below.
        var tallies = usage
        for row in try connection.query(Self.selectLatency, identity) {
            let key = try Self.key(row)
            tallies[key]?.latency.add(try Self.histogram(row.bytes(5)))
        }
        let sums: [PostgresValue] = Self.sums.map { sum in .array(keys.map { .integer(sum.value(usage[$0] ?? UsageTally())) }) }
        let latencies = PostgresValue.array(keys.map { .bytes((tallies[$0] ?? UsageTally()).latency.encoded()) })
        try connection.query(Self.addUsage, identity + sums + [latencies])
    }

    private func add(_ background: [BackgroundKey: BackgroundTally], to period: StatisticsPeriod) throws {
        let rows = Array(background)
        try connection.query(
            """
            INSERT INTO background_cost AS kept (resolution, bucket_start, purpose, calls, cost_microdollars, tenant)
            SELECT $1, * FROM unnest($2::timestamptz[], $3::text[], $4::bigint[], $5::bigint[], $6::text[])
            ON CONFLICT (resolution, bucket_start, tenant, purpose) DO UPDATE
            SET calls = kept.calls + excluded.calls, cost_microdollars = kept.cost_microdollars + excluded.cost_microdollars
            """,
            [
                .text(period.resolution), .array(rows.map { .moment($0.key.bucket) }), .array(rows.map { .text($0.key.purpose.rawValue) }),
                .array(rows.map { .integer($0.value.calls) }), .array(rows.map { .integer($0.value.costMicroDollars) }),
                .array(rows.map { .text($0.key.tenant.name) }),
            ])
    }

    func oldestBucket(of period: StatisticsPeriod, from start: Timestamp) throws -> Timestamp? {
        try connection.query(
            """
            SELECT min(oldest) FROM (
                SELECT min(bucket_start) AS oldest FROM cache_statistics WHERE resolution = $1 AND bucket_start >= $2
                UNION ALL
                SELECT min(bucket_start) FROM background_cost WHERE resolution = $1 AND bucket_start >= $2) AS both_tables
            """, [.text(period.resolution), .moment(start)]
        ).first?.optionalMoment(0)
    }

    func firstBucket(of period: StatisticsPeriod, for tenant: Tenant?) throws -> Timestamp? {
        try connection.query(
            """
            SELECT bucket_start FROM cache_statistics WHERE resolution = $1 AND ($2::text IS NULL OR tenant = $2)
            ORDER BY bucket_start LIMIT 1
            """, [.text(period.resolution), .optional(tenant?.name)]
        ).first?.optionalMoment(0)
    }

    func minuteRows(from moment: Timestamp?) throws -> Int {
        let rows = try connection.query(
            "SELECT count(*) FROM cache_statistics WHERE resolution = 'minute' AND bucket_start >= $1",
            [.moment(moment ?? Timestamp(milliseconds: .min))])
        return Int(try rows.first?.integer(0) ?? 0)
    }

    // MARK: Rows

    private static func key(_ row: PostgresRow) throws -> UsageKey {
        guard let language = Language(rawValue: try row.text(1)), let category = ResponseCategory(rawValue: try row.text(2)),
            let result = LookupResult(rawValue: try row.text(3)), let tenant = Tenant(stored: try row.text(4))
        else { throw StatisticsError.damagedRow("unknown tenant, language, category or result in cache_statistics") }
        let cell = UsageCell(language: language, category: category, result: result)
        return UsageKey(bucket: try row.moment(0), tenant: tenant, cell: cell)
    }

    private static func decode(_ row: PostgresRow) throws -> (UsageKey, UsageTally) {
        var tally = UsageTally()
        tally.latency = try histogram(row.bytes(5))
        for (offset, sum) in sums.enumerated() { sum.assign(&tally, try row.integer(.position(6 + offset))) }
        return (try key(row), tally)
    }

    private static func histogram(_ stored: [UInt8]) throws -> LatencyHistogram {
        guard let histogram = LatencyHistogram(encoded: stored) else {
            throw StatisticsError.damagedRow("unreadable latency in cache_statistics")
        }
        return histogram
    }

    // MARK: Statements

    /// A column that adds up, and its place in a tally.
    private struct Sum: Sendable {
        var column: String
        var value: @Sendable (UsageTally) -> Int64
        var assign: @Sendable (inout UsageTally, Int64) -> Void
    }

    private static let sums: [Sum] =
        [
            Sum(column: "requests", value: { $0.requests }, assign: { $0.requests = $1 }),
            Sum(column: "failed", value: { $0.failed }, assign: { $0.failed = $1 }),
            Sum(column: "saved_microdollars", value: { $0.savedMicroDollars }, assign: { $0.savedMicroDollars = $1 }),
            Sum(column: "cost_microdollars", value: { $0.costMicroDollars }, assign: { $0.costMicroDollars = $1 }),
            Sum(column: "duration_nanoseconds", value: { $0.durationNanoseconds }, assign: { $0.durationNanoseconds = $1 }),
            Sum(column: "upstream_requests", value: { $0.upstreamRequests }, assign: { $0.upstreamRequests = $1 }),
            Sum(column: "upstream_nanoseconds", value: { $0.upstreamNanoseconds }, assign: { $0.upstreamNanoseconds = $1 }),
        ]
        + MissReason.allCases.map { reason in
            Sum(
                column: "miss_\(reason.rawValue)", value: { $0.missReasons[reason.lane] }, assign: { $0.missReasons[reason.lane] = $1 })
        } + [Sum(column: "shared", value: { $0.shared }, assign: { $0.shared = $1 })]

    private static let selectUsage = """
        SELECT bucket_start, language, category, result, tenant, latency, \(sums.map(\.column).joined(separator: ", "))
        FROM cache_statistics
        WHERE resolution = $1 AND bucket_start >= $2 AND bucket_start < $3 AND ($4::text IS NULL OR tenant = $4)
        """

    private static let selectLatency = """
        SELECT kept.bucket_start, kept.language, kept.category, kept.result, kept.tenant, kept.latency
        FROM unnest($2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[])
            AS wanted (bucket_start, language, category, result, tenant)
        JOIN cache_statistics AS kept ON kept.resolution = $1 AND kept.bucket_start = wanted.bucket_start
            AND kept.tenant = wanted.tenant AND kept.language = wanted.language AND kept.category = wanted.category
            AND kept.result = wanted.result
        """

    private static let addUsage: String = {
        let identity = ["resolution", "bucket_start", "language", "category", "result", "tenant"]
        let columns = (identity + sums.map(\.column) + ["latency"]).joined(separator: ", ")
        let arrays = sums.indices.map { "$\($0 + 7)::bigint[]" }.joined(separator: ", ")
        let additions = sums.map { "\($0.column) = kept.\($0.column) + excluded.\($0.column)" }.joined(separator: ", ")
        return """
            INSERT INTO cache_statistics AS kept (\(columns))
            SELECT $1, * FROM unnest($2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], \(arrays), $\(sums.count + 7)::bytea[])
            ON CONFLICT (\(identity.joined(separator: ", "))) DO UPDATE SET \(additions), latency = excluded.latency
            """
    }()
}
