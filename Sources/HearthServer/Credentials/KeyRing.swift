import HearthDrivers
import HearthTelemetry
import Synchronization

/// The API keys that this replica knows: those of the configuration, and those of the database as it saw them last.
package final class KeyRing: Sendable {
    private struct State {
        var table: APIKeyTable
        var revision: Int64?
        /// What the database had; the uses are compared with it.
        var written: [String: Int64] = [:]
    }

    private let configured: [APIKeyEntry]
    private let state: Mutex<State>
    /// Once there was a key, nothing opens the service again: a database that was lost must not let everybody in.
    private let hasHadKeys: Atomic<Bool>

    package init(configured: [HearthConfiguration.Credentials.NamedKey] = []) {
        self.configured = configured.map { key in
            APIKeyEntry(
                id: nil, caller: Caller(credential: key.name, tenant: key.tenant, scopes: key.scopes),
                fingerprint: Fingerprint(key.key.reveal()), isRevoked: false, endsAt: .max)
        }
        state = Mutex(State(table: APIKeyTable(self.configured)))
        hasHadKeys = Atomic(!configured.isEmpty)
    }

    /// Whether there never was a key, valid or not.
    var isEmpty: Bool { !hasHadKeys.load(ordering: .relaxed) }
    var count: Int { state.withLock { $0.table.count } }
    /// Nil before the database was read.
    var revision: Int64? { state.withLock { $0.revision } }

    func counts(at now: Timestamp) -> [AccessInstruments.KeyState: Int] {
        table.all.reduce(into: [:]) { counts, entry in
            counts[entry.isRevoked ? .revoked : entry.endsAt > now.milliseconds ? .valid : .expired, default: 0] += 1
        }
    }

    /// Who presents a key, and what its state is.
    func find(_ fingerprint: Fingerprint, at now: Timestamp) -> APIKeyTable.Finding {
        let finding = table.find(fingerprint, at: now)
        let hour = now.milliseconds / Self.hour
        // Written once an hour, read otherwise.
        let isLater = finding.entry.lastUsedHour.load(ordering: .relaxed) < hour
        if isLater, finding.isUsable { finding.entry.lastUsedHour.store(hour, ordering: .relaxed) }
        return finding
    }

    private var table: APIKeyTable { state.withLock { $0.table } }

    /// Puts what the database has in the place of what it had.
    package func replace(_ keys: [APIKey], revision: Int64) {
        let entries = keys.map { key in
            APIKeyEntry(
                id: key.id, caller: Caller(credential: key.name, tenant: key.tenant, scopes: key.scopes), fingerprint: key.fingerprint,
                // The end is compared at every look-up.
                isRevoked: key.revokedAt != nil, endsAt: key.expiresAt?.milliseconds ?? .max,
                lastUsedHour: (key.lastUsedAt?.milliseconds ?? 0) / Self.hour)
        }
        let table = APIKeyTable(configured + entries)
        let written = Dictionary(
            uniqueKeysWithValues: entries.compactMap { entry in
                entry.id.map { ($0, entry.lastUsedHour.load(ordering: .relaxed)) }
            })
        state.withLock { state in
            // Uses of which the database does not know yet are kept.
            let known = Dictionary(state.table.all.compactMap { entry in entry.id.map { ($0, entry) } }) { first, _ in first }
            for entry in entries {
                guard let id = entry.id, let old = known[id] else { continue }
                let hour = old.lastUsedHour.load(ordering: .relaxed)
                if hour > entry.lastUsedHour.load(ordering: .relaxed) { entry.lastUsedHour.store(hour, ordering: .relaxed) }
            }
            state.table = table
            state.written = written
            state.revision = revision
        }
        if !keys.isEmpty { hasHadKeys.store(true, ordering: .relaxed) }
    }

    /// Uses that the database does not know, to the hour.
    func unwrittenUses() -> [String: Timestamp] {
        state.withLock { state in
            var uses: [String: Timestamp] = [:]
            for entry in state.table.all {
                guard let id = entry.id else { continue }
                let hour = entry.lastUsedHour.load(ordering: .relaxed)
                if hour > state.written[id] ?? 0 { uses[id] = Timestamp(milliseconds: hour * Self.hour) }
            }
            return uses
        }
    }

    func usesAreWritten(_ uses: [String: Timestamp]) {
        state.withLock { state in
            for (id, moment) in uses { state.written[id] = max(state.written[id] ?? 0, moment.milliseconds / Self.hour) }
        }
    }

    private static let hour: Int64 = 3_600_000
}
