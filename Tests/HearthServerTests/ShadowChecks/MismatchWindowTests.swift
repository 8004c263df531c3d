import Testing

@testable import HearthServer

@Suite("When a category's answers are trusted")
struct MismatchWindowTests {
    /// Records checks from a text: `x` is a mismatch, anything else a match. Returns the changes with the number of the check.
    private func record(_ checks: String, in window: inout MismatchWindow) -> [String] {
        checks.enumerated().compactMap { number, check in window.record(isMismatch: check == "x").map { "\(number + 1) \($0)" } }
    }

    @Test("Fewer than twenty checks say nothing")
    func few() {
        var window = MismatchWindow(threshold: 0.1)
        #expect(record(String(repeating: "x", count: 19), in: &window) == [])
        #expect(record("x", in: &window) == ["1 lostTrust"])
        #expect(window.share == 1 && window.checks == 20)
    }

    @Test("Trust ends above the threshold, not at it, and returns below half of it")
    func hysteresis() {
        var window = MismatchWindow(threshold: 0.1)
        // 10 of 100 is the threshold; with an eleventh it is passed.
        #expect(record(String(repeating: ".........x", count: 10), in: &window) == [])
        #expect(window.share == 0.1)
        #expect(record(".x", in: &window) == ["2 lostTrust"])
        #expect(window.mismatches == 11 && !window.isTrusted)
        // Six of them leave the window with the next 58 checks; five of a hundred are not below half of the threshold.
        #expect(record(String(repeating: ".", count: 58), in: &window) == [])
        #expect(window.mismatches == 5)
        #expect(record(String(repeating: ".", count: 10), in: &window) == ["10 regainedTrust"])
        #expect(window.isTrusted && window.checks == 100)
    }

    @Test("Only the last hundred checks count")
    func bounded() {
        var window = MismatchWindow(threshold: 0.5)
        _ = record(String(repeating: ".", count: 10_000), in: &window)
        #expect(record(String(repeating: "x", count: 100), in: &window) == ["51 lostTrust"])
        #expect(window.share == 1)
        #expect(record(String(repeating: ".", count: 100), in: &window) == ["76 regainedTrust"])
        #expect(window.share == 0 && window.mismatches == 0)
    }

    @Test("A threshold of 0 trusts as long as nothing differs, one of 1 always")
    func edges() {
        var strict = MismatchWindow(threshold: 0)
        #expect(
            record(String(repeating: ".", count: 30) + "x" + String(repeating: ".", count: 100), in: &strict) == [
                "31 lostTrust", "131 regainedTrust",
            ])
        var lenient = MismatchWindow(threshold: 1)
        #expect(record(String(repeating: "x", count: 200), in: &lenient) == [])
    }
}
