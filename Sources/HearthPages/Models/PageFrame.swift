package import HearthTelemetry

/// What stands around every view: the state of the service, who reads, and how.
package struct PageFrame: Sendable {
    package var address: PageAddress
    /// What in the address was not understood, each shown as one line.
    package var notices: [AddressNotice]
    /// The language of the page's own words; from the address, the cookie or the request's header.
    package var language: Language
    package var theme: PageTheme?
    /// Whether the keys 1 to 6 lead to the views.
    package var hasKeys: Bool
    package var zone: PageZone
    package var status: ServiceStatus
    package var version: String
    package var profile: String
    package var isSimulated: Bool
    package var generatedAt: Timestamp
    /// Everything before this moment is in the figures; nil while nothing is known.
    package var completeThrough: Timestamp?
    package var replicas: ReplicaCount
    package var reader: PageReader
    /// Seconds between refreshes; nil while they are off.
    package var refreshSeconds: Int?
    /// Where the service is reached, without a slash at the end, for commands that the page proposes.
    package var serviceURL: String
    /// The zone that the service's own clocks show.
    package var serverZone: String

    package init(
        address: PageAddress, notices: [AddressNotice] = [], language: Language = .en, theme: PageTheme? = nil, hasKeys: Bool = false,
        zone: PageZone = .utc, status: ServiceStatus = .working, version: String, profile: String, isSimulated: Bool = false,
        generatedAt: Timestamp,
        completeThrough: Timestamp? = nil, replicas: ReplicaCount = ReplicaCount(reporting: 1, known: 1), reader: PageReader = .open,
        refreshSeconds: Int? = nil, serviceURL: String, serverZone: String = "UTC"
    ) {
        self.address = address
        self.notices = notices
        self.language = language
        self.theme = theme
        self.hasKeys = hasKeys
        self.zone = zone
        self.status = status
        self.version = version
        self.profile = profile
        self.isSimulated = isSimulated
        self.generatedAt = generatedAt
        self.completeThrough = completeThrough
        self.replicas = replicas
        self.reader = reader
        self.refreshSeconds = refreshSeconds
        self.serviceURL = serviceURL
        self.serverZone = serverZone
    }
}

/// Instances of Hearth that share statistics.
package struct ReplicaCount: Sendable, Equatable {
    package var reporting: Int
    package var known: Int

    package init(reporting: Int, known: Int) {
        self.reporting = reporting
        self.known = known
    }
}

/// The state of the service in one word, and what it does without.
package enum ServiceStatus: Sendable {
    case working
    case degraded([Degradation])
    case starting
    /// With the number of requests under way, this one left out.
    case stopping(requests: Int)

    package struct Degradation: Sendable {
        /// As in the API: `redis`, `postgres`, `provider`, …
        package var component: String
        /// Technical, in English.
        package var reason: String
        package var since: Timestamp?

        package init(component: String, reason: String, since: Timestamp? = nil) {
            self.component = component
            self.reason = reason
            self.since = since
        }
    }
}

/// Who reads the page.
package enum PageReader: Sendable {
    /// Nobody has to sign in: development on a loopback address, or no keys are configured.
    case open
    /// With the key's name; `canAct` is false for keys that only may read figures.
    case signedIn(name: String, canAct: Bool)
    case anonymous

    /// Whether buttons that change something are shown.
    package var canAct: Bool {
        switch self {
        case .open: true
        case .signedIn(_, let canAct): canAct
        case .anonymous: false
        }
    }
}

package enum PageTheme: String, CaseIterable, Sendable {
    /// As the browser is set: takes a choice back that was kept.
    case auto
    case light
    case dark
}

/// A part of a page whose content may be late or missing.
package enum Panel<Content: Sendable>: Sendable {
    case ready(Content)
    /// The store is slow, or a job holds it; this is what was known then.
    case kept(Content, madeAt: Timestamp, took: Duration, heldBy: String? = nil)
    case missing(Absence)

    package var content: Content? {
        switch self {
        case .ready(let content), .kept(let content, _, _, _): content
        case .missing: nil
        }
    }
}

extension Panel {
    package func map<Other: Sendable>(_ change: (Content) -> Other) -> Panel<Other> {
        switch self {
        case .ready(let content): .ready(change(content))
        case .kept(let content, let madeAt, let took, let job): .kept(change(content), madeAt: madeAt, took: took, heldBy: job)
        case .missing(let absence): .missing(absence)
        }
    }
}

/// Why a panel has no content.
package enum Absence: Sendable {
    /// The store took longer than a panel may take.
    case slow(Duration)
    /// A job holds the store for longer than a panel may take.
    case busy(job: String, Duration)
    case failed(reason: String)
}
