import HearthDrivers
import HearthScheduling
import HearthTelemetry
import Logging
import ServiceLifecycle
import Synchronization

/// Tells dead-man's switches what jobs do, beside the runs: a run never waits for a switch.
///
/// Each job has a queue of its own, so that one slow switch delays nobody else's; pings of one job keep their order. A full queue drops the
/// newest, and the drop is counted. Best effort: a ping is tried twice.
final class JobPings: SchedulerObserver, Service {
    /// Pings that wait per job.
    private static let queueLength = 32
    private static let attempts = 2
    private static let pause = Duration.seconds(1)
    /// How long what still waits may take when the service ends.
    private static let farewell = Duration.seconds(3)

    private struct Lane: Sendable {
        let pings: AsyncStream<JobPing>
        let queue: AsyncStream<JobPing>.Continuation
    }

    private let http: any HTTPSending
    private let instruments: JobInstruments
    private let logger: Logger
    private let lanes: [String: Lane]
    private let urls: Mutex<[String: Secret]>

    /// - Parameter jobs: the names of all jobs that may ever get a switch
    init(jobs: [String], http: any HTTPSending, instruments: JobInstruments, logger: Logger) {
        self.http = http
        self.instruments = instruments
        self.logger = logger
        urls = Mutex([:])
        lanes = Dictionary(
            jobs.map { job in
                let (pings, queue) = AsyncStream.makeStream(of: JobPing.self, bufferingPolicy: .bufferingOldest(Self.queueLength))
                return (job, Lane(pings: pings, queue: queue))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Takes over the addresses of a configuration.
    func configure(_ jobs: [HearthConfiguration.Job]) {
        let configured = jobs.compactMap { job in job.pingURL.map { (job.name, $0) } }
        urls.withLock { $0 = Dictionary(configured, uniquingKeysWith: { first, _ in first }) }
    }

    func runStarted(_ run: StartedRun) { enqueue(JobPing(run)) }

    func runFinished(_ completion: RunCompletion) {
        if let ping = JobPing(completion) { enqueue(ping) }
    }

    private func enqueue(_ ping: JobPing) {
        guard url(of: ping.job) != nil, let lane = lanes[ping.job] else { return }
        if case .dropped = lane.queue.yield(ping) { instruments.pings(.dropped).increment() }
    }

    private func url(of job: String) -> Secret? { urls.withLock { $0[job] } }

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.sendAll() }
            group.addTask {
                try? await gracefulShutdown()
                for lane in self.lanes.values { lane.queue.finish() }
                try? await Task.sleep(for: Self.farewell)
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func sendAll() async {
        await withTaskGroup(of: Void.self) { group in
            for lane in lanes.values {
                group.addTask { for await ping in lane.pings { await self.send(ping) } }
            }
        }
    }

    private func send(_ ping: JobPing) async {
        guard let url = url(of: ping.job) else { return }
        let request = ping.request(to: url)
        var cause = ""
        for attempt in 1...Self.attempts {
            do throws(HTTPClientError) {
                let response = try await http.send(request)
                if (200...299).contains(response.status) { return instruments.pings(.sent).increment() }
                cause = "status \(response.status)"
            } catch {
                cause = "\(error)"
            }
            if attempt < Self.attempts { try? await Task.sleep(for: Self.pause) }
        }
        instruments.pings(.failed).increment()
        logger.warning(
            "a dead-man's switch could not be told; the run is not affected",
            metadata: ["job_name": "\(ping.job)", "host": "\(request.host)", "run_id": "\(ping.runID)", "error": "\(cause)"])
    }
}
