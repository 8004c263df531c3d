import CFaultyFiles
import GRDB

/// Files of SQLite whose writes, syncs and truncations fail when a test says so; see `faulty_files.h`.
///
/// There is one set of them in the process: tests that use them stand in one serialized suite.
enum FaultyFiles {
    /// Which call fails, counted from the first.
    struct Fault: Sendable, CustomStringConvertible {
        /// Whether every later call fails as well.
        var isSticky: Bool
        var code: ResultCode

        var description: String { "\(code == .SQLITE_FULL ? "full" : "ill") \(isSticky ? "from then on" : "once")" }

        static let all = [ResultCode.SQLITE_IOERR, .SQLITE_FULL].flatMap { code in
            [false, true].map { Fault(isSticky: $0, code: code) }
        }
    }

    /// How SQLite opens the file at a path by way of them.
    static func address(of path: String) -> String {
        _ = isRegistered
        return "file:\(path)?vfs=\(FAULTY_FILES_NAME)"
    }

    static let isRegistered = faulty_files_register() == 0

    /// Counts from now on; the call of the number fails, none for nil.
    static func fail(_ number: Int?, _ fault: Fault = Fault(isSticky: false, code: .SQLITE_IOERR)) {
        faulty_files_arm(number ?? 0, fault.isSticky ? 1 : 0, fault.code.rawValue)
    }

    /// Calls since then.
    static var calls: Int { faulty_files_calls() }
    /// Those that failed.
    static var failures: Int { faulty_files_failures() }

    static func delaySyncs(by duration: Duration) {
        faulty_files_delay_syncs(Int32(duration / .milliseconds(1)))
    }
}
