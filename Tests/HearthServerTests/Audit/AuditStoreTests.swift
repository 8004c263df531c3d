import GRDB
import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Logging
import Testing

@testable import HearthServer

@Suite("The record of administrative acts, in either database", .timeLimit(.minutes(2)))
struct AuditStoreTests {
    enum Kind: String, CaseIterable, Sendable {
        case sqlite
        case postgres
    }

    /// An empty record, and a way around it into its database.
    private struct Empty {
        let store: any AuditStore
        let execute: @Sendable (String) async throws -> Void
    }

    private let folder: HearthTestKit.TemporaryFolder

    init() throws {
        folder = try HearthTestKit.TemporaryFolder(named: "hearth-audit")
    }

    private func empty(_ kind: Kind) async throws -> Empty {
        switch kind {
        case .sqlite:
            let database = try HearthDatabase.open(at: folder.path + "/hearth.sqlite")
            return Empty(store: SQLiteAudit(database: database)) { sql in try await database.write { try $0.execute(sql: sql) } }
        case .postgres:
            let client = PostgresClient(
                address: try PostgresAddress(url: try await PostgresScratch.url()),
                logger: Logger(label: "audit") { _ in SwiftLogNoOpLogHandler() })
            _ = try await PostgresMigrator(SharedDatabase.migrations).migrate(client)
            return Empty(store: PostgresAudit(client: client)) { sql in
                _ = try await client.transaction { _ = try $0.query(sql) }
            }
        }
    }

    static func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + seconds) }

    /// Acts of acme and of nobody's tenant in turn, a second apart.
    static func acts(_ count: Int, from first: Int64 = 0) throws -> [AuditRecord] {
        var identifiers = AuditIdentifiers()
        let acme = try #require(Tenant("acme"))
        return (0..<count).map { number in
            let moment = at(first + Int64(number))
            let isOdd = number % 2 == 1
            return AuditRecord(
                id: identifiers.next(at: moment), at: moment, actor: isOdd ? "cli:root" : "shop \"quoted\" \\ {,} é",
                tenant: isOdd ? nil : acme,
                address: isOdd ? "local" : "203.0.113.7", action: isOdd ? .createKey : .invalidate, method: isOdd ? "CLI" : "DELETE",
                route: isOdd ? "hearth keys create" : "/api/v1/cache/invalidate",
                parameters: isOdd ? [:] : ["category": "hours", "tenant": "*"], entries: isOdd ? nil : number, status: isOdd ? nil : 200,
                requestID: isOdd ? nil : "r\(number)")
        }
    }

    @Test("What is written is found as it was, the latest first, and once however often it is written", arguments: Kind.allCases)
    func writing(kind: Kind) async throws {
        let store = try await empty(kind).store
        let acts = try Self.acts(5)
        #expect(try await store.records(AuditQuery()) == [])
        try await store.append([])
        try await store.append(Array(acts[..<3]))
        try await store.append(acts)
        #expect(try await store.records(AuditQuery()) == acts.reversed())
    }

    @Test("Each filter leaves out the others, and pages follow each other without a gap", arguments: Kind.allCases)
    func filters(kind: Kind) async throws {
        let store = try await empty(kind).store
        let acts = try Self.acts(10)
        try await store.append(acts)
        func found(_ change: (inout AuditQuery) -> Void) async throws -> [AuditRecord] {
            var query = AuditQuery()
            change(&query)
            return try await store.records(query)
        }
        let odd = acts.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        let even = acts.filter { !odd.contains($0) }
        #expect(try await found { $0.tenant = Tenant("acme") } == even.reversed())
        #expect(try await found { $0.tenant = Tenant("globex") } == [])
        #expect(try await found { $0.actor = "cli:root" } == odd.reversed())
        #expect(try await found { $0.actor = "' OR '1' = '1" } == [])
        #expect(try await found { $0.actions = [.invalidate] } == even.reversed())
        #expect(try await found { $0.isOfDoneOnly = true } == acts.reversed())
        #expect(try await found { ($0.from, $0.through) = (Self.at(3), Self.at(5)) } == acts[3...5].reversed())
        #expect(try await found { ($0.tenant, $0.from) = (Tenant("acme"), Self.at(5)) } == even.filter { $0.at >= Self.at(5) }.reversed())
        var pages: [[AuditRecord]] = []
        var before: String?
        while pages.count < 5 {
            let page = try await found { ($0.limit, $0.before) = (4, before) }
            guard !page.isEmpty else { break }
            pages.append(page)
            before = page.last?.id
        }
        #expect(pages.map(\.count) == [4, 4, 2] && pages.flatMap(\.self) == acts.reversed())
    }

    @Test("Only old ones can be removed, so many at a time, and the database refuses to change one", arguments: Kind.allCases)
    func appendOnly(kind: Kind) async throws {
        let empty = try await empty(kind)
        let acts = try Self.acts(10)
        try await empty.store.append(acts)
        await #expect(throws: (any Error).self) { try await empty.execute("UPDATE audit_act SET actor = 'somebody else'") }
        #expect(try await empty.store.records(AuditQuery()) == acts.reversed())
        #expect(try await empty.store.remove(before: Self.at(6), limit: 4) == 4)
        #expect(try await empty.store.records(AuditQuery()) == acts[4...].reversed())
        #expect(try await AuditRetention(store: empty.store, kept: .seconds(3)).run(now: Self.at(10)) == 3)
        #expect(try await empty.store.records(AuditQuery()) == acts[7...].reversed())
    }

    @Test("More acts than one transaction removes go in one run", arguments: Kind.allCases)
    func retention(kind: Kind) async throws {
        let store = try await empty(kind).store
        let acts = try Self.acts(1201)
        try await store.append(acts)
        #expect(try await AuditRetention(store: store, kept: .seconds(1)).run(now: Self.at(1201)) == 1200)
        #expect(try await store.records(AuditQuery()) == [acts[1200]])
    }
}
