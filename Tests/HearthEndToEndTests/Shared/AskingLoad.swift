import HearthTestKit
import Synchronization

/// Asks kept and new questions all the time and remembers what went wrong.
final class AskingLoad: Sendable {
    struct Score {
        var answered = 0
        var cached = 0
        var failures: [String] = []
        var slowest = Duration.zero
    }

    private let score = Mutex(Score())

    /// - Parameter kept: questions that have an answer; one in ten is new.
    func run(_ hearth: RunningHearth, kept: Int, pause: Duration = .zero) async {
        var number = 0
        while !Task.isCancelled {
            number += 1
            let subject = number % 10 == 0 ? 1_000_000 + Int.random(in: 0..<1_000_000) : 2 + number % kept
            let question = Self.question(subject)
            let begin = ContinuousClock.now
            do {
                let reply = try await hearth.ask(question, language: "en")
                let duration = begin.duration(to: .now)
                score.withLock { score in
                    score.answered += 1
                    if reply.json["cached"].bool == true { score.cached += 1 }
                    score.slowest = max(score.slowest, duration)
                    // The simulated answer quotes its question, so that an exchanged one shows.
                    if reply.status != 200 || reply.json["response"].text?.contains(question) != true {
                        score.failures.append("\(question): \(reply.status) \(reply.text.prefix(200))")
                    }
                }
            } catch {
                if !Task.isCancelled { score.withLock { $0.failures.append("\(error)") } }
            }
            if pause > .zero { try? await Task.sleep(for: pause) }
        }
    }

    /// The number is part of the simulated answer.
    static func question(_ subject: Int) -> String { "Do you repair \(subject) umbrellas?" }

    /// Waits until so many more are answered.
    func untilAnswered(_ count: Int) async throws {
        let before = score.withLock { $0.answered }
        try await Deadline.until("\(count) more questions are answered") { score.withLock { $0.answered } >= before + count }
    }

    /// What was counted since the last time.
    func take() -> Score {
        score.withLock { score in
            defer { score = .init() }
            return score
        }
    }
}
