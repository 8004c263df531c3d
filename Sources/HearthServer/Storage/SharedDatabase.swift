import HearthCache
import HearthDrivers
import HearthScheduling
import HearthStatistics
import HearthTelemetry
import Logging
import Synchronization

/// The PostgreSQL database that replicas share for statistics, runs and the authority over invalidations.
final class SharedDatabase: Sendable {
    /// Above it shared jobs are not started: their planned instants would mean another time here than elsewhere.
    static let largestSkew: Duration = .seconds(5)
    /// Above it somebody is told.
    static let notableSkew: Duration = .milliseconds(250)

    private struct State {
        var isReady = false
        var skew: Duration?
        var isSkewNotable = false
    }

    let client: PostgresClient
    private let instruments: StoreInstruments
    private let skewGauge: Gauge
    private let logger: Logger
    private let state = Mutex(State())

    init(url: String, poolMaximum: Int, registry: MetricRegistry, time: any TimeSource, logger: Logger) throws(StoreProbeError) {
        var settings = PostgresClient.Settings()
        settings.poolMaximum = poolMaximum
        instruments = StoreInstruments(registry: registry, store: .postgres)
        client = PostgresClient(
            address: try PostgresAddress(url: url), settings: settings, time: time, instruments: instruments,
            certificates: CertificateInstruments(registry: registry), logger: logger)
        skewGauge = registry.gauge(MetricCatalogue.schedulerClockSkew, labels: ["postgres"])
        self.logger = logger
    }

    /// All tables, in the order in which they were introduced.
    static let migrations =
        PostgresLedgerSchema.migrations + PostgresStatisticsSchema.migrations + PostgresInvalidationLog.migrations
        + InboxSchema.postgresMigrations + APIKeySchema.postgresMigrations + AuditSchema.postgresMigrations
        + SessionSchema.postgresMigrations

    /// Whether the tables are there.
    var isReady: Bool { state.withLock { $0.isReady } }

    /// Why no shared job may start now.
    var refusal: String? {
        guard let skew = state.withLock({ $0.skew }), skew.magnitude > Self.largestSkew else { return nil }
        return Self.explanation(of: skew)
    }

    /// Brings the tables up to date and reads the clock; nil when that is done.
    func prepare() async -> (any Error)? {
        do {
            let applied = try await PostgresMigrator(Self.migrations).migrate(client)
            if !applied.isEmpty {
                logger.notice("the shared database's tables are up to date", metadata: ["applied": "\(applied.joined(separator: ", "))"])
            }
            _ = try await ping()
            state.withLock { $0.isReady = true }
            return nil
        } catch {
            instruments.isUp.set(false)
            return error
        }
    }

    /// One round trip, whose result is the health report's and the metric's alike; it reads the server's clock, too.
    func ping() async throws(PostgresError) -> PostgresPing {
        do throws(PostgresError) {
            let ping = try await client.ping()
            instruments.isUp.set(true)
            note(skew: .zero - ping.clockOffset)
            return ping
        } catch {
            instruments.isUp.set(false)
            throw error
        }
    }

    /// - Parameter skew: this machine's clock minus the server's
    private func note(skew: Duration) {
        skewGauge.set(skew.fractionalSeconds)
        let isNews = state.withLock { state in
            let wasNotable = state.isSkewNotable
            state.skew = skew
            state.isSkewNotable = skew.magnitude > Self.notableSkew
            return state.isSkewNotable && !wasNotable
        }
        if isNews { logger.warning("the clock differs from the database's", metadata: ["skew_ms": "\(skew.wholeMilliseconds)"]) }
    }

    private static func explanation(of skew: Duration) -> String {
        "this machine's clock differs by \(skew.wholeMilliseconds) ms from the database's; set both by NTP"
    }
}
