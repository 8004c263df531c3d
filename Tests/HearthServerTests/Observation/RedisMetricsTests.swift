import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Logging
import Testing

@testable import HearthServer

@Suite("What Redis does, in metrics and in the log")
struct RedisMetricsTests {
    private let registry = MetricRegistry()
    private let log = RecordedLog()
    private let time = ManualTimeSource(now: Timestamp(seconds: 1_800_000_000))

    private var metrics: RedisMetrics {
        RedisMetrics(
            instruments: StoreInstruments(registry: registry, store: .redis), certificates: CertificateInstruments(registry: registry),
            timeSource: time, logger: log.logger())
    }

    private static func refused(_ text: String) -> RedisError {
        RedisError(.reply(RedisErrorReply(text)), address: "127.0.0.1:6379", cause: text)
    }

    @Test(
        "Each class of refusal has a line of its own, once for a thousand of them, and again after a minute without",
        arguments: [
            ("MOVED 1 h:1", Logger.Level.debug, "Redis names another node; the command goes there"),
            ("TRYAGAIN Multiple keys", .debug, "Redis is asked again in a moment"),
            ("NOSCRIPT No matching script", .debug, "Redis does not know a script; it is sent in full"),
            ("READONLY You can't write", .notice, "Redis is not the master any more; it is connected to again"),
            ("LOADING Redis is loading", .warning, "Redis cannot serve now; answers go on without it until it can"),
            ("OOM command not allowed", .warning, "Redis refuses what its operator has to change"),
            ("ERR syntax error", .warning, "Redis refuses a command"),
        ])
    func classes(reply: String, level: Logger.Level, message: String) {
        let metrics = metrics
        for _ in 0..<1000 { metrics.failed(with: Self.refused(reply)) }
        // It goes on.
        for _ in 0..<3 {
            time.advance(by: .seconds(59))
            metrics.failed(with: Self.refused(reply))
        }
        #expect(log.lines.map(\.level) == [level] && log.lines.map(\.message) == [message])
        #expect(log.lines.first?.facts["error"] == "Redis at 127.0.0.1:6379 refused a command: \(reply)")
        time.advance(by: .seconds(60))
        metrics.failed(with: Self.refused(reply))
        #expect(log.lines.count == 2)
    }

    @Test("Another reply of a class is news, and so are a refused login and a server that cannot be reached; the fence of a run is none")
    func kinds() {
        let metrics = metrics
        for reply in ["OOM x", "NOPERM x", "OOM y", "FENCED fence 1 of a job came after 2"] { metrics.failed(with: Self.refused(reply)) }
        for kind in [RedisError.Kind.handshake, .unreachable, .timeout, .handshake] {
            metrics.failed(with: RedisError(kind, address: "127.0.0.1:6379", cause: "it said so"))
        }
        #expect(log.lines.map(\.level) == [.warning, .warning, .warning, .info], "\(log.lines)")
        #expect(log.lines[2].message == "Redis refuses the login; it is tried ever more rarely")
        #expect(log.lines[3].message == "Redis cannot be used; it is tried again by itself")
    }

    @Test("A server with words without end fills neither the log nor the memory")
    func inventedWords() {
        let metrics = metrics
        for number in 0..<10_000 { metrics.failed(with: Self.refused("WORD\(number) x")) }
        #expect(log.lines.count == RefusalNews.limit + 1)
    }

    @Test("Connections, refused logins, what is no reply and maps that were read are counted")
    func counts() {
        let metrics = metrics
        for outcome in [RedisConnectOutcome.ok, .error, .handshake, .handshake] { metrics.connected(outcome) }
        metrics.protocolFailed()
        metrics.topologyRefreshed()
        metrics.breakerChanged(to: .open)
        let samples = MetricSamples(String(decoding: registry.render(.text), as: UTF8.self))
        let redis = ["store": "redis"]
        for (outcome, count) in [("ok", 1.0), ("error", 1), ("handshake", 2)] {
            #expect(samples.value("hearth_store_reconnects_total", redis.merging(["outcome": outcome]) { $1 }) == count)
        }
        #expect(samples.value("hearth_store_protocol_errors_total", redis) == 1)
        #expect(samples.value("hearth_store_topology_refreshes_total", redis) == 1)
        #expect(samples.value("hearth_store_breaker_state", redis.merging(["state": "open"]) { $1 }) == 1)
    }
}
