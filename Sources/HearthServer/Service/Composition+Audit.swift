import HearthDrivers
import HearthTelemetry
import Logging

extension Composition {
    /// What puts administrative acts on record, in the database that replicas share or in the replica's own.
    static func auditTrail(_ foundation: Foundation, _ database: EmbeddedDatabase, _ shared: SharedDatabase?) -> AuditTrail {
        let store: any AuditStore = if let shared { PostgresAudit(client: shared.client) } else { SQLiteAudit(database: database) }
        return AuditTrail(
            store: store, capacity: foundation.configuration.audit.queueLength,
            instruments: AuditInstruments(registry: foundation.registry), timeSource: foundation.timeSource,
            logger: foundation.logs.logger("hearth.audit"))
    }
}
