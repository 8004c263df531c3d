import Foundation
import GRDB
import HearthCache
import HearthDrivers
import HearthScheduling
import HearthStatistics
import HearthTelemetry
import HearthUpstream
import Logging

/// The one place where the parts are joined: everything is made here, in the order in which it depends on each other.
enum Composition {
    /// What exists before any part does.
    struct Foundation: Sendable {
        let configuration: HearthConfiguration
        let registry: MetricRegistry
        let logs: LogSetup
        let timeSource: any TimeSource
        /// The simulator's address, or the configured one.
        let providerBaseURL: String
        var start = StartProgress()
        let breaker = BreakerWatch()

        /// The same over restarts, and another for each replica that shares a database: no two processes have a data folder together.
        var replica: String {
            guard configuration.database.url != nil else { return "\(configuration.listener.host):\(configuration.listener.port)" }
            let host = Procfs.text("/proc/sys/kernel/hostname").map { SettingText.trimmed($0) } ?? configuration.listener.host
            return "\(host):\(URL(filePath: configuration.dataDirectory).standardizedFileURL.path)"
        }
    }

    static func build(
        _ foundation: Foundation, unreachable: [StartupError.UnreachableServer]
    ) async throws -> Parts {
        let configuration = foundation.configuration
        let time = foundation.timeSource
        let tenants = TenantRules(configuration.tenants)
        let build = BuildIdentity.current()
        BuildInfo(version: build.version, revision: build.revision).register(in: foundation.registry)
        ProcessCollector(registry: foundation.registry)
        watchDisk(of: configuration.dataDirectory, foundation.registry)
        let instruments = CacheInstruments(
            registry: foundation.registry, stores: [.memory, configuration.redis.url == nil ? .sqlite : .redis])
        let database = try embeddedDatabase(foundation, instruments)

        // What replicas share.
        let shared = try await sharedDatabase(foundation)

        // What is kept.
        let storeName: StoreName = configuration.redis.url == nil ? .sqlite : .redis
        let storeInstruments = StoreInstruments(registry: foundation.registry, store: storeName)
        let sharedCache = try SharedCache(
            configuration, instruments: storeInstruments, registry: foundation.registry, timeSource: time,
            log: shared.map { PostgresInvalidationLog(client: $0.client) }, logger: foundation.logs.logger("hearth.redis"))
        let ownStore = SQLiteAnswerStore(
            database: database, lookupDeadline: configuration.cache.lookupDeadline, knownKeys: configuration.cache.knownKeys,
            timeSource: time)
        let store: any AnswerStore = sharedCache?.store ?? ownStore
        let cache = AnswerCache(
            memory: MemoryTier(capacityBytes: configuration.cache.memoryBytes),
            store: ObservedAnswerStore(store, instruments: storeInstruments, timeSource: time),
            writes: WriteQueue(limit: configuration.cache.writeQueueLength), freshness: configuration.cache.policy,
            instruments: instruments, timeSource: time,
            // Chat completions are kept as they are sent.
            render: { $0.completion == nil ? QueryResponse.renderHit($0) : [] })
        instruments.capacityBytes(store: .memory).set(configuration.cache.memoryBytes)
        instruments.capacityBytes(store: storeName).set(configuration.cache.maximumBytes)

        // What is counted.
        let counting = counting(foundation, instruments: instruments, database: database, shared: shared)
        let reporter = counting.reporter
        let audit = audit(foundation, database, shared)

        // What is asked.
        let limitInstruments = LimitInstruments(registry: foundation.registry)
        let overload = overloadGuard(foundation)
        let curl = try CurlClient(limits: curlLimits(configuration))
        let access = try await access(foundation, database, shared, curl)
        let traces = TraceParts(foundation, http: curl)
        let (spans, lookups) = (providerSpan(foundation, traces), LookupSpan(tracer: traces?.tracer))
        let language = try Languages(
            configuration: configuration, tenants: tenants, duration: instruments.lookupDuration(.normalize), timeSource: time)
        let gate = StorageGate(
            minimumConfidence: configuration.cache.minimumConfidence, maximumAnswerBytes: configuration.cache.maximumAnswerBytes)
        let asked = provider(foundation, curl, audit.events)
        let gatewayInstruments = GatewayInstruments(registry: foundation.registry)
        let providers = providers(foundation, main: asked, spans, curl, traces, gatewayInstruments, audit.events)
        let replicas = sharedCache.map {
            ReplicaFlights(flights: $0.flights, cache: cache, timeSource: time, patience: longestCall(configuration))
        }
        let budgets = tenantBudgets(foundation, sharedCache, limitInstruments, counting.query)
        let producer = AnswerProducer(
            providers: providers, cache: cache, gate: gate, confidence: language.confidence,
            refusals: language.refusals, pricing: configuration.pricing, budgets: budgets, overload: overload,
            flights: .init(followerLimit: 10_000), replicas: replicas,
            instruments: instruments, timeSource: time, systemPrompt: configuration.provider.systemPrompt,
            keepsQueries: configuration.storesQueries)
        let refresher = BackgroundRefresher(
            reporter: reporter, overload: overload, timeSource: time, logger: foundation.logs.logger("hearth.refresh"))
        let shadow = shadowChecks(
            foundation, cache: cache, producer: producer, provider: asked, comparer: language.comparer, reporter: reporter,
            budgets: budgets, overload: overload)
        let answerer = QuestionAnswerer(
            identifier: language.identifier, cache: cache, producer: producer, refresher: refresher, reporter: reporter,
            shadow: shadow, lookups: lookups, timeSource: time)

        let needs = GatewayNeeds(
            providers: providers, gatewayInstruments: gatewayInstruments, lookups: lookups, cache: cache, gate: gate, language: language,
            replicas: replicas, refresher: refresher, reporter: reporter, budgets: budgets, overload: overload,
            instruments: instruments)
        let gateway = gateway(foundation, needs)

        let inbox = inbox(foundation, database, shared, curl, answerer)

        // What runs by itself.
        let reserve = sharedCache == nil ? diskReserve(foundation) : nil
        let ownDatabase = embeddedDatabaseKeeper(foundation, database, reserve, cache, instruments)
        let health = HealthReporter(
            cache: cache, storeInstruments: storeInstruments, cacheInstruments: instruments, timeSource: time,
            configuration: configuration, database: shared, ownDatabase: ownDatabase, events: audit.events)
        for server in unreachable { health.note(server.name, reason: "\(server.address): \(server.cause)") }
        let keeper = GivenAnswerKeeper(
            identifier: language.identifier, cache: cache, gate: gate, refusals: language.refusals, instruments: instruments,
            timeSource: time, costPerRequestMicroDollars: configuration.costs.perRequestMicroDollars,
            keepsQueries: configuration.storesQueries)
        let warmBudget = CallBudget(callsPerHour: configuration.cache.warmCallsPerHour)
        let warmer = CacheWarmer(
            identifier: language.identifier, cache: cache, producer: producer, keeper: keeper, reporter: reporter, timeSource: time,
            concurrency: max(1, configuration.provider.concurrency * 3 / 4), budget: warmBudget, overload: overload)
        let maintenance = CacheMaintenance(
            cache: cache, maximumBytes: Int64(configuration.cache.maximumBytes), timeSource: time,
            turn: MaintenanceTurn(shared: sharedCache?.flights), instruments: instruments,
            compact: {
                try? await database.vacuum()
                await sharedCache?.compact(foundation.logs.logger("hearth.store"))
            })
        let (ledger, sharedLedger) = runLedger(foundation, database, shared)
        let refreshBudget = CallBudget(callsPerHour: configuration.cache.refreshCallsPerHour)
        foundation.registry.addCollector("call budgets") {
            instruments.refreshCallsLeft.set(refreshBudget.left(at: time.uptime()))
            instruments.warmCallsLeft.set(warmBudget.left(at: time.uptime()))
        }
        let certificates = try certificateKeeper(foundation)
        let jobs = BuiltInJobs(
            aggregator: StatisticsAggregator(store: counting.store), aggregation: counting.aggregation,
            patterns: counting.store,
            patternRetention: PatternRetention(store: counting.store, limit: configuration.statistics.patternsKept),
            statisticsInstruments: counting.instruments,
            auditRetention: AuditRetention(store: audit.trail.store, kept: configuration.audit.retention),
            maintenance: maintenance, warmer: warmer,
            refresher: PopularAnswerRefresher(
                cache: cache, identifier: language.identifier, producer: producer, reporter: reporter, timeSource: time,
                budget: refreshBudget, overload: overload),
            health: health, tokenKeys: access.tokenKeys, certificates: certificates, ledger: ledger,
            turn: shared == nil ? sharedCache?.turn : nil,
            storeRefusal: { sharedCache?.client.refusal },
            spans: JobSpan(tracer: traces?.tracer),
            timeSource: time,
            commonQueriesPath: configuration.commonQueriesPath,
            maximumCharacters: configuration.listener.limits.queryCharacters)
        let names = configuration.jobs.map(\.name).filter { jobs.action(of: $0) != nil }
        let jobInstruments = JobInstruments(registry: foundation.registry, jobs: names)
        let pings = JobPings(
            jobs: names, http: curl, instruments: jobInstruments, logger: foundation.logs.logger("hearth.pings"))
        pings.configure(configuration.jobs)
        var settings = SchedulerService.Settings()
        settings.drain = configuration.shutdownDrain
        let definitions = try jobs.definitions(configuration.jobs)
        let scheduler = SchedulerService(
            // Shared jobs wait for a database that is away; the others do not.
            jobs: shared?.isReady == false ? definitions.filter { !sharedJobs(configuration).contains($0.name) } : definitions,
            ledger: ledger,
            timeSource: time,
            observer: JoinedObservers([SchedulerMetrics(instruments: jobInstruments), pings]), settings: settings,
            logger: foundation.logs.logger("hearth.scheduler"))
        foundation.registry.addCollector("known keys") { instruments.knownKeys.set(ownStore.knownKeyCount) }
        ownDatabase.whenReopened {
            ownStore.forgetKeys()
            if sharedCache == nil { try? await ownStore.learnKeys() }
            try? await scheduler.registerAgain()
        }
        // A shared store that does not answer yet fills the memory when it does.
        if sharedCache == nil {
            _ = try await cache.load()
            try await ownStore.learnKeys()
            _ = await health.probeAll()
        }
        await health.updateFigures()
        await jobs.showProgress()

        return Parts(
            tenants: tenants, limiter: requestLimiter(foundation, sharedCache, limitInstruments), overload: overload, cache: cache,
            answerer: answerer,
            intents: intents(foundation, needs), gateway: gateway, inbox: inbox,
            identifier: language.identifier, reporter: reporter, health: health,
            keeper: keeper,
            warmer: warmer,
            maintenance: maintenance, jobs: jobs, scheduler: scheduler, pings: pings, access: access, audit: audit,
            statistics: counting.query,
            conditions: ConditionWatch(
                statistics: counting.query, cache: cache, health: health, capacityBytes: Int64(configuration.cache.maximumBytes),
                timeSource: time),
            alertmanager: configuration.alertmanager.url.map { AlertmanagerReader(url: $0, http: curl, timeSource: time) },
            instruments: instruments, curl: curl, certificates: certificates, traces: traces, refresher: refresher, shadow: shadow,
            startupWarming: jobs.startupWarming,
            flusher: counting.flusher,
            eraser: CustomerEraser(
                privacy: counting.privacy, patterns: counting.store, flusher: counting.flusher, answers: cache.store, inbox: inbox?.store,
                timeSource: time),
            topQueries: counting.topQueries,
            sharing: sharedCache.map { shared in
                [
                    RedisService(client: shared.client),
                    RedisClock(client: shared.client, registry: foundation.registry, logger: foundation.logs.logger("hearth.redis")),
                    RedisCoherence(
                        client: shared.client, options: shared.options, cache: cache, store: shared.store,
                        instruments: CoherenceInstruments(registry: foundation.registry), timeSource: time,
                        logger: foundation.logs.logger("hearth.coherence")),
                ]
            } ?? [],
            redis: sharedCache?.client,
            writer: StoreWriter(
                cache: cache, instruments: instruments, gathering: sharedCache == nil ? .milliseconds(10) : .zero, timeSource: time,
                logger: foundation.logs.logger("hearth.store"), makeRoom: roomMaker(foundation, maintenance, database, reserve)),
            database: databaseKeeper(foundation, shared, sharedLedger, health, scheduler, definitions))
    }
}
