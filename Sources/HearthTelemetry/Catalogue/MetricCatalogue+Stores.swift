extension MetricCatalogue {
    static let stores: [MetricDescriptor] = [
        storeOperationDuration, storeOperations, storeUp, storeConnections, storeConnectionsLimit, storePendingRequests,
        storeBreakerState, storeReconnects, storeProtocolErrors, storeTopologyRefreshes, databaseFileBytes, databaseReopenings,
        dataDiskFree, dataDiskSize, certificateExpiry, certificateReloads,
    ]

    private static let store = LabelDescriptor("store", StoreName.self)
    private static let operation = LabelDescriptor("operation", StoreInstruments.Operation.self)

    /// 360 lines: 4 stores, 6 operations.
    package static let storeOperationDuration = MetricDescriptor(
        "hearth_store_operation_duration_seconds", .histogram, unit: .seconds, labels: [store, operation], buckets: .fast,
        help: "Time of one operation on a store."
    )
    /// 72 lines: 4 stores, 6 operations, 3 outcomes.
    package static let storeOperations = MetricDescriptor(
        "hearth_store_operations_total", .counter,
        labels: [store, operation, LabelDescriptor("outcome", StoreInstruments.Outcome.self)], help: "Operations on a store."
    )
    /// 4 lines.
    package static let storeUp = MetricDescriptor(
        "hearth_store_up", .gauge, labels: [store], help: "Whether the last check of the store succeeded, as the health endpoint says."
    )
    /// 8 lines: 4 stores, 2 states.
    package static let storeConnections = MetricDescriptor(
        "hearth_store_connections", .gauge, labels: [store, LabelDescriptor("state", StoreInstruments.ConnectionState.self)],
        help: "Connections to a store."
    )
    /// 4 lines.
    package static let storeConnectionsLimit = MetricDescriptor(
        "hearth_store_connections_limit", .gauge, labels: [store], help: "Connections to a store that are allowed."
    )
    /// 4 lines.
    package static let storePendingRequests = MetricDescriptor(
        "hearth_store_pending_requests", .gauge, labels: [store], help: "Operations that wait for a connection."
    )
    /// 12 lines: 4 stores, 3 states.
    package static let storeBreakerState = MetricDescriptor(
        "hearth_store_breaker_state", .gauge, labels: [store, LabelDescriptor("state", StoreInstruments.BreakerState.self)],
        help: "1 for the state that the circuit breaker of a store is in."
    )
    /// 12 lines: 4 stores, 3 outcomes.
    package static let storeReconnects = MetricDescriptor(
        "hearth_store_reconnects_total", .counter, labels: [store, LabelDescriptor("outcome", StoreInstruments.ReconnectOutcome.self)],
        help: "Attempts to connect to a store."
    )
    /// 4 lines.
    package static let storeProtocolErrors = MetricDescriptor(
        "hearth_store_protocol_errors_total", .counter, labels: [store], help: "Connections that ended because what came was no reply."
    )
    /// 4 lines.
    package static let storeTopologyRefreshes = MetricDescriptor(
        "hearth_store_topology_refreshes_total", .counter, labels: [store], help: "Times that the map of a cluster was read again."
    )
    /// 2 lines.
    package static let databaseFileBytes = MetricDescriptor(
        "hearth_database_file_bytes", .gauge, unit: .bytes, labels: [LabelDescriptor("file", DatabaseInstruments.File.self)],
        help: "Size of the files of the embedded database."
    )
    /// 2 lines.
    package static let databaseReopenings = MetricDescriptor(
        "hearth_database_reopened_total", .counter, labels: [LabelDescriptor("reason", DatabaseInstruments.Reopening.self)],
        help: "Times that the embedded database was opened again because its file had been deleted or replaced."
    )
    /// 1 line.
    package static let dataDiskFree = MetricDescriptor(
        "hearth_data_disk_free_bytes", .gauge, unit: .bytes, help: "Room that Hearth may still use on the disk of the data folder."
    )
    /// 1 line.
    package static let dataDiskSize = MetricDescriptor(
        "hearth_data_disk_size_bytes", .gauge, unit: .bytes, help: "Size of the disk of the data folder."
    )
    /// 4 lines.
    package static let certificateExpiry = MetricDescriptor(
        "hearth_certificate_expiry_timestamp_seconds", .gauge, unit: .seconds,
        labels: [LabelDescriptor("peer", CertificateInstruments.Peer.self)],
        help: "When the certificate ends that a server showed at the latest TLS handshake, or that Hearth shows itself; 0 without one."
    )
    /// 2 lines.
    package static let certificateReloads = MetricDescriptor(
        "hearth_certificate_reloads_total", .counter, labels: [LabelDescriptor("outcome", CertificateInstruments.Reload.self)],
        help: "Times that changed files of Hearth's own certificate were taken over, or could not be."
    )
}
