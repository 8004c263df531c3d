import HearthCache
import HearthDrivers
import HearthScheduling
import HearthStatistics
import HearthTelemetry
import ServiceLifecycle

/// What answers below `/v1`.
struct GatewayParts: Sendable {
    let chat: ChatAnswerer
    let embeddings: EmbeddingAnswerer
    let models: ModelCatalogue
    let passThrough: PassThrough
    let settings: HearthConfiguration.Gateway
}

/// The parts of a running service, as ``Composition`` made them.
struct Parts: Sendable {
    let tenants: TenantRules
    let limiter: RequestLimiter
    let overload: OverloadGuard
    let cache: AnswerCache
    let answerer: QuestionAnswerer
    let intents: QuestionAnswerer
    let gateway: GatewayParts
    /// Nil where WhatsApp is not configured.
    let inbox: WhatsAppRoutes.Service?
    let identifier: QuestionIdentifier
    let reporter: UsageReporter
    let health: HealthReporter
    let keeper: GivenAnswerKeeper
    let warmer: CacheWarmer
    let maintenance: CacheMaintenance
    let jobs: BuiltInJobs
    let scheduler: SchedulerService
    let pings: JobPings
    let access: AccessParts
    let audit: AuditParts
    let statistics: StatisticsQuery
    let conditions: ConditionWatch
    /// Nil where none is configured.
    let alertmanager: AlertmanagerReader?
    let instruments: CacheInstruments
    let curl: CurlClient
    /// Nil where connections are not encrypted.
    let certificates: CertificateKeeper?
    /// Nil where traces are off.
    let traces: TraceParts?
    let refresher: BackgroundRefresher
    /// Nil where no hit is checked.
    let shadow: ShadowChecks?
    /// Raised when the first warming after the start has ended.
    let startupWarming: Milestone
    let flusher: StatisticsFlusher
    let eraser: CustomerEraser
    let topQueries: TopQueryReader
    /// What keeps this replica in touch with the others; empty for one that is alone.
    let sharing: [any Service]
    /// The Redis that kept answers are in, where one is configured.
    let redis: RedisClient?
    let writer: StoreWriter
    /// Nil without PostgreSQL.
    let database: SharedDatabaseKeeper?
}
