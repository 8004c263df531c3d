import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Logging
import Testing

@testable import HearthServer

@Suite("Sessions of browsers, in either database", .timeLimit(.minutes(2)))
struct SessionStoreTests {
    enum Kind: String, CaseIterable, Sendable {
        case sqlite
        case postgres
    }

    private let folder: HearthTestKit.TemporaryFolder

    init() throws {
        folder = try HearthTestKit.TemporaryFolder(named: "hearth-sessions")
    }

    private func store(_ kind: Kind) async throws -> any SessionStore {
        switch kind {
        case .sqlite: return SQLiteSessions(database: try HearthDatabase.open(at: folder.path + "/hearth.sqlite"))
        case .postgres:
            let client = PostgresClient(
                address: try PostgresAddress(url: try await PostgresScratch.url()),
                logger: Logger(label: "sessions") { _ in SwiftLogNoOpLogHandler() })
            _ = try await PostgresMigrator(SharedDatabase.migrations).migrate(client)
            return PostgresSessions(client: client)
        }
    }

    private static func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + seconds) }

    private static func session(_ name: String, key: String = "key", at seconds: Int64 = 0) -> BrowserSession {
        BrowserSession(
            fingerprint: Fingerprint(name), key: Fingerprint(key), startedAt: at(seconds), endsAt: at(seconds) + SessionRules.lifetime)
    }

    @Test("A session is found as it was begun until it is ended", arguments: Kind.allCases)
    func lifetime(kind: Kind) async throws {
        let store = try await store(kind)
        let session = Self.session("one")
        #expect(try await store.session(session.fingerprint) == nil)
        try await store.begin(session)
        #expect(try await store.session(session.fingerprint) == session)
        try await store.end(session.fingerprint)
        try await store.end(session.fingerprint)
        #expect(try await store.session(session.fingerprint) == nil)
    }

    @Test("Of one key only the latest sessions stay, and those that have ended go", arguments: Kind.allCases)
    func bounds(kind: Kind) async throws {
        let store = try await store(kind)
        try await store.begin(Self.session("of another", key: "another"))
        for number in 0...Int64(SessionRules.perKey) { try await store.begin(Self.session("\(number)", at: number)) }
        #expect(try await store.session(Fingerprint("0")) == nil)
        #expect(try await store.session(Fingerprint("1")) != nil)
        #expect(try await store.session(Fingerprint("of another")) != nil)
        try await store.begin(Self.session("next day", key: "third", at: 86_400))
        #expect(try await store.session(Fingerprint("1")) == nil)
        #expect(try await store.session(Fingerprint("of another")) == nil)
    }

    @Test("A token is used once, and forgotten when it would be too old", arguments: Kind.allCases)
    func tokens(kind: Kind) async throws {
        let store = try await store(kind)
        let token = Fingerprint("token")
        #expect(try await store.use(token, until: Self.at(300), at: Self.at(0)))
        #expect(try await store.use(token, until: Self.at(300), at: Self.at(1)) == false)
        #expect(try await store.use(Fingerprint("other"), until: Self.at(301), at: Self.at(1)))
        #expect(try await store.use(token, until: Self.at(700), at: Self.at(400)))
    }

    @Test("Whoever sends the same form ten times at once is let through once", arguments: Kind.allCases)
    func concurrent(kind: Kind) async throws {
        let store = try await store(kind)
        let used = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 { group.addTask { try await store.use(Fingerprint("form"), until: Self.at(300), at: Self.at(0)) } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(used == 1)
    }
}
