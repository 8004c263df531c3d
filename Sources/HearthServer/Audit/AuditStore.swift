import Foundation
package import HearthTelemetry

/// Which acts are asked for, the latest first.
package struct AuditQuery: Sendable {
    package static let limits = 1...500

    /// Whose; nil for everybody's.
    package var tenant: Tenant?
    package var actor: String?
    /// Of these kinds only.
    package var actions = AuditAction.allCases
    /// Whether those that were refused or failed are left out.
    package var isOfDoneOnly = false
    package var from: Timestamp?
    /// Included.
    package var through: Timestamp?
    /// Only those that are older than the one with this id.
    package var before: String?
    package var limit = 50

    package init(limit: Int = 50) {
        self.limit = limit
    }
}

/// Where acts are kept; the same on SQLite and on PostgreSQL. What is written is never changed, and goes only when it is old enough.
package protocol AuditStore: Sendable {
    /// Writes all or none; one whose id is there already is left as it is, so that a write may be tried again.
    func append(_ records: [AuditRecord]) async throws
    func records(_ query: AuditQuery) async throws -> [AuditRecord]
    /// Removes at most so many that are older; returns how many.
    func remove(before end: Timestamp, limit: Int) async throws -> Int
}

/// How parameters are written in both databases.
enum AuditParameterText {
    static func write(_ parameters: [String: String]) -> String { String(decoding: JSONBody.encode(parameters), as: UTF8.self) }

    static func parameters(_ text: String) -> [String: String] {
        (try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))) ?? [:]
    }
}
