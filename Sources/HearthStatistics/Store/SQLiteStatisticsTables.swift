import Foundation
import GRDB
import HearthTelemetry

/// The tables of statistics in SQLite, inside a transaction.
struct SQLiteStatisticsTables: StatisticsTables {
    let db: Database

    var patterns: any QueryPatternTables { SQLiteQueryPatternTables(db: db) }

    /// Adds counts to the rows of their buckets, one after the other.
    func add(_ deltas: UsageDeltas, to period: StatisticsPeriod) throws {
        for (key, tally) in deltas.usage { try add(tally, to: period, at: key) }
        for (key, tally) in deltas.background { try add(tally, to: period, at: key) }
    }

    func minuteRows(from moment: Timestamp?) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM cache_statistics WHERE resolution = 'minute' AND bucket_start >= ?",
            arguments: [moment?.milliseconds ?? .min]) ?? 0
    }

    /// Calls `body` for every row whose bucket begins in the range; returns how many there were.
    @discardableResult
    func forEachUsage(
        _ period: StatisticsPeriod, of tenant: Tenant?, from start: Timestamp, to end: Timestamp, _ body: (UsageKey, UsageTally) -> Void
    ) throws -> Int {
        let statement = try db.cachedStatement(sql: Self.selectUsage)
        let rows = try Row.fetchCursor(
            statement, arguments: [period.resolution, start.milliseconds, end.milliseconds, tenant?.name])
        var count = 0
        while let row = try rows.next() {
            let (key, tally) = try Self.decode(row)
            body(key, tally)
            count += 1
        }
        return count
    }

    @discardableResult
    func forEachBackground(
        _ period: StatisticsPeriod, of tenant: Tenant?, from start: Timestamp, to end: Timestamp,
        _ body: (BackgroundKey, BackgroundTally) -> Void
    ) throws -> Int {
        let statement = try db.cachedStatement(sql: Self.selectBackground)
        let rows = try Row.fetchCursor(
            statement, arguments: [period.resolution, start.milliseconds, end.milliseconds, tenant?.name])
        var count = 0
        while let row = try rows.next() {
            guard let purpose = BackgroundPurpose(rawValue: row[1]), let tenant = Tenant(stored: row[2]) else {
                throw StatisticsError.damagedRow("unknown purpose or tenant in background_cost")
            }
            body(
                BackgroundKey(bucket: Timestamp(milliseconds: row[0]), tenant: tenant, purpose: purpose),
                BackgroundTally(calls: row[3], costMicroDollars: row[4]))
            count += 1
        }
        return count
    }

    /// Adds counts to the row of their bucket, which is made when it does not exist.
    private func add(_ tally: UsageTally, to period: StatisticsPeriod, at key: UsageKey) throws {
        let bucket = period.bucketStart(containing: key.bucket)
        let cell = key.cell
        let identity: [any DatabaseValueConvertible] = [
            period.resolution, bucket.milliseconds, key.tenant.name, cell.language.rawValue, cell.category.rawValue, cell.result.rawValue,
        ]
        var latency = tally.latency
        let select = try db.cachedStatement(sql: Self.selectLatency)
        if let stored = try Data.fetchOne(select, arguments: StatementArguments(identity)) {
            latency.add(try Self.histogram(stored))
        }
        let sums: [any DatabaseValueConvertible] = [
            tally.requests, tally.failed, tally.savedMicroDollars, tally.costMicroDollars, tally.durationNanoseconds,
            tally.upstreamRequests, tally.upstreamNanoseconds,
        ]
        let reasons: [any DatabaseValueConvertible] = MissReason.allCases.map { tally.missReasons[$0.lane] }
        let upsert = try db.cachedStatement(sql: Self.addUsage)
        try upsert.execute(arguments: StatementArguments(identity + sums + reasons + [tally.shared, Data(latency.encoded())]))
    }

    private func add(_ tally: BackgroundTally, to period: StatisticsPeriod, at key: BackgroundKey) throws {
        let bucket = period.bucketStart(containing: key.bucket)
        let upsert = try db.cachedStatement(sql: Self.addBackground)
        try upsert.execute(arguments: [
            period.resolution, bucket.milliseconds, key.tenant.name, key.purpose.rawValue, tally.calls, tally.costMicroDollars,
        ])
    }

    /// Removes the buckets that begin before `end`; returns how many rows they had.
    func remove(_ period: StatisticsPeriod, before end: Timestamp) throws -> Int {
        var removed = 0
        for table in ["cache_statistics", "background_cost"] {
            let statement = try db.cachedStatement(sql: "DELETE FROM \(table) WHERE resolution = ? AND bucket_start < ?")
            try statement.execute(arguments: [period.resolution, end.milliseconds])
            removed += db.changesCount
        }
        return removed
    }

    /// The beginning of the oldest bucket that begins at or after `start`.
    func oldestBucket(of period: StatisticsPeriod, from start: Timestamp) throws -> Timestamp? {
        let statement = try db.cachedStatement(sql: Self.selectOldest)
        let arguments: StatementArguments = [
            period.resolution, start.milliseconds, period.resolution, start.milliseconds,
        ]
        return try Int64.fetchOne(statement, arguments: arguments).map { Timestamp(milliseconds: $0) }
    }

    func firstBucket(of period: StatisticsPeriod, for tenant: Tenant?) throws -> Timestamp? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT bucket_start FROM cache_statistics WHERE resolution = ?1 AND (?2 IS NULL OR tenant = ?2)
                ORDER BY bucket_start LIMIT 1
                """)
        return try Int64.fetchOne(statement, arguments: [period.resolution, tenant?.name]).map { Timestamp(milliseconds: $0) }
    }

    private static func decode(_ row: Row) throws -> (UsageKey, UsageTally) {
        guard let tenant = Tenant(stored: row[1]), let language = Language(rawValue: row[2]),
            let category = ResponseCategory(rawValue: row[3]), let result = LookupResult(rawValue: row[4])
        else { throw StatisticsError.damagedRow("unknown tenant, language, category or result in cache_statistics") }
        var tally = UsageTally()
        tally.requests = row[5]
        tally.failed = row[6]
        tally.savedMicroDollars = row[7]
        tally.costMicroDollars = row[8]
        tally.durationNanoseconds = row[9]
        tally.upstreamRequests = row[10]
        tally.upstreamNanoseconds = row[11]
        for (offset, reason) in MissReason.allCases.enumerated() { tally.missReasons[reason.lane] = row[12 + offset] }
        tally.shared = row[12 + MissReason.allCases.count]
        tally.latency = try histogram(row[13 + MissReason.allCases.count])
        let cell = UsageCell(language: language, category: category, result: result)
        return (UsageKey(bucket: Timestamp(milliseconds: row[0]), tenant: tenant, cell: cell), tally)
    }

    private static func histogram(_ stored: Data) throws -> LatencyHistogram {
        guard let histogram = LatencyHistogram(encoded: [UInt8](stored)) else {
            throw StatisticsError.damagedRow("unreadable latency in cache_statistics")
        }
        return histogram
    }
}

extension SQLiteStatisticsTables {
    private static let identityColumns = ["resolution", "bucket_start", "tenant", "language", "category", "result"]
    private static let sumColumns =
        [
            "requests", "failed", "saved_microdollars", "cost_microdollars", "duration_nanoseconds", "upstream_requests",
            "upstream_nanoseconds",
        ] + MissReason.allCases.map { "miss_\($0.rawValue)" } + ["shared"]

    private static let selectUsage = """
        SELECT bucket_start, tenant, language, category, result, \(sumColumns.joined(separator: ", ")), latency
        FROM cache_statistics WHERE resolution = ?1 AND bucket_start >= ?2 AND bucket_start < ?3 AND (?4 IS NULL OR tenant = ?4)
        """

    private static let selectBackground = """
        SELECT bucket_start, purpose, tenant, calls, cost_microdollars
        FROM background_cost WHERE resolution = ?1 AND bucket_start >= ?2 AND bucket_start < ?3 AND (?4 IS NULL OR tenant = ?4)
        """

    private static let selectLatency = """
        SELECT latency FROM cache_statistics
        WHERE resolution = ? AND bucket_start = ? AND tenant = ? AND language = ? AND category = ? AND result = ?
        """

    private static let selectOldest = """
        SELECT min(oldest) FROM (
            SELECT min(bucket_start) AS oldest FROM cache_statistics WHERE resolution = ? AND bucket_start >= ?
            UNION ALL
            SELECT min(bucket_start) FROM background_cost WHERE resolution = ? AND bucket_start >= ?)
        """

    private static let addUsage: String = {
        let columns = identityColumns + sumColumns + ["latency"]
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        let sums = sumColumns.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", ")
        return """
            INSERT INTO cache_statistics (\(columns.joined(separator: ", "))) VALUES (\(marks))
            ON CONFLICT DO UPDATE SET \(sums), latency = excluded.latency
            """
    }()

    private static let addBackground = """
        INSERT INTO background_cost (resolution, bucket_start, tenant, purpose, calls, cost_microdollars) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET calls = calls + excluded.calls, cost_microdollars = cost_microdollars + excluded.cost_microdollars
        """
}
