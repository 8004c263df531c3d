/// When a server that could not be connected to may be tried again.
///
/// While all is well any number of connections is made at once. After a failure there is one attempt at a time: about one a second, and after
/// refused logins ever more rarely, up to one a minute, so that a wrong password neither locks the account nor fills the server's log.
struct PostgresReconnection: Sendable, Equatable {
    private static let pause: Duration = .seconds(1)
    private static let longestPause: Duration = .seconds(60)

    private var failures = 0
    private var nextAttempt: Duration = .zero
    private(set) var lastError: PostgresError?

    /// Nil: go on. Otherwise why not now.
    mutating func refusal(at uptime: Duration) -> PostgresError? {
        guard let lastError else { return nil }
        guard uptime >= nextAttempt else { return lastError }
        // Whoever asks next waits for the outcome of this attempt, or for a second if there is none.
        nextAttempt = uptime + Self.pause
        return nil
    }

    mutating func recordSuccess() { self = PostgresReconnection() }

    /// - Parameter unitRandom: 0..<1; pauses differ by up to a fifth, so that replicas do not try in step.
    mutating func recordFailure(_ error: PostgresError, at uptime: Duration, unitRandom: Double) {
        failures = lastError?.kind == error.kind ? failures + 1 : 1
        lastError = error
        // Refused logins and certificates, which somebody has to correct: 1, 2, 4, … 32, 60 s. Everything else: 1 s.
        let needsCorrection = error.kind == .login || error.kind == .untrusted
        let base = needsCorrection ? min(Self.pause * (1 << min(failures - 1, 6)), Self.longestPause) : Self.pause
        nextAttempt = uptime + base * (1 + 0.2 * unitRandom)
    }
}
