package import HearthTelemetry

/// The state of a store; `GET /api/v1/cache/health`.
package struct StoreState: Sendable {
    package var name: String
    package var isUp: Bool
    /// Technical, in English.
    package var reason: String?
    package var p95Milliseconds: Double?
    package var entries: Int64?
    package var sizeBytes: Int64?
    /// Nil where there is no limit.
    package var capacityBytes: Int64?
    package var oldest: Timestamp?
    package var poolInUse: Int?
    package var poolSize: Int?

    package init(
        name: String, isUp: Bool, reason: String? = nil, p95Milliseconds: Double? = nil, entries: Int64? = nil, sizeBytes: Int64? = nil,
        capacityBytes: Int64? = nil, oldest: Timestamp? = nil, poolInUse: Int? = nil, poolSize: Int? = nil
    ) {
        self.name = name
        self.isUp = isUp
        self.reason = reason
        self.p95Milliseconds = p95Milliseconds
        self.entries = entries
        self.sizeBytes = sizeBytes
        self.capacityBytes = capacityBytes
        self.oldest = oldest
        self.poolInUse = poolInUse
        self.poolSize = poolSize
    }
}

/// The state of the provider.
package struct ProviderStanding: Sendable {
    package var name: String
    package var breaker: Breaker
    /// When the breaker went into its state; nil since the start.
    package var breakerSince: Timestamp?
    package var calls: Int64
    /// By the kind of the API, in the order to be shown.
    package var errors: [(kind: String, count: Int64)]
    package var p95Milliseconds: Double?
    package var inputTokens: Int64?
    package var outputTokens: Int64?

    package init(
        name: String, breaker: Breaker, breakerSince: Timestamp? = nil, calls: Int64, errors: [(kind: String, count: Int64)] = [],
        p95Milliseconds: Double? = nil, inputTokens: Int64? = nil, outputTokens: Int64? = nil
    ) {
        self.name = name
        self.breaker = breaker
        self.breakerSince = breakerSince
        self.calls = calls
        self.errors = errors
        self.p95Milliseconds = p95Milliseconds
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }

    package enum Breaker: String, CaseIterable, Sendable {
        case closed
        case open
        case halfOpen = "half_open"
    }
}

/// A condition of a shipped alert; `GET /api/v1/conditions`.
package struct Condition: Sendable {
    package var id: ID
    /// Nil where nothing was measured.
    package var value: Double?
    package var threshold: Double
    /// Whether there were enough questions to judge.
    package var hasEnoughData: Bool
    package var state: State
    package var since: Timestamp?
    /// An address, or a path of the repository.
    package var runbook: String
    package var dashboard: String?

    package init(
        id: ID, value: Double? = nil, threshold: Double, hasEnoughData: Bool, state: State, since: Timestamp? = nil, runbook: String,
        dashboard: String? = nil
    ) {
        self.id = id
        self.value = value
        self.threshold = threshold
        self.hasEnoughData = hasEnoughData
        self.state = state
        self.since = since
        self.runbook = runbook
        self.dashboard = dashboard
    }

    /// The four that are promised; each knows its unit and the direction of its limit.
    package enum ID: String, CaseIterable, Sendable {
        /// Per cent, at least.
        case hitRate = "hit_rate"
        /// Milliseconds at p95, at most.
        case answerTime = "answer_time"
        /// 1 where the store of answers is reached, else 0.
        case storeReached = "store_reached"
        /// Per cent of the capacity, at most.
        case cacheSize = "cache_size"
    }

    package enum State: String, CaseIterable, Sendable {
        case fine
        case pending
        case firing
        case unknown
    }
}

/// What Alertmanager says, as far as Hearth knows it.
package enum AlertmanagerState: Sendable {
    case notConfigured
    case unreachable(reason: String)
    case alerts([Alert])

    package struct Alert: Sendable {
        package var name: String
        package var summary: String
        package var severity: String
        package var since: Timestamp
        package var isSilenced: Bool
        package var runbook: String?

        package init(name: String, summary: String, severity: String, since: Timestamp, isSilenced: Bool = false, runbook: String? = nil) {
            self.name = name
            self.summary = summary
            self.severity = severity
            self.since = since
            self.isSilenced = isSilenced
            self.runbook = runbook
        }
    }
}
