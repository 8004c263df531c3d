import HearthTestKit
import Synchronization
import Testing

@Suite("Traces whose collector is ill", .serialized, .timeLimit(.minutes(10)))
struct TraceOutageTests {
    private static let small = "  queueLength: 16"

    private func start(_ stage: Stage, _ url: String, extra: String = "") async throws -> RunningHearth {
        try await stage.start(
            settings: TraceTests.settings(share: 1, extra: extra), environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": url])
    }

    private func outcome(_ hearth: RunningHearth, _ outcome: String) async throws -> Double {
        try await hearth.metrics().value("hearth_trace_spans_total", ["outcome": outcome]) ?? -1
    }

    @Test("Away: requests are answered, spans beyond the queue are dropped and counted, and the log has one line")
    func away() async throws {
        let stage = try await Stage()
        let hearth = try await start(stage, "http://127.0.0.1:\(try await FreePort.find())", extra: Self.small)
        for _ in 0..<60 { #expect(try await hearth.ask("Do you sell gift cards?").status == 200) }
        try await Deadline.until("drops are counted") { try await outcome(hearth, "dropped") > 50 }
        #expect(try await hearth.metrics().value("hearth_trace_queue_spans_limit") == 16)
        #expect(try await hearth.metrics().value("hearth_trace_queue_spans") ?? 99 <= 16)
        #expect(try await outcome(hearth, "exported") == 0)
        #expect(try await hearth.terminate() == .init(status: 0))
        let told = hearth.program.errorLines.count { $0.contains("traces cannot be exported") }
        #expect(told == 1)
    }

    @Test("Back again: what waited is exported, and the log says so once")
    func back() async throws {
        let isWell = Atomic<Bool>(false)
        let receiver = try await TraceReceiver.start { _ in
            isWell.load(ordering: .relaxed) ? [.answer("{}")] : [.answer(status: 503, headers: "Retry-After: 1\r\n", "")]
        }
        let stage = try await Stage()
        let hearth = try await start(stage, receiver.url)
        _ = try await hearth.ask("Do you sell gift cards?")
        try await Deadline.until("an export was refused") { !receiver.requests.isEmpty }
        isWell.store(true, ordering: .relaxed)
        try await Deadline.until("the spans are exported") { try await outcome(hearth, "exported") >= 3 }
        let first = try #require(receiver.requests.first).body
        #expect(receiver.requests.dropFirst().contains { $0.body == first }, "the same batch is sent again")
        #expect(try await hearth.terminate() == .init(status: 0))
        #expect(hearth.program.errorLines.count { $0.contains("traces are exported again") } == 1)
        await receiver.stop()
    }

    @Test("Slow: no answer waits for it, and the end of the service is bounded")
    func slow() async throws {
        let receiver = try await TraceReceiver.start { _ in [.stall] }
        let stage = try await Stage()
        let hearth = try await start(stage, receiver.url, extra: Self.small)
        _ = try await hearth.ask("Do you sell gift cards?")
        try await Deadline.until("an export is on its way") { !receiver.requests.isEmpty }
        let clock = ContinuousClock()
        let begin = clock.now
        for _ in 0..<200 { #expect(try await hearth.ask("Do you sell gift cards?").status == 200) }
        // Two hundred answers one after another; one export alone may wait ten seconds.
        #expect(clock.now - begin < .seconds(8))
        #expect(receiver.requests.count == 1)
        #expect(try await outcome(hearth, "dropped") > 300)
        let stopped = clock.now
        #expect(try await hearth.terminate() == .init(status: 0))
        #expect(clock.now - stopped < .seconds(8))
        #expect(hearth.program.errorLines.contains { $0.contains("the last traces could not be exported") })
        await receiver.stop()
    }

    @Test("At the end everything that waits is exported, well before the next regular export")
    func flush() async throws {
        let receiver = try await TraceReceiver.start()
        let stage = try await Stage()
        let hearth = try await stage.start(
            settings: "tracing:\n  exportInterval: 5m\n  share: 1\ncache:\n  lookupDeadline: 5s\n",
            environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url])
        for number in 0..<20 { _ = try await hearth.ask("Do you repair \(number + 2) umbrellas?") }
        #expect(receiver.requests.isEmpty)
        #expect(try await hearth.terminate() == .init(status: 0))
        #expect(try receiver.spans().count { $0.name == "POST /api/v1/cache/query" } == 20)
        #expect(try receiver.spans().count { $0.name == "chat gpt-4o-mini" } == 20)
        await receiver.stop()
    }
}
