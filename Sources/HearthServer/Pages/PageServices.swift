import HearthCache
import HearthPages
import HearthScheduling
import HearthStatistics
import HearthTelemetry

/// What pages are made of; made once, shared by all requests.
struct PageServices: Sendable {
    let frames: PageFrames
    let renderings: PageRenderings
    let usage: UsagePanels
    let jobs: JobPanels
    let health: HealthPanels
    let questions: QuestionPanels
    let actor: PageActor
    let answerer: QuestionAnswerer
    let cache: AnswerCache
    let sessions: BrowserSessions
    let sessionInstruments: SessionInstruments
    let access: CallerAccess
    let accessInstruments: AccessInstruments
    let tenants: TenantRules
    let trail: AuditTrail
    let timeSource: any TimeSource
    let start: StartProgress
    let configuration: HearthConfiguration
    /// Seals forms where there is no session: where everybody is let in, and for programs that send a key.
    let processSecret: [UInt8]

    /// - Parameter openRequests: how many the listeners have now.
    init(parts: Parts, foundation: Composition.Foundation, openRequests: @escaping @Sendable () -> Int) {
        let (time, configuration) = (foundation.timeSource, foundation.configuration)
        let shelf = PanelShelf(timeSource: time, holder: Self.holder(parts, foundation))
        renderings = PageRenderings(timeSource: time)
        usage = UsagePanels(statistics: parts.statistics, trail: parts.audit.trail, shelf: shelf, timeSource: time)
        jobs = JobPanels(scheduler: parts.scheduler, shelf: shelf, timeSource: time)
        health = HealthPanels(
            cache: parts.cache, health: parts.health, conditions: parts.conditions, alertmanager: parts.alertmanager,
            trail: parts.audit.trail, registry: foundation.registry, shelf: shelf, configuration: configuration,
            providerName: Composition.providerName(foundation), breaker: foundation.breaker)
        frames = PageFrames(
            statistics: parts.statistics, health: parts.health, shelf: shelf, timeSource: time, configuration: configuration,
            openRequests: openRequests, providerDegradation: { [health] in health.providerDegradation })
        questions = QuestionPanels(
            top: parts.topQueries, cache: parts.cache, identifier: parts.identifier, shelf: shelf, timeSource: time)
        actor = PageActor(
            scheduler: parts.scheduler, cache: parts.cache, maintenance: parts.maintenance, identifier: parts.identifier,
            timeSource: time, configuration: configuration)
        answerer = parts.answerer
        cache = parts.cache
        sessions = parts.access.sessions
        sessionInstruments = parts.access.sessionInstruments
        access = parts.access.access
        accessInstruments = parts.access.instruments
        tenants = parts.tenants
        trail = parts.audit.trail
        timeSource = time
        start = foundation.start
        self.configuration = configuration
        processSecret = SessionSecret.random().bytes
    }

    /// Jobs that write much into the embedded database.
    private static let writers = ["prune-cache", "aggregate-statistics", "retain-statistics"]

    /// Tells which of them is running; nobody for PostgreSQL, where readers wait for no writer.
    private static func holder(_ parts: Parts, _ foundation: Composition.Foundation) -> @Sendable () -> String? {
        guard parts.database == nil else { return { nil } }
        let running = writers.map { ($0, foundation.registry.gauge(MetricCatalogue.jobRunsInProgress, labels: [$0])) }
        let turn = parts.maintenance.turn
        return { running.first { $0.1.value > 0 }?.0 ?? (turn.isTakenHere ? "prune-cache" : nil) }
    }

    /// Whether questions can be asked on the page.
    var offersAsking: Bool { configuration.profile == .development }

    func seal(_ context: HearthRequestContext) -> FormSeal { FormSeal(secret: context.session?.bytes ?? processSecret) }

    var prices: Prices {
        let costs = configuration.costs
        let models = costs.tokenPrices.sorted { $0.key < $1.key }.map { ($0.key, $0.value.input.dollars, $0.value.output.dollars) }
        return Prices(
            source: models.isEmpty ? .flat(Double(costs.perRequestMicroDollars) / 1e6) : .tokens(models), date: costs.pricesDate)
    }
}
