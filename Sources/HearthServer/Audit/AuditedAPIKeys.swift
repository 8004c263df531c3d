import Foundation
import HearthTelemetry

/// API keys whose changes are put on record; what the command line changes them through.
struct AuditedAPIKeys: APIKeyStore {
    let store: any APIKeyStore
    let audit: any AuditStore
    /// Who works on this machine.
    let actor: String
    /// Told of a change that could not be put on record. It is made by then, and a key that was made is shown only once, so it does not
    /// fail.
    let reportUnrecorded: @Sendable (any Error) -> Void

    func revision() async throws -> Int64 { try await store.revision() }

    func keys() async throws -> [APIKey] { try await store.keys() }

    func noteUses(_ uses: [String: Timestamp]) async throws { try await store.noteUses(uses) }

    func add(_ key: APIKey) async throws {
        try await store.add(key)
        await record(.createKey, "hearth keys create", [key], at: key.createdAt)
    }

    func revoke(_ name: String, at now: Timestamp) async throws -> [APIKey] {
        let revoked = try await store.revoke(name, at: now)
        await record(.revokeKey, "hearth keys revoke", revoked, at: now)
        return revoked
    }

    func rotate(to key: APIKey, oldEndAt: Timestamp) async throws {
        try await store.rotate(to: key, oldEndAt: oldEndAt)
        await record(.rotateKey, "hearth keys rotate", [key], at: key.createdAt, ["oldEndsAt": oldEndAt.description])
    }

    private func record(
        _ action: AuditAction, _ command: String, _ changed: [APIKey], at now: Timestamp, _ more: [String: String] = [:]
    ) async {
        guard !changed.isEmpty else { return }
        var identifiers = AuditIdentifiers()
        let records = changed.map { key in
            var parameters = more.merging(["key": key.id, "name": key.name, "tenant": key.tenant.name, "scopes": key.scopes.list]) { $1 }
            parameters["expiresAt"] = key.expiresAt?.description
            return AuditRecord(
                id: identifiers.next(at: now), at: now, actor: actor, tenant: nil, address: "local", action: action, method: "CLI",
                route: command, parameters: parameters, entries: 1)
        }
        do {
            try await audit.append(records)
        } catch {
            reportUnrecorded(error)
        }
    }
}
