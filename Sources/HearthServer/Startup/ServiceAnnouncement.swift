package import HearthTelemetry

/// What the service tells the terminal it was started from, apart from its log.
package enum ServiceAnnouncement: Sendable {
    /// The listener accepts connections.
    case ready(ReadyReport)
    /// A signal came; what is in progress is being finished.
    case draining(requests: Int, jobs: Int, limit: Duration)
    /// Everything is finished and written.
    case stopped(FarewellReport)
}

/// What there is to say once the service is ready.
package struct ReadyReport: Sendable {
    package var version: String
    /// From the start of the process to the first accepted connection.
    package var startDuration: Duration
    /// `http://host:port` without a slash at its end.
    package var baseURL: String
    /// Paths below ``baseURL``; those that are nil are not served and not shown.
    package var pagePath: String?
    package var apiPath: String?
    package var documentsPath: String?
    package var openAIPath: String?
    package var metricsPath: String?
    package var provider: ProviderState
    /// Fresh answers in the cache.
    package var entries: Int
    /// Languages that have any.
    package var languages: Int
    /// Where answers are kept: `memory`, a file, a server's address without its password.
    package var stores: [String]
    /// Where replicas share statistics and runs: a server's address without its password; nil where all is in the file.
    package var database: String?
    package var jobs: Int
    /// The next occurrence of a job that runs less often than once a minute.
    package var nextJob: NextJob?
    package var access: Access
    /// When this report was made.
    package var now: Timestamp
    /// How this program was started, for the command that is suggested.
    package var program: String
    /// What works less well than configured: a server that does not answer, for example.
    package var warnings: [String]

    package enum ProviderState: Sendable, Equatable {
        case simulated
        case real(host: String, model: String)
    }

    package struct NextJob: Sendable, Equatable {
        package var name: String
        package var at: Timestamp

        package init(name: String, at: Timestamp) {
            self.name = name
            self.at = at
        }
    }

    package enum Access: Sendable, Equatable {
        /// Nobody needs a key.
        case open(profile: Profile, host: String)
        case keys(count: Int, andTokens: Bool = false)
    }

    package init(
        version: String, startDuration: Duration, baseURL: String, pagePath: String? = nil, apiPath: String? = "/api/v1",
        documentsPath: String? = nil, openAIPath: String? = nil, metricsPath: String? = "/metrics", provider: ProviderState,
        entries: Int, languages: Int, stores: [String], database: String? = nil, jobs: Int, nextJob: NextJob?, access: Access,
        now: Timestamp,
        program: String, warnings: [String] = []
    ) {
        self.version = version
        self.startDuration = startDuration
        self.baseURL = baseURL
        self.pagePath = pagePath
        self.apiPath = apiPath
        self.documentsPath = documentsPath
        self.openAIPath = openAIPath
        self.metricsPath = metricsPath
        self.provider = provider
        self.entries = entries
        self.languages = languages
        self.stores = stores
        self.database = database
        self.jobs = jobs
        self.nextJob = nextJob
        self.access = access
        self.now = now
        self.program = program
        self.warnings = warnings
    }
}

/// What there is to say at the end.
package struct FarewellReport: Sendable {
    /// Questions answered since the start.
    package var answers: Int64
    package var savedMicroDollars: Int64
    package var since: Timestamp

    package init(answers: Int64, savedMicroDollars: Int64, since: Timestamp) {
        self.answers = answers
        self.savedMicroDollars = savedMicroDollars
        self.since = since
    }
}
