import HearthDrivers
import HearthTelemetry

/// The marks of aggregation, and the replicas.
extension PostgresStatisticsTables {
    func watermark() throws -> Timestamp? {
        try connection.query("SELECT complete_through FROM aggregation_watermark WHERE resolution = 'hour'").first?.optionalMoment(0)
    }

    func advanceWatermark(to moment: Timestamp) throws {
        // greatest() leaves nulls out.
        try connection.query(
            "UPDATE aggregation_watermark SET complete_through = greatest(complete_through, $1) WHERE resolution = 'hour'",
            [.moment(moment)])
    }

    func removedBefore(_ period: StatisticsPeriod) throws -> Timestamp? {
        try connection.query("SELECT removed_before FROM aggregation_watermark WHERE resolution = $1", [.text(period.resolution)])
            .first?.optionalMoment(0)
    }

    func advanceRemovedBefore(_ period: StatisticsPeriod, to moment: Timestamp) throws {
        try connection.query(
            "UPDATE aggregation_watermark SET removed_before = greatest(removed_before, $1) WHERE resolution = $2",
            [.moment(moment), .text(period.resolution)])
    }

    func reopenedHours() throws -> [Timestamp] {
        try connection.query("SELECT hour FROM statistics_reopened_hour ORDER BY hour").map { try $0.moment(0) }
    }

    func reopen(_ hour: Timestamp) throws {
        try connection.query("INSERT INTO statistics_reopened_hour (hour) VALUES ($1) ON CONFLICT DO NOTHING", [.moment(hour)])
    }

    func close(_ hour: Timestamp) throws {
        try connection.query("DELETE FROM statistics_reopened_hour WHERE hour = $1", [.moment(hour)])
    }

    /// Tables that were made in one go had no older version. A run of migrations takes less than a minute, by its deadline.
    func reopenHours(ofUpgradeWithin span: Duration) throws {
        try connection.query(
            """
            INSERT INTO statistics_reopened_hour
            SELECT DISTINCT date_trunc('hour', bucket_start, 'UTC') FROM cache_statistics
            WHERE resolution = 'minute'
                AND bucket_start < (SELECT complete_through FROM aggregation_watermark WHERE resolution = 'hour')
                AND bucket_start >= coalesce(
                    (SELECT removed_before FROM aggregation_watermark WHERE resolution = 'minute'), '-infinity')
                AND (SELECT max(applied_at) > min(applied_at) + interval '1 minute'
                        AND max(applied_at) > clock_timestamp() - $1::bigint * interval '1 millisecond'
                    FROM hearth_migration WHERE name LIKE 'statistics-%')
            ON CONFLICT DO NOTHING
            """, [.integer(span.wholeMilliseconds)])
    }

    func lastSequence(of replica: ReplicaIdentity) throws -> Int64? {
        try connection.query(
            "SELECT last_sequence FROM statistics_replica WHERE replica = $1 AND incarnation = $2",
            [.text(replica.name), .integer(replica.incarnation)]
        ).first?.integer(0)
    }

    func note(_ replica: ReplicaIdentity, sequence: Int64, seenAt: Timestamp, hasLeft: Bool) throws {
        try connection.query(
            """
            INSERT INTO statistics_replica AS kept (replica, incarnation, last_sequence, last_seen, has_left) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (replica, incarnation) DO UPDATE SET last_sequence = greatest(kept.last_sequence, excluded.last_sequence),
                last_seen = greatest(kept.last_seen, excluded.last_seen), has_left = excluded.has_left
            """,
            [.text(replica.name), .integer(replica.incarnation), .integer(sequence), .moment(seenAt), .flag(hasLeft)])
    }

    func replicas() throws -> [ReplicaSighting] {
        try connection.query(
            """
            SELECT DISTINCT ON (replica) replica, last_seen, has_left FROM statistics_replica ORDER BY replica, last_seen DESC, incarnation
            """
        ).map { ReplicaSighting(name: try $0.text(0), lastSeen: try $0.moment(1), hasLeft: try $0.flag(2)) }
    }

    func forgetReplicas(notSeenSince moment: Timestamp) throws {
        try connection.query("DELETE FROM statistics_replica WHERE last_seen < $1", [.moment(moment)])
    }
}
