import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("Limits of credentials")
struct RequestLimiterTests {
    private let clock = ManualTimeSource(now: Timestamp(seconds: 1_800_000_000))

    private func limiter(
        _ standard: CallerLimits, special: [String: CallerLimits] = [:], trackedCallers: Int = 10_000
    ) -> RequestLimiter {
        RequestLimiter(
            .init(standard: standard, special: special, trackedCallers: trackedCallers),
            instruments: LimitInstruments(registry: MetricRegistry(timeSource: clock)), timeSource: clock)
    }

    private func caller(_ name: String, of tenant: Tenant = .standard) -> Caller {
        Caller(credential: name, tenant: tenant, scopes: [.query])
    }

    private func isGranted(_ grant: RequestLimiter.Grant) -> Bool {
        if case .granted = grant { return true }
        return false
    }

    @Test("Each credential has its own rate, and one of the same name in another tenant too")
    func rates() throws {
        let limiter = limiter(
            .init(requestsPerSecond: 1, burst: 2), special: ["batch": .init(requestsPerSecond: 1, burst: 1), "free": .init()])
        let acme = try #require(Tenant("acme"))
        for asker in [caller("shop"), caller("shop", of: acme)] {
            #expect([1, 2, 3].map { _ in isGranted(limiter.takeAtOnce(asker)) } == [true, true, false])
        }
        #expect([1, 2].map { _ in isGranted(limiter.takeAtOnce(caller("batch"))) } == [true, false])
        #expect(limiter.takeAtOnce(caller("free")) == .unlimited)
        clock.advance(by: .seconds(1))
        #expect([1, 2].map { _ in isGranted(limiter.takeAtOnce(caller("shop"))) } == [true, false])
        limiter.giveBack(caller("shop"))
        #expect(isGranted(limiter.takeAtOnce(caller("shop"))))
        #expect(limiter.count == 3)
    }

    @Test("Places end with whoever holds them")
    func places() {
        let limiter = limiter(.init(concurrency: 2))
        var held = [limiter.enter(caller("shop"), atMost: 2), limiter.enter(caller("shop"), atMost: 2)]
        #expect(held.allSatisfy { $0 != nil } && limiter.enter(caller("shop"), atMost: 2) == nil)
        #expect(limiter.enter(caller("other"), atMost: 2) != nil)
        held.removeLast()
        #expect(limiter.enter(caller("shop"), atMost: 2) != nil)
    }

    @Test("The table has its bound, and forgets those who have asked least")
    func bound() {
        let limiter = limiter(.init(requestsPerSecond: 0.01, burst: 10), trackedCallers: 160)
        for _ in 0..<10 { _ = limiter.takeAtOnce(caller("busy")) }
        for number in 0..<5000 { _ = limiter.takeAtOnce(caller("caller-\(number)")) }
        #expect(limiter.count <= 160)
        #expect(!isGranted(limiter.takeAtOnce(caller("busy"))))
    }

    @Test("Nothing is kept where nothing is limited")
    func unlimited() {
        let limiter = limiter(.init())
        #expect(limiter.takeAtOnce(caller("shop")) == .unlimited && limiter.count == 0)
    }

    @Test("The headers say what holds and what is left")
    func fields() {
        let limits = CallerLimits(requestsPerSecond: 10, burst: 25, concurrency: 4)
        let fields = limits.fields(.init(remaining: 7, reset: .milliseconds(1801)))
        #expect(fields.map(\.value) == [#""rate";q=25;w=3, "concurrency";q=4;qu="concurrent-requests""#, #""rate";r=7;t=2"#])
    }

    @Test("Limits of single credentials are read from a list")
    func settings() throws {
        let read = try #require(LimitSettings.parse("shop = rate:2.5 burst:20 concurrency:4; token:anna=rate:1; free="))
        #expect(read["shop"] == CallerLimits(requestsPerSecond: 2.5, burst: 20, concurrency: 4))
        #expect(read["token:anna"]?.rate?.burst == 1 && read["free"]?.isUnlimited == true && read.count == 3)
        let configuration = try load(file: "limits: {requestsPerSecond: 0.5, concurrency: 3, credentials: [a=rate:1, b=concurrency:1]}")
            .configuration
        #expect(configuration.limiting.standard == CallerLimits(requestsPerSecond: 0.5, burst: 1, concurrency: 3))
        #expect(configuration.limiting.special.count == 2)
    }

    @Test(
        "Faulty lists",
        arguments: [
            "shop", "=rate:1", "a=rate:0", "a=rate:x", "a=burst:2", "a=rate:1 rate:2", "a=rate:1; a=rate:2", "a=size:1", "a=concurrency:0",
        ])
    func faulty(text: String) {
        #expect(LimitSettings.parse(text) == nil)
    }
}
