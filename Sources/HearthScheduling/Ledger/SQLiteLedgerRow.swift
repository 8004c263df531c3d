import GRDB
import HearthTelemetry

/// A row of the run history in SQLite, where times are milliseconds.
struct SQLiteLedgerRow: LedgerRow {
    let row: Row

    func text(_ column: String) -> String? { row[column] }
    func integer(_ column: String) -> Int64? { row[column] }
    func flag(_ column: String) -> Bool { row[column] ?? false }

    func moment(_ column: String) -> Timestamp? {
        let milliseconds: Int64? = row[column]
        return milliseconds.map { Timestamp(milliseconds: $0) }
    }
}
