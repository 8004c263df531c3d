import Testing

@testable import HearthServer

@Suite("The generic cell rate algorithm")
struct GCRATests {
    /// When requests come, in milliseconds, and which of them are granted.
    private static let cases: [(rate: Double, burst: Int, at: [Int], granted: [Bool])] = [
        (10, 1, [0, 50, 100, 200, 299, 300], [true, false, true, true, false, true]),
        (10, 3, [0, 0, 0, 0, 100, 100, 400, 400, 400, 400], [true, true, true, false, true, false, true, true, true, false]),
        // A long silence earns no more than the burst.
        (1, 2, [0, 0, 0, 3_600_000, 3_600_000, 3_600_000], [true, true, false, true, true, false]),
        // What is refused moves nothing.
        (1, 1, [0, 1, 2, 3, 999, 1000], [true, false, false, false, false, true]),
        (0.1, 1, [0, 9999, 10_000], [true, false, true]),
    ]

    @Test("Requests are granted at their times", arguments: cases)
    func table(rate: Double, burst: Int, at: [Int], granted: [Bool]) {
        let rule = GCRA.Rule(requestsPerSecond: rate, burst: burst)
        var state = GCRA()
        let results = at.map { moment -> Bool in
            if case .granted = state.take(rule, at: .seconds(1000) + .milliseconds(moment)) { return true }
            return false
        }
        #expect(results == granted)
    }

    @Test("Over any time no more are granted than the burst and what the rate has earned since", arguments: [3, 17, 40, 90])
    func never(step: Int) {
        let rule = GCRA.Rule(requestsPerSecond: 20, burst: 7)
        var state = GCRA()
        var times: [Int] = []
        for moment in stride(from: 0, through: 20_000, by: step) {
            if case .granted = state.take(rule, at: .seconds(9) + .milliseconds(moment)) { times.append(moment) }
        }
        for first in times.indices {
            for last in first..<times.count { #expect(last - first + 1 <= 7 + (times[last] - times[first]) / 50) }
        }
    }

    @Test("It says how many are left, when all are there again, and how long to wait")
    func standing() {
        let rule = GCRA.Rule(requestsPerSecond: 10, burst: 5)
        var state = GCRA()
        let now = Duration.seconds(50)
        #expect(state.take(rule, at: now) == .granted(.init(remaining: 4, reset: .milliseconds(100))))
        for _ in 0..<4 { _ = state.take(rule, at: now) }
        #expect(state.standing(rule, at: now) == .init(remaining: 0, reset: .milliseconds(500)))
        #expect(state.take(rule, at: now) == .refused(wait: .milliseconds(100)))
        state.giveBack(rule)
        #expect(state.take(rule, at: now) == .granted(.init(remaining: 0, reset: .milliseconds(500))))
        var other = GCRA()
        other.raise(to: .seconds(3600), rule, at: now)
        #expect(other.standing(rule, at: now) == .init(remaining: 0, reset: .milliseconds(500)), "never more than a burst ahead")
    }
}
