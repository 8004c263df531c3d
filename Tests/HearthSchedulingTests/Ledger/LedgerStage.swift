import GRDB
import HearthDrivers
import HearthScheduling
import HearthServer
import HearthStatistics
import HearthTelemetry
import HearthTestKit
import Logging

/// The databases that keep a run history.
enum LedgerKind: String, CaseIterable, Sendable {
    case sqlite
    case postgres
}

/// An empty run history that replicas share, with leases of 30 s.
struct LedgerStage: Sendable {
    /// As the first replica, `me`, sees it.
    let ledger: any RunLedger
    private let place: Place

    private enum Place: Sendable {
        case sqlite(TemporaryDatabase, ManualTimeSource)
        case postgres(PostgresClient)
    }

    init(_ kind: LedgerKind) async throws {
        switch kind {
        case .sqlite: place = .sqlite(try TemporaryDatabase(), ManualTimeSource(now: moment("2026-01-01T01:00:00Z")))
        case .postgres:
            let client = PostgresClient(
                address: try PostgresAddress(url: await PostgresScratch.url()),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await PostgresMigrator(PostgresLedgerSchema.migrations).migrate(client)
            place = .postgres(client)
        }
        ledger = try Self.ledger("me", at: place)
    }

    /// Another process that uses the same database.
    func another(_ holder: String) async throws -> any RunLedger { try Self.ledger(holder, at: place) }

    /// Moves the clock that decides about leases.
    func letTimePass(_ duration: Duration) async throws {
        switch place {
        case .sqlite(_, let time): time.advance(by: duration)
        case .postgres(let client):
            // The server's clock cannot be moved; moving what it is compared with is the same.
            try await client.transaction { db -> Void in
                for table in ["job_state", "job_run"] {
                    try db.query(
                        "UPDATE \(table) SET lease_until = lease_until - $1::bigint * interval '1 millisecond'",
                        [.integer(duration.wholeMilliseconds)])
                }
            }
        }
    }

    /// Compares a fence as a store does in its transaction.
    func require(_ fence: JobFence) async throws {
        switch place {
        case .sqlite(let database, _): try await database.pool.read { try LedgerSchema.require(fence, in: $0) }
        case .postgres(let client): try await client.transaction { try $0.require(fence) }
        }
    }

    private static func ledger(_ holder: String, at place: Place) throws -> any RunLedger {
        switch place {
        case .sqlite(let database, let time):
            SQLiteRunLedger(
                database: holder == "me" ? database.pool : try database.reopened(), holder: holder, appVersion: "1.0", zoneVersion: "2025b",
                leaseDuration: .seconds(30), clock: time.now)
        case .postgres(let client): PostgresRunLedger(client: client, holder: holder, appVersion: "1.0", zoneVersion: "2025b")
        }
    }
}
