package import HearthTelemetry

/// Who counted: a name that stays over restarts and a number that does not.
package struct ReplicaIdentity: Hashable, Sendable {
    package let name: String
    /// Chosen at random at every start, so that the batches of two lives of a replica are never taken for each other.
    package let incarnation: Int64

    package init(name: String, incarnation: Int64 = .random(in: 1...Int64.max)) {
        self.name = name
        self.incarnation = incarnation
    }
}

/// Counts with an identity, so that they are added once however often they are sent.
package struct StatisticsBatch: Equatable, Sendable {
    package var replica: ReplicaIdentity
    /// Ascends by one per batch of the replica's incarnation, from 1. The store ignores what is not above the last it has applied.
    package var sequence: Int64
    /// Everything the replica counted before this moment is in this batch or in one before it.
    package var collectedAt: Timestamp
    package var deltas: UsageDeltas

    package init(replica: ReplicaIdentity, sequence: Int64, collectedAt: Timestamp, deltas: UsageDeltas) {
        self.replica = replica
        self.sequence = sequence
        self.collectedAt = collectedAt
        self.deltas = deltas
    }
}
