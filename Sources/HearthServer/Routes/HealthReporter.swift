import HearthCache
import HearthDrivers
import HearthTelemetry
import Synchronization

/// Says how Hearth and what it stands on are doing.
final class HealthReporter: Sendable {
    /// A server that was configured and could not be reached, with the reason.
    struct Degradation: Encodable, Sendable, Equatable {
        var component: String
        var reason: String
        /// When it was first found out; not part of the answer.
        var since: Timestamp

        private enum CodingKeys: String, CodingKey { case component, reason }
    }

    enum Phase: Sendable {
        case starting
        case ready
        case stopping
    }

    struct Readiness: Encodable, Sendable {
        var status: String
        var profile: String
        var version: String
        var provider: String
        var degraded: [Degradation]
        var isReady: Bool { status == "ready" || status == "degraded" }
    }

    struct CacheHealth: TabularDocument, Sendable {
        struct Connection: Encodable, Sendable {
            /// Whether one is configured at all; absent for the embedded database.
            var configured: Bool?
            var connected: Bool
            /// Milliseconds of a round trip; absent when there was none.
            var latency: Double?
        }

        struct Figures: Encodable, Sendable {
            var totalEntries: Int
            var totalSize: Int64
            var oldestEntry: String?
            var newestEntry: String?
        }

        var status: String
        var redis: Connection
        var database: Connection
        var cacheMetrics: Figures

        /// The cache with what is kept, and what it stands on.
        var table: CSVTable {
            var table = CSVTable([
                "component", "status", "configured", "connected", "latency", "totalEntries", "totalSize", "oldestEntry", "newestEntry",
            ])
            table.add([
                "cache", status, "", "", "", "\(cacheMetrics.totalEntries)", "\(cacheMetrics.totalSize)",
                CSVTable.value(cacheMetrics.oldestEntry), CSVTable.value(cacheMetrics.newestEntry),
            ])
            for (name, connection) in [("redis", redis), ("database", database)] {
                table.add([
                    name, "", CSVTable.value(connection.configured), "\(connection.connected)", CSVTable.value(connection.latency), "", "",
                    "", "",
                ])
            }
            return table
        }
    }

    /// Whose figures a report gives.
    enum Extent: Sendable {
        case everything
        /// None of a space that is shared: they would say what the others ask.
        case of(AnswerSpace)
    }

    private struct State {
        var phase = Phase.starting
        var degradations: [Degradation] = []
    }

    private let cache: AnswerCache
    private let storeInstruments: StoreInstruments
    private let cacheInstruments: CacheInstruments
    private let timeSource: any TimeSource
    private let profile: String
    private let provider: String
    private let servers: ConfiguredServers
    /// Nil without PostgreSQL: then the embedded database is all there is.
    private let database: SharedDatabase?
    private let ownDatabase: EmbeddedDatabaseKeeper
    private let events: ServiceEvents?
    private let state = Mutex(State())

    init(
        cache: AnswerCache, storeInstruments: StoreInstruments, cacheInstruments: CacheInstruments, timeSource: any TimeSource,
        configuration: HearthConfiguration, database: SharedDatabase?, ownDatabase: EmbeddedDatabaseKeeper,
        events: ServiceEvents? = nil
    ) {
        self.events = events
        self.ownDatabase = ownDatabase
        self.cache = cache
        self.storeInstruments = storeInstruments
        self.cacheInstruments = cacheInstruments
        self.timeSource = timeSource
        profile = configuration.profile.rawValue
        provider = configuration.provider.isSimulated ? "simulated" : "real"
        servers = ConfiguredServers(configuration)
        self.database = database
    }

    func becomeReady() { state.withLock { $0.phase = .ready } }
    func becomeUnready() { state.withLock { $0.phase = .stopping } }

    var phase: Phase { state.withLock { $0.phase } }

    /// Replaces what is known about a component; nil when it is well.
    func note(_ component: String, reason: String?) {
        let now = timeSource.now()
        let wasKnown = state.withLock { state in
            let known = state.degradations.first { $0.component == component }
            state.degradations.removeAll { $0.component == component }
            if let reason { state.degradations.append(Degradation(component: component, reason: reason, since: known?.since ?? now)) }
            return known != nil
        }
        guard wasKnown != (reason != nil) else { return }
        events?.note(reason == nil ? .storeFound : .storeLost, ["component": component])
    }

    /// The durable store as degradations name it.
    var storeName: String { servers.hasRedis ? "Redis" : cache.store.name }

    var degradations: [Degradation] { state.withLock { $0.degradations } }

    func readiness() async -> Readiness {
        let (isReady, degradations) = state.withLock { ($0.phase == .ready, $0.degradations) }
        let status = !isReady ? "starting" : degradations.isEmpty ? "ready" : "degraded"
        return Readiness(
            status: status, profile: profile, version: HearthVersion.number, provider: provider, degraded: degradations)
    }

    func cacheHealth(of extent: Extent) async -> CacheHealth {
        // The file is looked at first: what a store answers from a file that is gone is worth nothing.
        let own = await probeOwnDatabase()
        let probe = await probeStore(own)
        let database = await probeDatabase() ?? own.connection
        let isWhole = probe.connected && degradations.isEmpty
        return CacheHealth(
            // Without a shared store answers go on from memory; without the embedded one nothing is kept.
            status: isWhole ? "healthy" : probe.connected || servers.hasRedis ? "degraded" : "unhealthy",
            redis: servers.hasRedis
                ? .init(configured: true, connected: probe.connected, latency: probe.latency) : .init(configured: false, connected: false),
            database: database,
            cacheMetrics: await figures(of: extent))
    }

    private func figures(of extent: Extent) async -> CacheHealth.Figures {
        switch extent {
        case .everything:
            let summary = try? await cache.store.summary()
            return .init(
                totalEntries: summary?.entries ?? cache.memory.count, totalSize: summary?.sizeBytes ?? Int64(cache.memory.sizeBytes),
                oldestEntry: summary?.oldest?.description, newestEntry: summary?.newest?.description)
        case .of(let space):
            let summary = space.isShared ? nil : try? await cache.store.summary(of: space)
            return .init(totalEntries: summary?.entries ?? 0, totalSize: summary?.sizeBytes ?? 0)
        }
    }

    /// One round trip to the store; its result is the health report's and the metric's alike.
    ///
    /// - Parameter own: what the probe of the embedded database found.
    private func probeStore(_ own: OwnProbe) async -> CacheHealth.Connection {
        if !servers.hasRedis, let reason = own.reason {
            storeInstruments.isUp.set(false)
            note(storeName, reason: reason)
            return own.connection
        }
        let started = timeSource.uptime()
        do throws(AnswerStoreError) {
            try await cache.store.ping()
            let elapsed = timeSource.uptime() - started
            storeInstruments.isUp.set(true)
            note(storeName, reason: nil)
            return .init(configured: nil, connected: true, latency: elapsed.fractionalSeconds * 1000)
        } catch {
            storeInstruments.isUp.set(false)
            note(storeName, reason: error.description)
            return .init(configured: nil, connected: false, latency: nil)
        }
    }

    /// What a probe of the embedded database found.
    private struct OwnProbe {
        var connection: CacheHealth.Connection
        /// Nil when all is well.
        var reason: String?
    }

    /// A look at the file and one round trip to the embedded database.
    private func probeOwnDatabase() async -> OwnProbe {
        let started = timeSource.uptime()
        let reason = await ownDatabase.check()
        let latency = (timeSource.uptime() - started).fractionalSeconds * 1000
        return OwnProbe(
            connection: .init(configured: nil, connected: reason == nil, latency: reason == nil ? latency : nil), reason: reason)
    }

    /// One round trip to the shared database; nil where none is configured.
    @discardableResult
    func probeDatabase() async -> CacheHealth.Connection? {
        guard let database else { return nil }
        do throws(PostgresError) {
            let ping = try await database.ping()
            note("PostgreSQL", reason: nil)
            note("clock", reason: database.refusal)
            return .init(configured: true, connected: true, latency: ping.roundTrip.fractionalSeconds * 1000)
        } catch {
            note("PostgreSQL", reason: "\(error.server): \(error.cause)")
            return .init(configured: true, connected: false, latency: nil)
        }
    }

    /// Asks whatever this replica stands on whether it answers, and notes what does not.
    func probeAll() async -> (store: CacheHealth.Connection, up: Int, down: Int) {
        let own = await probeOwnDatabase()
        let store = await probeStore(own)
        let database = await probeDatabase() ?? own.connection
        // Without Redis the embedded database is the store of answers.
        let probes = servers.hasRedis || self.database != nil ? [store, database] : [store]
        return (store, probes.count(where: \.connected), probes.count { !$0.connected })
    }

    /// Sets the gauges of what is kept, for the scrape.
    func updateFigures() async {
        cacheInstruments.entries(store: .memory).set(Double(cache.memory.count))
        cacheInstruments.sizeBytes(store: .memory).set(Double(cache.memory.sizeBytes))
        guard let summary = try? await cache.store.summary() else { return }
        let store = StoreName(rawValue: cache.store.name) ?? .sqlite
        cacheInstruments.entries(store: store).set(Double(summary.entries))
        cacheInstruments.sizeBytes(store: store).set(Double(summary.sizeBytes))
    }
}
