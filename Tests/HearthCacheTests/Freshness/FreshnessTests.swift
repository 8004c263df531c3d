import HearthTelemetry
import Testing

@testable import HearthCache

@Suite("Freshness")
struct FreshnessTests {
    private let start = Sample.start

    @Test(
        "An answer goes from fresh through its windows to expired",
        arguments: [
            (0, Lifetime.Phase.fresh), (99_999, .fresh), (100_000, .staleWhileRevalidate), (109_999, .staleWhileRevalidate),
            (110_000, .staleIfError), (199_999, .staleIfError), (200_000, .expired),
        ] as [(Int64, Lifetime.Phase)])
    func phases(milliseconds: Int64, phase: Lifetime.Phase) {
        let lifetime = Lifetime(
            freshUntil: start + .seconds(100), revalidateUntil: start + .seconds(110), onErrorUntil: start + .seconds(200))
        #expect(lifetime.phase(at: start + .milliseconds(milliseconds)) == phase)
    }

    @Test("An answer without an end is fresh for ever")
    func endless() {
        let lifetime = Lifetime(freshUntil: nil, revalidateUntil: nil, onErrorUntil: nil)
        #expect(lifetime.phase(at: Timestamp(milliseconds: .max)) == .fresh)
        #expect(lifetime.remainingSeconds(at: start) == nil)
        #expect(lifetime.usableUntil == nil)
    }

    @Test("Without windows an answer is expired at the end of its time")
    func noWindows() {
        let policy = FreshnessPolicy(jitterShare: 0) { _ in
            .init(timeToLive: .seconds(60), staleWhileRevalidate: .zero, staleIfError: .zero)
        }
        let lifetime = policy.lifetime(of: Sample.key("q"), category: .pricing, storedAt: start)
        #expect(lifetime.phase(at: start + .milliseconds(59_999)) == .fresh)
        #expect(lifetime.phase(at: start + .seconds(60)) == .expired)
    }

    @Test("Lifetimes differ by at most the jitter, and use the whole of it")
    func jitter() {
        let policy = FreshnessPolicy(jitterShare: 0.05) { _ in
            .init(timeToLive: .seconds(1000), staleWhileRevalidate: .zero, staleIfError: .zero)
        }
        let seconds = (0..<2000).compactMap { index in
            policy.lifetime(of: Sample.key("question \(index)"), category: .general, storedAt: start).remainingSeconds(at: start)
        }
        #expect(seconds.count == 2000)
        #expect(seconds.allSatisfy { (950...1050).contains($0) })
        #expect((seconds.min() ?? 1000) < 955)
        #expect((seconds.max() ?? 1000) > 1045)
    }

    @Test("A shortened lifetime takes the window for old answers with it, and leaves the one for a provider that fails")
    func shortened() {
        let policy = FreshnessPolicy(jitterShare: 0) { _ in
            .init(timeToLive: .seconds(1000), staleWhileRevalidate: .seconds(100), staleIfError: .seconds(5000))
        }
        let lifetime = policy.lifetime(of: Sample.key("q"), category: .hours, storedAt: start, shortening: 0.5)
        #expect(lifetime.freshUntil == start + .seconds(500))
        #expect(lifetime.revalidateUntil == start + .seconds(550))
        #expect(lifetime.onErrorUntil == start + .seconds(5500))
        let factors = LifetimeFactors()
        factors[.hours] = 0.5
        factors[.general] = 7
        factors[.pricing] = 0
        #expect(ResponseCategory.allCases.map { factors[$0] } == [1, 0.01, 1, 1, 0.5, 1, 1, 1])
    }

    @Test("Remaining seconds are rounded down, also below zero")
    func remaining() {
        let lifetime = Lifetime(freshUntil: start, revalidateUntil: start, onErrorUntil: start)
        #expect(lifetime.remainingSeconds(at: start - .milliseconds(1500)) == 1)
        #expect(lifetime.remainingSeconds(at: start + .milliseconds(1500)) == -2)
    }
}
