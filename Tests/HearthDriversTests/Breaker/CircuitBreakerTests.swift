import HearthDrivers
import Testing

@Suite("Circuit breaker")
struct CircuitBreakerTests {
    private func opened(at time: Duration = .zero, unitRandom: Double = 0.5) -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<5 { breaker.recordFailure(at: time, unitRandom: unitRandom) }
        return breaker
    }

    @Test("Four failures in a row leave it closed, the fifth opens it")
    func opens() {
        var breaker = CircuitBreaker()
        for _ in 0..<4 {
            breaker.recordFailure(at: .zero, unitRandom: 0.5)
            #expect(breaker.admit(at: .zero) == .allowed)
        }
        breaker.recordFailure(at: .zero, unitRandom: 0.5)
        #expect(breaker.state == .open)
        #expect(breaker.admit(at: .seconds(1)) == .refused(retryAfter: .seconds(59)))
    }

    @Test("A success between failures starts the count again")
    func successResets() {
        var breaker = CircuitBreaker()
        for round in 0..<20 {
            if round % 5 == 4 { breaker.recordSuccess() } else { breaker.recordFailure(at: .zero, unitRandom: 0.5) }
        }
        #expect(breaker.state == .closed)
    }

    @Test("The open time has 20 percent of jitter", arguments: [(0.0, 48), (0.5, 60), (0.999_999_999, 72)])
    func jitter(unitRandom: Double, seconds: Int) {
        var breaker = opened(unitRandom: unitRandom)
        #expect(breaker.admit(at: .seconds(seconds) - .milliseconds(1)) != .probe)
        #expect(breaker.admit(at: .seconds(seconds)) == .probe)
    }

    @Test("After the open time exactly one call probes")
    func oneProbe() {
        var breaker = opened()
        #expect(breaker.refusal(at: .seconds(60)) == nil)
        #expect(breaker.admit(at: .seconds(60)) == .probe)
        #expect(breaker.state == .halfOpen)
        #expect(breaker.admit(at: .seconds(60)) == .refused(retryAfter: .seconds(1)))
    }

    @Test("By the clock it is half open as soon as its time is over, though nobody has asked")
    func stateByTime() {
        var breaker = opened()
        #expect(breaker.state(at: .seconds(59)) == .open)
        #expect(breaker.state(at: .seconds(60)) == .halfOpen)
        #expect(breaker.state == .open)
        _ = breaker.admit(at: .seconds(60))
        #expect(breaker.state(at: .seconds(3600)) == .halfOpen)
        #expect(CircuitBreaker().state(at: .seconds(3600)) == .closed)
    }

    @Test("A probe that succeeds closes it, one that fails opens it for a whole open time")
    func probeEnds() {
        var good = opened()
        _ = good.admit(at: .seconds(60))
        good.recordSuccess()
        #expect(good.state == .closed)
        #expect(good.admit(at: .seconds(60)) == .allowed)

        var bad = opened()
        _ = bad.admit(at: .seconds(60))
        bad.recordFailure(at: .seconds(70), unitRandom: 0.5)
        #expect(bad.refusal(at: .seconds(129)) != nil)
        #expect(bad.admit(at: .seconds(130)) == .probe)
    }

    @Test("A probe whose caller went away lets the next call probe")
    func abandoned() {
        var breaker = opened()
        _ = breaker.admit(at: .seconds(60))
        breaker.abandonProbe(at: .seconds(61))
        #expect(breaker.admit(at: .seconds(61)) == .probe)
    }

    @Test("Late ends of calls from before do not close or prolong an open breaker")
    func lateEnds() {
        var breaker = opened()
        breaker.recordSuccess()
        #expect(breaker.state == .open)
        breaker.recordFailure(at: .seconds(59), unitRandom: 0.5)
        #expect(breaker.admit(at: .seconds(60)) == .probe)
    }
}
