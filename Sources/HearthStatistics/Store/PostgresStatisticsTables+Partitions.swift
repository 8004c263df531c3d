import HearthDrivers
import HearthTelemetry

/// Days of minutes, made when they are first written and dropped as a whole.
extension PostgresStatisticsTables {
    func makePartitions(for buckets: [Timestamp]) throws {
        let days = Set(buckets.map(StatisticsPeriod.daily.bucketStart(containing:))).sorted()
        let partitions = days.map(PostgresStatisticsSchema.partition(ofDay:))
        let existing = try Set(
            connection.query(
                "SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = ANY($1::text[])",
                [.array(partitions.map { .text($0.name) })]
            ).map { try $0.text(0) })
        for partition in partitions where !existing.contains(partition.name) {
            for statement in partition.statements { try connection.query(statement) }
        }
    }

    /// A day of minutes where the whole day may go, else an hour.
    func sliceEnd(of period: StatisticsPeriod, from oldest: Timestamp, limit: Timestamp) -> Timestamp {
        let hour = StatisticsPeriod.hourly.bucketEnd(from: StatisticsPeriod.hourly.bucketStart(containing: oldest))
        let day = StatisticsPeriod.daily.bucketEnd(from: StatisticsPeriod.daily.bucketStart(containing: oldest))
        switch period {
        case .minute: return day <= limit ? day : hour
        case .hourly: return day
        case .daily, .weekly, .monthly: return period.bucketEnd(from: oldest)
        }
    }

    func remove(_ period: StatisticsPeriod, before end: Timestamp) throws -> Int {
        var removed = period == .minute ? try dropPartitions(before: end) : 0
        for table in ["cache_statistics", "background_cost"] {
            removed += try connection.query(
                "DELETE FROM \(table) WHERE resolution = $1 AND bucket_start < $2", [.text(period.resolution), .moment(end)]
            ).affected
        }
        return removed
    }

    /// Drops the days that have ended by `end`; returns how many rows they had.
    private func dropPartitions(before end: Timestamp) throws -> Int {
        let endOfLast = StatisticsPeriod.daily.bucketStart(containing: end)
        // Names of days sort like the days.
        let names = try connection.query(
            """
            SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
                AND relname LIKE 'cache\\_statistics\\_minute\\_%' AND relname < $1 ORDER BY relname
            """, [.text(PostgresStatisticsSchema.partition(ofDay: endOfLast).name)]
        ).map { try $0.text(0) }
        var rows = 0
        for name in names {
            rows += Int(try connection.query("SELECT count(*) FROM \(name)").first?.integer(0) ?? 0)
            try connection.query("DROP TABLE \(name)")
        }
        return rows
    }
}
