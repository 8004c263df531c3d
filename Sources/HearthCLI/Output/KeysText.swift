import HearthDrivers
import HearthServer
import HearthTelemetry

/// API keys as text and as JSON; the key itself only where it has just been made.
enum KeysText {
    static func list(_ keys: [APIKey], at now: Timestamp, width: Int?) -> String {
        guard !keys.isEmpty else { return "There is no key. Make one: hearth keys create --name NAME --scopes query" }
        let rows = keys.map { key in
            [
                key.id, key.name, key.tenant.name, key.scopes.list, key.state(at: now).rawValue, day(key.createdAt), end(key, at: now),
                key.lastUsedAt.map(hour) ?? "-",
            ]
        }
        let columns: [TextTable.Column] = [
            .init("ID"), .init("NAME"), .init("TENANT"), .init("SCOPES"), .init("STATE"), .init("CREATED"), .init("ENDS"),
            .init("LAST USED"),
        ]
        return TextTable(columns: columns, rows: rows).render(width: width)
    }

    static func json(_ key: APIKey, at now: Timestamp, revokedAt: Timestamp? = nil, secret: Secret? = nil) -> JSONValue {
        func moment(_ value: Timestamp?) -> JSONValue { value.map { .string($0.description) } ?? .null }
        let state = revokedAt == nil ? key.state(at: now) : .revoked
        var members: [JSONValue.Member] = [
            .init("id", .string(key.id)), .init("name", .string(key.name)), .init("tenant", .string(key.tenant.name)),
            .init("scopes", .array(Scope.allCases.filter(key.scopes.contains).map { .string($0.rawValue) })),
            .init("state", .string(state.rawValue)), .init("createdAt", moment(key.createdAt)), .init("expiresAt", moment(key.expiresAt)),
            .init("revokedAt", moment(revokedAt ?? key.revokedAt)), .init("lastUsedAt", moment(key.lastUsedAt)),
        ]
        if let secret { members.append(.init("key", .string(secret.reveal()))) }
        return .object(members)
    }

    private static func end(_ key: APIKey, at now: Timestamp) -> String {
        if let revokedAt = key.revokedAt { return day(revokedAt) }
        return key.expiresAt.map { $0 > now ? "\(day($0)) (in \(Figures.twoUnits($0 - now)))" : day($0) } ?? "never"
    }

    private static func day(_ moment: Timestamp) -> String { String(moment.description.prefix(10)) }

    private static func hour(_ moment: Timestamp) -> String { String(moment.description.prefix(13)).replacing("T", with: " ") + " h" }
}
