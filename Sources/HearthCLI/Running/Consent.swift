import Foundation

/// Asks before what costs something or cannot be undone. Without a terminal nobody is asked, and a flag has to say it.
struct Consent {
    let console: Console
    let isInteractive: Bool
    /// A line of the answer, nil at its end.
    let answer: () -> String?

    /// On the streams of this process.
    static func standard(_ console: Console, errors: Terminal) -> Consent {
        Consent(console: console, isInteractive: errors.isInteractive && Terminal.standardInputIsInteractive, answer: { readLine() })
    }

    /// For what costs something and can be made good: the flag `--yes`, or a yes.
    func yes(_ isGiven: Bool, to effect: () async throws -> String) async throws {
        if isGiven { return }
        try await ask(flag: "--yes", "Go on? [y/N] ", effect) { ["y", "yes"].contains($0.lowercased()) }
    }

    /// For what takes everything away: the word, after `--confirm` or typed.
    func word(_ word: String, given: String?, effect: () async throws -> String) async throws {
        if let given {
            guard given == word else {
                throw CommandFailure("--confirm must be the word \(word), not \"\(given)\"", status: ExitStatus.usage)
            }
            return
        }
        try await ask(flag: "--confirm \(word)", "Type \(word) to go on: ", effect) { $0 == word }
    }

    private func ask(
        flag: String, _ question: String, _ effect: () async throws -> String, isAgreed: (String) -> Bool
    ) async throws {
        guard isInteractive else {
            throw CommandFailure("this needs \(flag); see with --dry-run what it would do", status: ExitStatus.usage)
        }
        console.writeError(try await effect())
        console.writeProgress(question)
        guard let answer = answer()?.trimmingCharacters(in: .whitespaces), isAgreed(answer) else {
            throw CommandFailure("nothing was changed")
        }
    }
}
