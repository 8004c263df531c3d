import Testing

@testable import HearthServer

@Suite("The budget of calls within an hour")
struct CallBudgetTests {
    @Test("No hour has more calls than the budget, and each is free again an hour later")
    func slidingWindow() {
        let budget = CallBudget(callsPerHour: 3)
        #expect((0..<5).map { budget.take(at: .seconds($0 * 600)) } == [true, true, true, false, false])
        #expect(budget.left(at: .seconds(3599)) == 0 && budget.left(at: .seconds(3600)) == 1)
        #expect(budget.take(at: .seconds(3600)))
        #expect(!budget.take(at: .seconds(4199)))
        #expect(budget.take(at: .seconds(4200)))
        #expect(!CallBudget(callsPerHour: 0).take(at: .zero))
    }
}
