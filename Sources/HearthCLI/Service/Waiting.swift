import HearthServer

/// Shows on a terminal that a command waits, from the first second on; silent in a pipe.
enum Waiting {
    static func show<Result: Sendable>(
        _ what: String, on terminal: Terminal, console: Console = Console(), work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard terminal.isInteractive else { return try await work() }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                var seconds = 0
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(1))
                    guard !Task.isCancelled else { break }
                    seconds += 1
                    console.writeProgress("\r\(what)  \(seconds) s")
                }
                // Only what was written is cleared.
                if seconds > 0 { console.writeProgress("\r\u{1B}[K") }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
