import Foundation
package import GRDB
import HearthDrivers
package import HearthTelemetry

/// The keys of a replica that is alone, in the embedded database.
package struct SQLiteAPIKeys: APIKeyStore {
    let database: any DatabaseWriter

    package init(database: any DatabaseWriter) {
        self.database = database
    }

    package func revision() async throws -> Int64 {
        try await database.read { try Int64.fetchOne($0, sql: "SELECT revision FROM credential_revision") ?? 0 }
    }

    package func keys() async throws -> [APIKey] {
        try await database.read(Self.keys)
    }

    package func add(_ key: APIKey) async throws {
        try await change(at: key.createdAt) { db, keys in
            try APIKeyRules.checkAdding(key, to: keys)
            try Self.insert(key, db)
        }
    }

    package func revoke(_ name: String, at now: Timestamp) async throws -> [APIKey] {
        try await change(at: now) { db, keys in
            let meant = APIKeyRules.meant(by: name, of: keys, at: now)
            for key in meant {
                try db.execute(sql: "UPDATE api_key SET revoked_at = ? WHERE id = ?", arguments: [now.milliseconds, key.id])
            }
            return meant
        }
    }

    package func rotate(to key: APIKey, oldEndAt: Timestamp) async throws {
        try await change(at: key.createdAt) { db, keys in
            for old in try APIKeyRules.replaced(by: key, of: keys) {
                try db.execute(
                    sql: "UPDATE api_key SET expires_at = min(ifnull(expires_at, ?1), ?1) WHERE id = ?2",
                    arguments: [oldEndAt.milliseconds, old.id])
            }
            try Self.insert(key, db)
        }
    }

    package func noteUses(_ uses: [String: Timestamp]) async throws {
        try await database.write { db in
            for (id, moment) in uses {
                try db.execute(
                    sql: "UPDATE api_key SET last_used_at = ?1 WHERE id = ?2 AND ifnull(last_used_at, 0) < ?1",
                    arguments: [moment.milliseconds, id])
            }
        }
    }

    /// What the body changes and the new revision become visible together.
    private func change<Value: Sendable>(
        at now: Timestamp, _ body: @escaping @Sendable (Database, [APIKey]) throws -> Value
    ) async throws -> Value {
        // What was revoked stays revoked after a power cut, which the rest of this file may forget by a moment.
        try await database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            defer { try? db.execute(sql: "PRAGMA synchronous = NORMAL") }
            var value: Value?
            try db.inTransaction(.immediate) {
                try db.execute(
                    sql: "DELETE FROM api_key WHERE min(ifnull(revoked_at, expires_at), ifnull(expires_at, revoked_at)) < ?",
                    arguments: [(now - APIKeyRules.keptAfterEnd).milliseconds])
                value = try body(db, try Self.keys(db))
                try db.execute(sql: "UPDATE credential_revision SET revision = revision + 1")
                return .commit
            }
            guard let value else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
            return value
        }
    }

    @Sendable private static func keys(_ db: Database) throws -> [APIKey] {
        try Row.fetchAll(db, sql: "SELECT * FROM api_key ORDER BY created_at, id").compactMap(key)
    }

    private static func insert(_ key: APIKey, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO api_key (id, name, tenant, scopes, fingerprint, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                key.id, key.name, key.tenant.name, key.scopes.list, Data(key.fingerprint.bytes), key.createdAt.milliseconds,
                key.expiresAt?.milliseconds,
            ])
    }

    /// Nil for a row that a later version wrote in a way which this one does not understand: it lets nobody in.
    private static func key(_ row: Row) -> APIKey? {
        guard let tenant = Tenant(row["tenant"]), let scopes = CredentialList.scopes(row["scopes"] as String, separator: ","),
            let fingerprint = Fingerprint(bytes: Array(row["fingerprint"] as Data))
        else { return nil }
        func moment(_ column: String) -> Timestamp? { (row[column] as Int64?).map { Timestamp(milliseconds: $0) } }
        return APIKey(
            id: row["id"], name: row["name"], tenant: tenant, scopes: scopes, fingerprint: fingerprint,
            createdAt: Timestamp(milliseconds: row["created_at"]), expiresAt: moment("expires_at"), revokedAt: moment("revoked_at"),
            lastUsedAt: moment("last_used_at"))
    }
}
