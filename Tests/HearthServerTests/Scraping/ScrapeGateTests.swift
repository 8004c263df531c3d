import Testing

@testable import HearthServer

@Suite("The limit of scrapes at the same time")
struct ScrapeGateTests {
    @Test("One more than the limit is turned away at once, and a place that is left is given again")
    func limit() {
        let gate = ScrapeGate(limit: 2)
        let innermost = gate.pass { gate.pass { gate.pass { 3 } } }
        #expect(innermost == .some(.some(.none)))
        #expect(gate.pass { gate.pass { 2 } } == .some(.some(2)))
    }
}
