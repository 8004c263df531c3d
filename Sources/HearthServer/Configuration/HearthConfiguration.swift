/// Everything an operator can decide, resolved and validated.
///
/// It is made by ``ConfigurationLoader`` from defaults, profile, file, environment and command line, the later ones being stronger.
/// Every value lies within the range that its ``Setting`` states.
package struct HearthConfiguration: Sendable {
    package var profile: Profile
    package var listener: Listener
    /// The folder of the SQLite files and of the lock file; relative paths start at the working directory.
    package var dataDirectory: String
    package var redis: Redis
    package var database: Database
    package var provider: Provider
    package var costs: Costs
    package var gateway: Gateway
    package var whatsApp: WhatsApp
    package var cache: Cache
    package var tenants: Tenants
    package var limiting: Limiting
    package var budgets: Budgets
    package var overload: Overload
    package var statistics: Statistics
    package var shadowChecks: ShadowChecks
    /// The questions and answers that the cache is warmed with.
    package var commonQueriesPath: String
    /// Whether the original texts of questions are kept in the stores; without it only normalised texts' hashes are.
    package var storesQueries: Bool
    package var log: Log
    package var metrics: Metrics
    package var tracing: Tracing
    package var jobs: [Job]
    /// How long requests and runs in progress may take to finish after SIGTERM or SIGINT.
    package var shutdownDrain: Duration
    package var credentials: Credentials
    package var audit: Audit
    package var alertmanager: Alertmanager

    /// Reads every setting; faults are gathered by the reader, which hands out the default in their place.
    init(reading reader: inout SettingReader) {
        profile = reader.value(GeneralSettings.profile)
        listener = Listener(reading: &reader)
        dataDirectory = reader.value(GeneralSettings.dataDirectory)
        redis = Redis(reading: &reader)
        database = Database(reading: &reader)
        provider = Provider(reading: &reader)
        costs = Costs(reading: &reader)
        gateway = Gateway(reading: &reader)
        whatsApp = WhatsApp(reading: &reader)
        cache = Cache(reading: &reader)
        tenants = Tenants(reading: &reader)
        limiting = Limiting(reading: &reader)
        budgets = Budgets(reading: &reader)
        overload = Overload(reading: &reader)
        statistics = Statistics(reading: &reader)
        shadowChecks = ShadowChecks(reading: &reader)
        commonQueriesPath = reader.value(GeneralSettings.commonQueries)
        storesQueries = reader.value(GeneralSettings.storeQueries)
        log = Log(reading: &reader)
        metrics = Metrics(reading: &reader)
        tracing = Tracing(reading: &reader)
        let hasCertificate = listener.tls != nil
        jobs = JobSettings.known.map { Job(reading: &reader, defaults: $0) }
            .filter { hasCertificate || $0.name != JobSettings.certificateJob }
        shutdownDrain = reader.value(GeneralSettings.drain)
        credentials = Credentials(reading: &reader)
        audit = Audit(reading: &reader)
        alertmanager = Alertmanager(reading: &reader)
    }
}

enum GeneralSettings {
    static let profile = Setting<Profile>.choice(
        SettingPlace("profile", variable: "HEARTH_PROFILE"), .development,
        "Which defaults and rules apply; production refuses everything that is unsafe in public")
    static let dataDirectory = Setting<String>.text(
        SettingPlace("dataDirectory", variable: "HEARTH_DATA_DIR", flag: "--data-dir"), "./var", allowed: "the path of a folder",
        "Folder of the SQLite files")
    static let commonQueries = Setting<String>.text(
        SettingPlace("commonQueries", variable: "HEARTH_COMMON_QUERIES"), "config/common-queries.json", allowed: "the path of a file",
        "Questions and answers to warm the cache with")
    static let storeQueries = Setting<Bool>.boolean(
        SettingPlace("storeQueries", variable: "HEARTH_STORE_QUERIES"), true, profiles: [.production: false],
        "Whether the original texts of questions are stored")
    static let drain = Setting<Duration>.duration(
        SettingPlace("shutdown.drain", variable: "HEARTH_SHUTDOWN_DRAIN"), .seconds(25), in: .zero ... .seconds(600),
        "How long requests and runs in progress may take to finish at shutdown")

    static let all = [
        profile.description, dataDirectory.description, commonQueries.description, storeQueries.description, drain.description,
    ]
}
