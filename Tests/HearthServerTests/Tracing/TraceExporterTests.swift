import HearthDrivers
import HearthScheduling
import HearthTelemetry
import HearthTestKit
import Logging
import Synchronization
import Testing

@testable import HearthServer

@Suite("The exporter of traces", .timeLimit(.minutes(10)))
struct TraceExporterTests {
    /// Answers exports one by one with what a test has laid out, then with success.
    private final class ScriptedCollector: HTTPSending {
        private let script: Mutex<[Result<HTTPClientResponse, HTTPClientError>]>
        private let sent = Mutex<[HTTPClientRequest]>([])

        init(_ script: [Result<HTTPClientResponse, HTTPClientError>] = []) { self.script = Mutex(script) }

        var requests: [HTTPClientRequest] { sent.withLock { $0 } }

        func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
            sent.withLock { $0.append(request) }
            let next = script.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            return try (next ?? .success(HTTPClientResponse(status: 200, body: Array("{}".utf8)))).get()
        }
    }

    private final class Bench {
        let time = ManualTimeSource(now: Timestamp(milliseconds: 1_795_000_000_000))
        let registry = MetricRegistry(timeSource: SystemTimeSource())
        let instruments: TraceInstruments
        let tracer: HearthTracer
        let collector: ScriptedCollector
        let exporter: TraceExporter

        init(_ script: [Result<HTTPClientResponse, HTTPClientError>] = [], capacity: Int = 100) {
            instruments = TraceInstruments(registry: registry)
            let wake = WakeSignal()
            let queue = SpanQueue(capacity: capacity, batch: 512, instruments: instruments) { wake.signal() }
            tracer = HearthTracer(sampler: TraceSampler(share: 1), queue: queue, timeSource: time)
            collector = ScriptedCollector(script)
            exporter = TraceExporter(
                target: .init(url: "http://collector:4318/v1/traces", headers: [.init("api-key", "hunter2")]), queue: queue, wake: wake,
                encoder: OTLPTraces(resource: [("service.name", "hearth")], version: "1"), http: collector, interval: .seconds(5),
                instruments: instruments, timeSource: time, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                unitRandom: { 1 })
        }

        func make(_ count: Int) { for number in 0..<count { tracer.start("span \(number)").finish() } }

        func counts() -> [UInt64] { TraceInstruments.Outcome.allCases.map { instruments.spans($0).value } }
    }

    private static func failure(_ status: Int) -> Result<HTTPClientResponse, HTTPClientError> {
        .success(HTTPClientResponse(status: status))
    }

    @Test("Everything that waits is sent in batches, with the content type, the headers and ids that are not repeated")
    func batches() async throws {
        let bench = Bench()
        bench.make(100)
        #expect(await bench.exporter.tick() == .goOn)
        #expect(bench.collector.requests.count == 2)
        #expect(bench.counts() == [100, 0, 0, 0])
        let request = try #require(bench.collector.requests.first)
        #expect(request.url == "http://collector:4318/v1/traces" && request.method == .post)
        let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
        #expect(headers["Content-Type"] == "application/json" && headers["api-key"] == "hunter2")
        let spans = bench.collector.requests.flatMap { request in
            (JSONNode(request.body) ?? .null)["resourceSpans"][0]["scopeSpans"][0]["spans"].items
        }
        #expect(Set(spans.compactMap { $0["spanId"].text }).count == 100)
        #expect(await bench.exporter.tick() == .goOn)
        #expect(bench.collector.requests.count == 2, "nothing waits, so nothing is sent")
    }

    @Test("The same batch is sent again after a temporary failure, and counts once")
    func retry() async {
        let bench = Bench([Self.failure(503), .failure(HTTPClientError(kind: .connect, host: "collector"))])
        bench.make(3)
        #expect(await bench.exporter.tick() == .retry(after: .seconds(1)))
        #expect(await bench.exporter.tick() == .retry(after: .seconds(2)))
        #expect(bench.counts() == [0, 0, 0, 0])
        #expect(await bench.exporter.tick() == .goOn)
        #expect(bench.counts() == [3, 0, 0, 0])
        #expect(Set(bench.collector.requests.map(\.body)).count == 1)
    }

    @Test("A batch is given up after five attempts, and the next one is tried")
    func giveUp() async {
        let bench = Bench(Array(repeating: Self.failure(503), count: 5), capacity: 10)
        bench.make(10)
        for _ in 0..<4 { _ = await bench.exporter.tick() }
        #expect(await bench.exporter.tick() == .giveUp(pause: .seconds(16)))
        #expect(bench.counts() == [0, 0, 5, 0])
        #expect(await bench.exporter.tick() == .goOn)
        #expect(bench.counts() == [5, 0, 5, 0])
    }

    @Test("What is refused is counted as failed, what is rejected in part as rejected, and neither is sent again")
    func refused() async {
        let partial = #"{"partialSuccess":{"rejectedSpans":"2"}}"#
        let bench = Bench([Self.failure(400), .success(HTTPClientResponse(status: 200, body: Array(partial.utf8)))])
        bench.make(3)
        #expect(await bench.exporter.tick() == .giveUp(pause: .seconds(1)))
        bench.make(3)
        #expect(await bench.exporter.tick() == .goOn)
        #expect(bench.counts() == [1, 0, 3, 2])
        #expect(bench.collector.requests.count == 2)
    }

    @Test("While the collector is away the queue stays bounded and drops are counted")
    func bounded() async {
        let bench = Bench([Self.failure(503)], capacity: 20)
        bench.make(5)
        #expect(await bench.exporter.tick() == .retry(after: .seconds(1)))
        bench.make(50)
        #expect(bench.counts() == [0, 30, 0, 0])
        #expect(await bench.exporter.tick() == .goOn)
        #expect(bench.counts() == [25, 30, 0, 0])
    }
}

@Suite("Settings of traces")
struct TracingSettingsTests {
    @Test(
        "The endpoint is a base; the address of traces below it is not doubled",
        arguments: [
            ("http://c:4318", "http://c:4318/v1/traces"), ("http://c:4318/", "http://c:4318/v1/traces"),
            ("https://c/otlp", "https://c/otlp/v1/traces"), ("http://c:4318/v1/traces", "http://c:4318/v1/traces"),
        ])
    func address(endpoint: String, address: String) {
        #expect(TraceParts.address(endpoint) == address)
    }

    @Test("Headers are read as OpenTelemetry writes them")
    func headers() throws {
        let headers = try #require(OTLPHeaderList.parse("api-key=secret%20one, x-team = hearth ,q=a=b"))
        #expect(headers.map(\.name) == ["api-key", "x-team", "q"])
        #expect(headers.map(\.value) == ["secret one", "hearth", "a=b"])
    }

    @Test(
        "Headers that cannot be sent are refused",
        arguments: ["", "novalue", "=x", "a b=1", "a=%0d%0aB: c", "a=1,A=2", "Content-Type=text/plain", "host=x", "a=%zz", "a=é"])
    func refused(text: String) {
        #expect(OTLPHeaderList.parse(text) == nil)
    }
}
