import HearthTelemetry
import Testing

@testable import HearthServer

@Suite("The time limits of a connection")
struct ConnectionWatchTests {
    private let limits: HearthConfiguration.Limits

    init() throws {
        limits = try load().configuration.listener.limits
    }

    private func watch() -> ConnectionWatch { ConnectionWatch(limits: limits, isEncrypted: false, now: .zero) }

    @Test("An idle connection is closed after a minute")
    func idle() {
        var watch = watch()
        #expect(watch.verdict(at: .seconds(60), unsent: 0, sentSinceLastLook: false) == nil)
        #expect(watch.verdict(at: .seconds(61), unsent: 0, sentSinceLastLook: false) == .closeIdle)
    }

    @Test("A connection that is not encrypted in time is closed; one that is has its time for silence from then on")
    func handshake() {
        var slow = ConnectionWatch(limits: limits, isEncrypted: true, now: .zero)
        #expect(slow.verdict(at: .seconds(10), unsent: 0, sentSinceLastLook: false) == nil)
        #expect(slow.verdict(at: .seconds(11), unsent: 0, sentSinceLastLook: false) == .closeSlowHandshake)
        slow.completeHandshake(at: .seconds(11))
        #expect(slow.verdict(at: .seconds(71), unsent: 0, sentSinceLastLook: false) == nil)
        #expect(slow.verdict(at: .seconds(72), unsent: 0, sentSinceLastLook: false) == .closeIdle)
    }

    @Test("A header that does not end in time is refused, however it trickles")
    func slowHeader() {
        var watch = watch()
        watch.receive(bytes: 1, at: .seconds(20))
        watch.receive(bytes: 1, at: .seconds(29))
        #expect(watch.verdict(at: .seconds(30), unsent: 0, sentSinceLastLook: false) == nil)
        #expect(watch.verdict(at: .seconds(31), unsent: 0, sentSinceLastLook: false) == .refuseSlowHeader)
    }

    @Test("A body must keep up the rate once its grace is over")
    func slowBody() {
        var watch = watch()
        watch.receive(bytes: 100, at: .zero)
        watch.completeHeader(at: .zero)
        watch.receive(bytes: 10, at: .seconds(4))
        #expect(watch.verdict(at: .seconds(5), unsent: 0, sentSinceLastLook: false) == nil)
        #expect(watch.verdict(at: .seconds(6), unsent: 0, sentSinceLastLook: false) == .refuseSlowBody)
        watch.receive(bytes: 20 * 1024, at: .seconds(6))
        #expect(watch.verdict(at: .seconds(10), unsent: 0, sentSinceLastLook: false) == nil)
        #expect(watch.verdict(at: .seconds(30), unsent: 0, sentSinceLastLook: false) == .refuseSlowBody)
    }

    @Test("Waiting for the provider costs the connection nothing")
    func answering() {
        var watch = watch()
        watch.receive(bytes: 100, at: .zero)
        watch.completeHeader(at: .zero)
        watch.completeRequest()
        #expect(watch.verdict(at: .seconds(600), unsent: 0, sentSinceLastLook: false) == nil)
        watch.completeAnswer(at: .seconds(600))
        #expect(watch.verdict(at: .seconds(660), unsent: 0, sentSinceLastLook: false) == nil)
        #expect(watch.verdict(at: .seconds(661), unsent: 0, sentSinceLastLook: false) == .closeIdle)
    }

    @Test("A client that takes nothing of its answer is given up; one that takes a little is not")
    func slowReader() {
        var watch = watch()
        watch.receive(bytes: 100, at: .zero)
        watch.completeHeader(at: .zero)
        watch.completeRequest()
        watch.completeAnswer(at: .zero)
        #expect(watch.verdict(at: .seconds(1), unsent: 1000, sentSinceLastLook: true) == nil)
        #expect(watch.verdict(at: .seconds(31), unsent: 1000, sentSinceLastLook: false) == nil)
        #expect(watch.verdict(at: .seconds(32), unsent: 1000, sentSinceLastLook: false) == .abandonSlowReader)
        #expect(watch.verdict(at: .seconds(33), unsent: 900, sentSinceLastLook: true) == nil)
        #expect(watch.verdict(at: .seconds(60), unsent: 900, sentSinceLastLook: false) == nil)
    }

    @Test("The next request may wait in part while the one before it is answered")
    func pipelining() {
        var watch = watch()
        watch.receive(bytes: 100, at: .zero)
        watch.completeHeader(at: .zero)
        watch.completeRequest()
        watch.receive(bytes: 10, at: .seconds(1))
        #expect(watch.verdict(at: .seconds(100), unsent: 0, sentSinceLastLook: false) == nil)
    }

    @Test("Connections are counted in all and by address")
    func census() {
        var tight = limits
        tight.connections = 3
        tight.connectionsPerAddress = 2
        let census = ConnectionCensus(limits: tight)
        #expect(census.admit("a") == .admitted)
        #expect(census.admit("a") == .admitted)
        #expect(census.admit("a") == .addressFull)
        #expect(census.admit("b") == .admitted)
        #expect(census.admit("c") == .full)
        census.release("a")
        #expect(census.admit("c") == .admitted)
        #expect(census.total == 3)
    }
}
