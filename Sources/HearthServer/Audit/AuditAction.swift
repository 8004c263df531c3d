/// An administrative act: something that changes what is kept, what runs, or who gets in; or something that happened to the service.
package enum AuditAction: String, Sendable, Hashable {
    case writeEntries = "entries.write"
    case warmCache = "cache.warm"
    case removeEntry = "entries.remove"
    case invalidate = "cache.invalidate"
    case maintain = "cache.maintain"
    case runJob = "jobs.run"
    case pauseJob = "jobs.pause"
    case resumeJob = "jobs.resume"
    case cancelRun = "jobs.cancel"
    case retryMessage = "inbox.retry"
    case eraseCustomer = "customers.erase"
    /// A judgement on the page, or one of callers after which an answer is no longer served.
    case judgeEntry = "entries.judge"
    // On the page.
    case signIn = "session.start"
    // By the command line, which writes to the database itself.
    case createKey = "keys.create"
    case rotateKey = "keys.rotate"
    case revokeKey = "keys.revoke"
    // Events; see ``ServiceEvents``.
    case serviceStarted = "service.start"
    case serviceStopping = "service.stop"
    /// The service was started with another version than the time before.
    case versionChanged = "service.version"
    case configurationRead = "configuration.read"
    case configurationRefused = "configuration.refuse"
    case storeLost = "store.lost"
    case storeFound = "store.found"
    case breakerOpened = "breaker.open"
    case breakerClosed = "breaker.close"
}

/// Without the events.
extension AuditAction: CaseIterable {
    package static let allCases: [AuditAction] = [
        .writeEntries, .warmCache, .removeEntry, .invalidate, .maintain, .runJob, .pauseJob, .resumeJob, .cancelRun, .retryMessage,
        .eraseCustomer, .judgeEntry, .signIn, .createKey, .rotateKey, .revokeKey,
    ]

    /// What nobody did.
    static let events: [AuditAction] = [
        .serviceStarted, .serviceStopping, .versionChanged, .configurationRead, .configurationRefused, .storeLost, .storeFound,
        .breakerOpened,
        .breakerClosed,
    ]

    /// What may explain a change of the figures.
    static let notable = events + [.warmCache, .removeEntry, .invalidate, .maintain, .pauseJob, .resumeJob]

    var isEvent: Bool { Self.events.contains(self) }
}
