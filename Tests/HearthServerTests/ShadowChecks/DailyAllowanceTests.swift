import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("How many hits are checked within a day")
struct DailyAllowanceTests {
    private static let midnight = Timestamp(seconds: 1_800_057_600)

    private func take(_ moments: [Timestamp], of allowance: inout DailyAllowance) -> [Bool] {
        moments.map { allowance.take(at: $0) }
    }

    @Test("A day has as many checks as are allowed, the next one again; what was not made is given back")
    func days() {
        var allowance = DailyAllowance(limit: 3)
        let evening = Self.midnight - .milliseconds(1)
        let first = take(Array(repeating: evening, count: 5), of: &allowance)
        #expect(first == [true, true, true, false, false])
        allowance.giveBack(at: evening)
        let returned = take([evening, evening], of: &allowance)
        #expect(returned == [true, false])
        let morning = take((0..<4).map { Self.midnight + .seconds($0) }, of: &allowance)
        #expect(morning == [true, true, true, false])
        // A check of yesterday that was not made is none of today's.
        allowance.giveBack(at: evening)
        let later = take([Self.midnight + .seconds(60)], of: &allowance)
        #expect(later == [false])
    }

    @Test("Without an allowance nothing is checked; before 1970 days begin at midnight too")
    func edges() {
        var none = DailyAllowance(limit: 0)
        let nothing = take([Self.midnight], of: &none)
        #expect(nothing == [false])
        var one = DailyAllowance(limit: 1)
        let early = take([-1, -86_400_000, 0].map { Timestamp(milliseconds: $0) }, of: &one)
        #expect(early == [true, false, true])
    }
}
