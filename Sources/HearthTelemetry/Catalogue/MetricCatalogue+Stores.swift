extension MetricCatalogue {
    static let stores: [MetricDescriptor] = [
        storeOperationDuration, storeOperations, storeUp, storeConnections, storeConnectionsLimit, storePendingRequests,
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
}
