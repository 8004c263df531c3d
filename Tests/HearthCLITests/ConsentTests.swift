import Testing

@testable import HearthCLI

@Suite("Questions before what costs or cannot be undone")
struct ConsentTests {
    private static func consent(isInteractive: Bool, answer: String?) -> Consent {
        Consent(console: Console(), isInteractive: isInteractive, answer: { answer })
    }

    @Test("With the flag nobody is asked, and nothing is looked up")
    func flags() async throws {
        let consent = Self.consent(isInteractive: true, answer: nil)
        var lookups = 0
        func effect() -> String {
            lookups += 1
            return ""
        }
        try await consent.yes(true, to: effect)
        try await consent.word("REMOVE", given: "REMOVE", effect: effect)
        #expect(lookups == 0)
        await #expect(throws: CommandFailure.self) { try await consent.word("REMOVE", given: "remove", effect: { "" }) }
    }

    @Test("Without a terminal the failure names the flag")
    func pipes() async {
        let consent = Self.consent(isInteractive: false, answer: "y")
        let cost = await #expect(throws: CommandFailure.self) { try await consent.yes(false, to: { "" }) }
        #expect(cost?.message.contains("--yes") == true && cost?.status == 2)
        let loss = await #expect(throws: CommandFailure.self) { try await consent.word("REMOVE", given: nil, effect: { "" }) }
        #expect(loss?.message.contains("--confirm REMOVE") == true && loss?.status == 2)
    }

    @Test("On a terminal only the right answer goes on", arguments: ["y", "YES ", "n", "", nil])
    func answers(answer: String?) async throws {
        let consent = Self.consent(isInteractive: true, answer: answer)
        let isYes = ["y", "YES "].contains(answer)
        if isYes { return try await consent.yes(false, to: { "" }) }
        let failure = await #expect(throws: CommandFailure.self) { try await consent.yes(false, to: { "" }) }
        #expect(failure == CommandFailure("nothing was changed"))
    }

    @Test("Everything goes for the word alone", arguments: ["REMOVE", "remove", "y", ""])
    func words(answer: String) async throws {
        let consent = Self.consent(isInteractive: true, answer: answer)
        if answer == "REMOVE" { return try await consent.word("REMOVE", given: nil, effect: { "" }) }
        await #expect(throws: CommandFailure.self) { try await consent.word("REMOVE", given: nil, effect: { "" }) }
    }
}
