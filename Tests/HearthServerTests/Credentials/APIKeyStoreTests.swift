import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Logging
import Testing

@testable import HearthServer

@Suite("API keys, in either database", .timeLimit(.minutes(2)))
struct APIKeyStoreTests {
    enum Kind: String, CaseIterable, Sendable {
        case sqlite
        case postgres
    }

    private let folder: HearthTestKit.TemporaryFolder

    init() throws {
        folder = try HearthTestKit.TemporaryFolder(named: "hearth-keys")
    }

    private static func at(_ hours: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + hours * 3600) }

    private func store(_ kind: Kind) async throws -> any APIKeyStore {
        switch kind {
        case .sqlite: return SQLiteAPIKeys(database: try HearthDatabase.open(at: folder.path + "/hearth.sqlite"))
        case .postgres:
            let client = PostgresClient(
                address: try PostgresAddress(url: try await PostgresScratch.url()),
                logger: Logger(label: "keys") { _ in SwiftLogNoOpLogHandler() })
            _ = try await PostgresMigrator(SharedDatabase.migrations).migrate(client)
            return PostgresAPIKeys(client: client)
        }
    }

    private static func key(_ name: String, at hours: Int64 = 0, ends: Int64? = nil) throws -> NewAPIKey {
        NewAPIKey(
            name: name, tenant: try #require(Tenant("acme")), scopes: [.query, .stats], at: at(hours), expiresAt: ends.map { at($0) })
    }

    @Test("What is added is found as it was, without the key itself, and every change raises the revision", arguments: Kind.allCases)
    func adding(kind: Kind) async throws {
        let store = try await store(kind)
        #expect(try await store.revision() == 0)
        #expect(try await store.keys() == [])
        let (shop, bot) = (try Self.key("shop", ends: 5), try Self.key("bot", at: 1))
        try await store.add(shop.key)
        try await store.add(bot.key)
        #expect(try await store.keys() == [shop.key, bot.key])
        #expect(try await store.revision() == 2)
        #expect(shop.key.fingerprint == Fingerprint(shop.secret.reveal()))
    }

    @Test("A name has one valid key, and may have another when that has ended", arguments: Kind.allCases)
    func names(kind: Kind) async throws {
        let store = try await store(kind)
        try await store.add(try Self.key("shop", ends: 5).key)
        await #expect(throws: APIKeyError.nameTaken("shop")) { try await store.add(try Self.key("shop", at: 4).key) }
        #expect(try await store.revision() == 1)
        try await store.add(try Self.key("shop", at: 5).key)
        #expect(try await store.keys().map { $0.state(at: Self.at(5)) } == [.expired, .valid])
    }

    @Test("A revoked key has ended; by its name all of that name are meant, by its id one", arguments: Kind.allCases)
    func revoking(kind: Kind) async throws {
        let store = try await store(kind)
        let shop = try Self.key("shop")
        try await store.add(shop.key)
        try await store.add(try Self.key("bot").key)
        try await store.rotate(to: try Self.key("bot", at: 1).key, oldEndAt: Self.at(9))
        #expect(try await store.revoke(shop.key.id, at: Self.at(2)).map(\.id) == [shop.key.id])
        #expect(try await store.revoke(shop.key.id, at: Self.at(2)) == [])
        #expect(try await store.revoke("bot", at: Self.at(2)).count == 2)
        #expect(try await store.revoke("nobody", at: Self.at(2)) == [])
        #expect(try await store.keys().allSatisfy { $0.revokedAt == Self.at(2) && $0.state(at: Self.at(2)) == .revoked })
    }

    @Test("A rotated key goes on until the end of the overlap, and no longer than it would have", arguments: Kind.allCases)
    func rotating(kind: Kind) async throws {
        let store = try await store(kind)
        await #expect(throws: APIKeyError.unknown("shop")) {
            try await store.rotate(to: try Self.key("shop").key, oldEndAt: Self.at(1))
        }
        try await store.add(try Self.key("shop", ends: 10).key)
        try await store.rotate(to: try Self.key("shop", at: 1, ends: 20).key, oldEndAt: Self.at(4))
        try await store.rotate(to: try Self.key("shop", at: 2, ends: 30).key, oldEndAt: Self.at(9))
        #expect(try await store.keys().map(\.expiresAt) == [Self.at(4), Self.at(9), Self.at(30)])
        #expect(try await store.keys().allSatisfy { $0.state(at: Self.at(3)) == .valid })
        #expect(try await store.revision() == 3)
    }

    @Test("Uses are kept, only ever later ones, and raise no revision", arguments: Kind.allCases)
    func uses(kind: Kind) async throws {
        let store = try await store(kind)
        let (shop, bot) = (try Self.key("shop"), try Self.key("bot"))
        for new in [shop, bot] { try await store.add(new.key) }
        try await store.noteUses([shop.key.id: Self.at(3), bot.key.id: Self.at(2), "gone": Self.at(1)])
        try await store.noteUses([shop.key.id: Self.at(1)])
        let used = Dictionary(uniqueKeysWithValues: try await store.keys().map { ($0.name, $0.lastUsedAt) })
        #expect(used == ["shop": Self.at(3), "bot": Self.at(2)])
        #expect(try await store.revision() == 2)
    }

    @Test("Keys that ended a quarter of a year ago go when another is added", arguments: Kind.allCases)
    func forgetting(kind: Kind) async throws {
        let store = try await store(kind)
        try await store.add(try Self.key("old", ends: 1).key)
        try await store.add(try Self.key("kept", at: 2).key)
        _ = try await store.revoke("kept", at: Self.at(3))
        try await store.add(try Self.key("new", at: 90 * 24 + 2).key)
        #expect(try await store.keys().map(\.name) == ["kept", "new"])
    }

    @Test("Names that would be SQL are names", arguments: Kind.allCases)
    func injection(kind: Kind) async throws {
        let store = try await store(kind)
        try await store.add(try Self.key("shop").key)
        #expect(try await store.revoke("' OR '1'='1", at: Self.at(1)) == [])
        #expect(try await store.revoke("shop'; DROP TABLE api_key; --", at: Self.at(1)) == [])
        #expect(try await store.keys().map { $0.state(at: Self.at(1)) } == [.valid])
    }
}
