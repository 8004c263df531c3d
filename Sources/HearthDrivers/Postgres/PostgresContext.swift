import HearthTelemetry

/// What all connections of a client share.
struct PostgresContext: Sendable {
    let settings: PostgresClient.Settings
    let time: any TimeSource
    let notices: PostgresNoticeLog
    let cancellations = PostgresCancellations()
}
