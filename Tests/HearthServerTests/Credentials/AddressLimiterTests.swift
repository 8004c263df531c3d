import HTTPTypes
import HearthDrivers
import HearthTelemetry
import NIOCore
import Testing

@testable import HearthServer

@Suite("Guesses of one address")
struct AddressLimiterTests {
    private let clock = ManualTimeSource(now: Timestamp(seconds: 1_800_000_000))
    private let guess = Fingerprint("a guess")
    private let address = CallerAddress(text: "203.0.113.7")

    @Test("So many in a minute are listened to, and then none until time has passed")
    func limiting() throws {
        let limiter = AddressLimiter(failuresPerMinute: 10, timeSource: clock)
        #expect(!limiter.hasFailures)
        for _ in 0..<10 {
            #expect(limiter.wait(of: address, with: guess) == nil)
            limiter.noteFailure(of: address)
        }
        let wait = try #require(limiter.wait(of: address, with: guess))
        #expect((.seconds(1) ... .seconds(6)).contains(wait))
        #expect(limiter.wait(of: CallerAddress(text: "203.0.113.8"), with: guess) == nil)
        clock.advance(by: wait)
        #expect(limiter.wait(of: address, with: guess) == nil)
        limiter.noteFailure(of: address)
        #expect(limiter.wait(of: address, with: guess) != nil)
        clock.advance(by: .seconds(121))
        limiter.forgetOld()
        #expect(limiter.count == 0 && !limiter.hasFailures)
    }

    @Test("Whoever was let in before from the same address is let in all the same, by that credential only")
    func neighbours() {
        let limiter = AddressLimiter(failuresPerMinute: 1, timeSource: clock)
        let own = Fingerprint("a key of a neighbour")
        limiter.noteSuccess(of: address, with: own)
        limiter.noteFailure(of: address)
        #expect(limiter.wait(of: address, with: own) == nil)
        #expect(limiter.wait(of: address, with: guess) != nil)
    }

    @Test("A flood of addresses does not make the table grow, nor lock an address for long")
    func bounds() {
        let limiter = AddressLimiter(failuresPerMinute: 10, timeSource: clock)
        for number in 0..<25_000 { limiter.noteFailure(of: CallerAddress(text: "10.0.\(number / 250).\(number % 250)")) }
        #expect(limiter.count <= AddressLimiter.capacity)
        for _ in 0..<100_000 { limiter.noteFailure(of: address) }
        clock.advance(by: .seconds(70))
        #expect(limiter.wait(of: address, with: guess) == nil)
    }

    @Test(
        "An IPv6 network counts as one, however it is written",
        arguments: [
            ("203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"), ("2001:DB8:1:2::17", "2001:db8:1:2"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"), ("2001:db8::1", "2001:db8:0:0"), ("::1", "0:0:0:0"), ("fe80::1%eth0", "fe80:0:0:0"),
            ("2001:0db8:0001:0002::", "2001:db8:1:2"), ("", ""), ("unknown", "unknown"),
        ])
    func networks(text: String, network: String) {
        #expect(CallerAddress.network(of: text) == network)
    }

    @Test("Behind a proxy the last address is the one that the proxy saw; what a caller wrote before it means nothing")
    func forwarded() {
        let connection = CallerAddress(text: "127.0.0.1")
        let headers: HTTPFields = [.known("X-Forwarded-For"): "1.2.3.4, 203.0.113.7"]
        #expect(CallerAddress.of(headers, connection, isBehindProxy: true) == address)
        #expect(CallerAddress.of(headers, connection, isBehindProxy: false) == connection)
        #expect(CallerAddress.of([:], connection, isBehindProxy: true) == connection)
    }
}
