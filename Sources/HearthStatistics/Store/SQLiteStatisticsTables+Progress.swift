import GRDB
import HearthTelemetry

/// The marks of aggregation, and the replicas.
extension SQLiteStatisticsTables {
    /// Every hour before it is aggregated.
    func watermark() throws -> Timestamp? {
        try timestamp("SELECT complete_through FROM aggregation_watermark WHERE resolution = ?", ["hour"])
    }

    /// Moves the watermark forward; it never goes back.
    func advanceWatermark(to moment: Timestamp) throws {
        try execute(
            """
            INSERT INTO aggregation_watermark (resolution, complete_through) VALUES ('hour', ?)
            ON CONFLICT DO UPDATE SET complete_through = max(coalesce(complete_through, excluded.complete_through), excluded.complete_through)
            """, [moment.milliseconds])
    }

    /// Buckets of the period that began before it were removed.
    func removedBefore(_ period: StatisticsPeriod) throws -> Timestamp? {
        try timestamp("SELECT removed_before FROM aggregation_watermark WHERE resolution = ?", [period.resolution])
    }

    func advanceRemovedBefore(_ period: StatisticsPeriod, to moment: Timestamp) throws {
        try execute(
            """
            INSERT INTO aggregation_watermark (resolution, removed_before) VALUES (?, ?)
            ON CONFLICT DO UPDATE SET removed_before = max(coalesce(removed_before, excluded.removed_before), excluded.removed_before)
            """, [period.resolution, moment.milliseconds])
    }

    func reopenedHours() throws -> [Timestamp] {
        let statement = try db.cachedStatement(sql: "SELECT hour FROM statistics_reopened_hour ORDER BY hour")
        return try Int64.fetchAll(statement).map { Timestamp(milliseconds: $0) }
    }

    func reopen(_ hour: Timestamp) throws {
        try execute("INSERT INTO statistics_reopened_hour (hour) VALUES (?) ON CONFLICT DO NOTHING", [hour.milliseconds])
    }

    func close(_ hour: Timestamp) throws {
        try execute("DELETE FROM statistics_reopened_hour WHERE hour = ?", [hour.milliseconds])
    }

    /// One process has the file, so no other version aggregates beside it.
    func reopenHours(ofUpgradeWithin span: Duration) throws {}

    /// The last batch of this life of a replica that was applied.
    func lastSequence(of replica: ReplicaIdentity) throws -> Int64? {
        let statement = try db.cachedStatement(
            sql: "SELECT last_sequence FROM statistics_replica WHERE replica = ? AND incarnation = ?")
        return try Int64.fetchOne(statement, arguments: [replica.name, replica.incarnation])
    }

    func note(_ replica: ReplicaIdentity, sequence: Int64, seenAt: Timestamp, hasLeft: Bool) throws {
        try execute(
            """
            INSERT INTO statistics_replica (replica, incarnation, last_sequence, last_seen, has_left) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET last_sequence = max(last_sequence, excluded.last_sequence),
                last_seen = max(last_seen, excluded.last_seen), has_left = excluded.has_left
            """, [replica.name, replica.incarnation, sequence, seenAt.milliseconds, hasLeft])
    }

    /// The latest life of each replica.
    func replicas() throws -> [ReplicaSighting] {
        let statement = try db.cachedStatement(
            sql: "SELECT replica, max(last_seen), has_left FROM statistics_replica GROUP BY replica ORDER BY replica")
        return try Row.fetchAll(statement).map { row in
            ReplicaSighting(name: row[0], lastSeen: Timestamp(milliseconds: row[1]), hasLeft: row[2])
        }
    }

    func forgetReplicas(notSeenSince moment: Timestamp) throws {
        try execute("DELETE FROM statistics_replica WHERE last_seen < ?", [moment.milliseconds])
    }

    private func timestamp(_ sql: String, _ arguments: StatementArguments) throws -> Timestamp? {
        try Int64.fetchOne(try db.cachedStatement(sql: sql), arguments: arguments).map { Timestamp(milliseconds: $0) }
    }

    private func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
