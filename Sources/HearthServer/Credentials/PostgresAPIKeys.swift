package import HearthDrivers
package import HearthTelemetry

/// The keys that replicas share.
package struct PostgresAPIKeys: APIKeyStore {
    let client: PostgresClient

    package init(client: PostgresClient) {
        self.client = client
    }

    package func revision() async throws -> Int64 {
        try await client.query("SELECT revision FROM credential_revision", deadline: .milliseconds(1500)).first?.integer(0) ?? 0
    }

    /// As impatient as ``revision()``: with both, a revocation must be known within five seconds.
    package func keys() async throws -> [APIKey] {
        try await client.query(Self.selection, deadline: .milliseconds(1500)).compactMap(Self.key)
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
                try db.query("UPDATE api_key SET revoked_at = $1 WHERE id = $2", [.moment(now), .text(key.id)])
            }
            return meant
        }
    }

    package func rotate(to key: APIKey, oldEndAt: Timestamp) async throws {
        try await change(at: key.createdAt) { db, keys in
            for old in try APIKeyRules.replaced(by: key, of: keys) {
                try db.query(
                    "UPDATE api_key SET expires_at = least(expires_at, $1) WHERE id = $2", [.moment(oldEndAt), .text(old.id)])
            }
            try Self.insert(key, db)
        }
    }

    package func noteUses(_ uses: [String: Timestamp]) async throws {
        let uses = uses.sorted { $0.key < $1.key }
        _ = try await client.transaction { db in
            try db.query(
                """
                UPDATE api_key SET last_used_at = used.at FROM unnest($1::text[], $2::timestamptz[]) AS used (id, at)
                WHERE api_key.id = used.id AND (last_used_at IS NULL OR last_used_at < used.at)
                """, [.array(uses.map { .text($0.key) }), .array(uses.map { .moment($0.value) })])
        }
    }

    /// The row of the revision is locked first, so that changes come one after the other.
    private func change<Value: Sendable>(
        at now: Timestamp, _ body: @escaping @Sendable (PostgresConnection, [APIKey]) throws -> Value
    ) async throws -> Value {
        try await client.transaction { db in
            try db.query("UPDATE credential_revision SET revision = revision + 1")
            try db.query("DELETE FROM api_key WHERE least(revoked_at, expires_at) < $1", [.moment(now - APIKeyRules.keptAfterEnd)])
            return try body(db, try db.query(Self.selection).compactMap(Self.key))
        }
    }

    private static let selection = "SELECT * FROM api_key ORDER BY created_at, id"

    private static func insert(_ key: APIKey, _ db: PostgresConnection) throws {
        try db.query(
            """
            INSERT INTO api_key (id, name, tenant, scopes, fingerprint, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .text(key.id), .text(key.name), .text(key.tenant.name), .text(key.scopes.list), .bytes(key.fingerprint.bytes),
                .moment(key.createdAt), .optional(key.expiresAt),
            ])
    }

    /// Nil for a row that a later version wrote in a way which this one does not understand: it lets nobody in.
    @Sendable private static func key(_ row: PostgresRow) throws -> APIKey? {
        guard let tenant = Tenant(try row.text("tenant")), let scopes = CredentialList.scopes(try row.text("scopes"), separator: ","),
            let fingerprint = Fingerprint(bytes: try row.bytes("fingerprint"))
        else { return nil }
        return APIKey(
            id: try row.text("id"), name: try row.text("name"), tenant: tenant, scopes: scopes, fingerprint: fingerprint,
            createdAt: try row.moment("created_at"), expiresAt: try row.optionalMoment("expires_at"),
            revokedAt: try row.optionalMoment("revoked_at"), lastUsedAt: try row.optionalMoment("last_used_at"))
    }
}
