import HearthDrivers
import HearthScheduling
import HearthTelemetry
import Logging
import ServiceLifecycle
import Synchronization

/// Sends spans to a collector by OTLP over HTTP, beside everything else: nobody who makes spans waits for it.
///
/// One export is on its way at a time. What is not taken in time is dropped by the queue in front, and counted. The log has a line when exports
/// begin to fail and one when they succeed again, however many fail meanwhile.
actor TraceExporter: Service {
    /// Where exports go.
    struct Target: Sendable {
        var url: String
        var headers: [HTTPClientRequest.Header]
        var timeout = Duration.seconds(10)
    }

    /// How long what still waits may take when the service ends.
    private static let farewell = Duration.seconds(3)

    private let target: Target
    private let queue: SpanQueue
    private let wake: WakeSignal
    private let encoder: OTLPTraces
    private let http: any HTTPSending
    private let interval: Duration
    private let instruments: TraceInstruments
    private let timeSource: any TimeSource
    private let sleeper: any Sleeper
    private let logger: Logger
    private let unitRandom: @Sendable () -> Double
    private let isStopping = Atomic<Bool>(false)
    private var rhythm = ExportRhythm()
    /// The batch that is tried.
    private var batch: [FinishedSpan] = []

    /// - Parameters:
    ///   - wake: raised by the queue when a batch is ready.
    ///   - interval: how long spans wait while there are fewer.
    ///   - unitRandom: 0..<1, for jitter.
    init(
        target: Target, queue: SpanQueue, wake: WakeSignal, encoder: OTLPTraces, http: any HTTPSending, interval: Duration,
        instruments: TraceInstruments, timeSource: any TimeSource, sleeper: any Sleeper = ContinuousSleeper(), logger: Logger,
        unitRandom: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.target = target
        self.queue = queue
        self.wake = wake
        self.encoder = encoder
        self.http = http
        self.interval = interval
        self.instruments = instruments
        self.timeSource = timeSource
        self.sleeper = sleeper
        self.logger = logger
        self.unitRandom = unitRandom
    }

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.exportUntilStopped() }
            group.addTask {
                try? await gracefulShutdown()
                self.isStopping.store(true, ordering: .relaxed)
                self.wake.signal()
                try? await Task.sleep(for: Self.farewell)
            }
            await group.next()
            group.cancelAll()
        }
        abandon()
    }

    private func exportUntilStopped() async {
        while !Task.isCancelled, !isStopping.load(ordering: .relaxed) {
            switch await tick() {
            case .goOn: await rest(interval, untilBatch: true)
            case .retry(let pause), .giveUp(let pause): await rest(pause, untilBatch: false)
            }
        }
        // At the end everything that waits is tried once, as long as it succeeds.
        while !Task.isCancelled, await tick() == .goOn, queue.count > 0 {}
    }

    /// Sends what waits, batch by batch, until nothing waits or an attempt fails.
    func tick() async -> ExportRhythm.Step {
        while true {
            if batch.isEmpty { batch = queue.take() }
            guard !batch.isEmpty else { return .goOn }
            let (step, change) = rhythm.note(await send(), unitRandom: unitRandom())
            if let change { report(change) }
            switch step {
            case .goOn: continue
            case .retry: return step
            case .giveUp:
                count(batch.count, as: .failed)
                batch = []
                return step
            }
        }
    }

    private func send() async -> ExportReply {
        let request = HTTPClientRequest(
            method: .post, url: target.url,
            headers: [.init("Content-Type", "application/json"), .init("User-Agent", "hearth/\(HearthVersion.number)")] + target.headers,
            body: encoder.encode(batch), connectTimeout: min(target.timeout, .seconds(5)), totalTimeout: target.timeout,
            maximumResponseBytes: 64 << 10)
        let reply: ExportReply
        do throws(HTTPClientError) {
            reply = ExportReply(try await http.send(request), now: timeSource.now())
        } catch {
            reply = ExportReply(error)
        }
        if case .accepted(let rejected) = reply {
            let lost = min(rejected, batch.count)
            count(lost, as: .rejected)
            count(batch.count - lost, as: .exported)
            batch = []
        }
        return reply
    }

    private func rest(_ length: Duration, untilBatch: Bool) async {
        let end = timeSource.uptime() + length
        while !Task.isCancelled, !isStopping.load(ordering: .relaxed) {
            let left = end - timeSource.uptime()
            if left <= .zero || untilBatch && queue.count >= queue.batch { return }
            await withTaskGroup(of: Void.self) { [sleeper, wake] group in
                group.addTask { try? await sleeper.sleep(for: left) }
                group.addTask { await wake.wait() }
                await group.next()
                group.cancelAll()
            }
        }
    }

    /// Counts what could not be sent before the end.
    private func abandon() {
        var lost = batch.count
        batch = []
        while queue.count > 0 { lost += queue.take().count }
        guard lost > 0 else { return }
        count(lost, as: .failed)
        logger.warning("the last traces could not be exported", metadata: ["spans": "\(lost)", "host": "\(host)"])
    }

    private func count(_ spans: Int, as outcome: TraceInstruments.Outcome) {
        instruments.spans(outcome).increment(by: UInt64(spans))
    }

    private func report(_ change: ExportRhythm.Change) {
        switch change {
        case .failing(let cause):
            logger.warning(
                "traces cannot be exported; requests are not affected", metadata: ["host": "\(host)", "error": "\(cause)"])
        case .wellAgain:
            logger.notice("traces are exported again", metadata: ["host": "\(host)"])
        }
    }

    private var host: String { HTTPClientRequest.host(of: target.url) }
}
