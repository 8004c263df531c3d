/// An administrative act: something that changes what is kept, what runs, or who gets in.
package enum AuditAction: String, Sendable, Hashable, CaseIterable {
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
    // By the command line, which writes to the database itself.
    case createKey = "keys.create"
    case rotateKey = "keys.rotate"
    case revokeKey = "keys.revoke"
}
