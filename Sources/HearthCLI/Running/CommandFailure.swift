/// The statuses that a command may end with; there are no others.
enum ExitStatus {
    static let done: Int32 = 0
    static let failed: Int32 = 1
    /// Wrong usage or configuration.
    static let usage: Int32 = 2
    static let tryAgainLater: Int32 = 75
    static let interrupted: Int32 = 130
}

/// Why a command ended without having done its work: one line for people and a status for scripts.
struct CommandFailure: Error, Equatable, CustomStringConvertible {
    /// What failed, on what, what to do next.
    var message: String
    var status: Int32
    /// Shown with `--verbose` only.
    var details: [String] = []

    init(_ message: String, status: Int32 = ExitStatus.failed, details: [String] = []) {
        self.message = message
        self.status = status
        self.details = details
    }

    var description: String { message }
}
