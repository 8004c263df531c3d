import HearthDrivers
import HearthTelemetry
import Logging

/// What puts acts and events on record.
struct AuditParts: Sendable {
    let trail: AuditTrail
    let events: ServiceEvents
}

extension Composition {
    /// In the database that replicas share or in the replica's own.
    static func audit(_ foundation: Foundation, _ database: EmbeddedDatabase, _ shared: SharedDatabase?) -> AuditParts {
        let store: any AuditStore = if let shared { PostgresAudit(client: shared.client) } else { SQLiteAudit(database: database) }
        let instruments = AuditInstruments(registry: foundation.registry)
        let trail = AuditTrail(
            store: store, capacity: foundation.configuration.audit.queueLength, instruments: instruments,
            timeSource: foundation.timeSource, logger: foundation.logs.logger("hearth.audit"))
        return AuditParts(
            trail: trail,
            events: ServiceEvents(
                trail: trail, instruments: instruments, replica: foundation.replica, timeSource: foundation.timeSource))
    }
}
