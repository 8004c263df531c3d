import Foundation
import HearthTestKit
import Synchronization

/// A service with its provider, and everything that watches it: a Prometheus with the shipped rules, an Alertmanager with the shipped routes,
/// and the webhooks at their end; time passes faster in both.
///
/// Each stage has a Prometheus of its own, because rules judge a deployment as a whole: the faults of one must not be seen in another.
final class DrillStage: Sendable {
    struct Setup: Sendable {
        var compression = RuleCompression(factor: 40)
        /// A scrape each 20 seconds of the time that the rules are made for.
        var scrapeInterval = Duration.milliseconds(500)
        /// `hearth.yaml`.
        var settings = ""
        var environment: [String: String] = [:]
        var usesRedis = false
        /// Whether the service's wall clock can be moved.
        var movesClock = false
        /// The size of the disk that the data folder is on; nil is the machine's own disk.
        var diskMegabytes: Int?
    }

    let setup: Setup
    let folder: TemporaryFolder
    let disk: SmallDisk?
    let redis: DrillRedis?
    let clock: ShiftedClock?
    let provider: RunningProgram
    let providerProbe: HTTPProbe
    let hearth: HTTPProbe
    /// What Prometheus scrapes: the way to the service.
    let scrapes: FaultProxy
    let traffic: Traffic
    let receiver: NotificationReceiver
    let alertmanager: RunningProgram
    let prometheus: RunningProgram
    let prometheusProbe: HTTPProbe
    private let alertmanagerAddress: String
    private let serviceEnvironment: [String: String]
    private let service: Mutex<RunningProgram>
    /// A program that reads the service's database, while there is one.
    let reading = Mutex<RunningProgram?>(nil)

    static func start(_ setup: Setup) async throws -> DrillStage {
        let stage = try await DrillStage(setup)
        do {
            // Counters have to be seen at 0 before they grow, or their growth is not.
            try await Deadline.until("Prometheus has scraped: \(stage.prometheus.errors.suffix(1000))") {
                try await stage.number("count(hearth_build_info)") == 1
            }
        } catch {
            await stage.stop()
            throw error
        }
        stage.traffic.start()
        return stage
    }

    private init(_ setup: Setup) async throws {
        self.setup = setup
        folder = try TemporaryFolder(named: "hearth-drill")
        disk = if let megabytes = setup.diskMegabytes { try await SmallDisk(megabytes: megabytes) } else { nil }
        redis = setup.usesRedis ? try await DrillRedis() : nil
        clock = setup.movesClock ? try ShiftedClock() : nil
        let environment = ["PATH": "/usr/bin:/bin"]
        provider = try RunningProgram(
            HearthBinary.path(), ["simulate-provider", "--port", "0", "--latency", "5ms"], folder: folder.path, environment: environment)
        let providerURL = try await provider.firstLine("the provider is ready") { JSONNode($0)?["url"].text }
        providerProbe = try HTTPProbe(baseURL: String(providerURL.dropLast("/v1".count)))

        let port = try await FreePort.find()
        hearth = try HTTPProbe(baseURL: "http://127.0.0.1:\(port)")
        traffic = Traffic(hearth)
        try Self.write("common-queries.json", Self.commonQueries, to: folder)
        try Self.write("hearth.yaml", setup.settings, to: folder)
        serviceEnvironment = try Self.environment(
            setup, folder,
            [
                "HEARTH_PORT": "\(port)", "HEARTH_DATA_DIR": disk?.path ?? folder.path + "/data", "OPENAI_BASE_URL": providerURL,
            ], redis, clock)
        let launched = try RunningProgram(HearthBinary.path(), ["serve"], folder: folder.path, environment: serviceEnvironment)
        service = Mutex(launched)
        scrapes = try await FaultProxy.start(to: port)
        _ = try await launched.firstLine("the service is ready") { JSONNode($0)?["url"].text }

        receiver = try await NotificationReceiver.start()
        let (alertmanagerPort, prometheusPort) = (try await FreePort.find(), try await FreePort.find())
        let routes = setup.compression.compress(routes: try Repository.text(AlertmanagerTests.example), receivers: receiver.url)
        try Self.write("alertmanager.yml", routes, to: folder)
        alertmanager = try InstalledTool.alertmanager.start(
            [
                "--config.file=alertmanager.yml", "--storage.path=alertmanager", "--web.listen-address=127.0.0.1:\(alertmanagerPort)",
                "--cluster.listen-address=", "--log.level=warn",
            ], in: folder.path)
        try Self.writeRules(setup.compression, to: folder)
        alertmanagerAddress = "127.0.0.1:\(alertmanagerPort)"
        prometheusProbe = try HTTPProbe(baseURL: "http://127.0.0.1:\(prometheusPort)")
        let configuration = Self.prometheusConfiguration(
            target: scrapes.port, interval: setup.scrapeInterval, alertmanager: alertmanagerAddress)
        try Self.write("prometheus.yml", configuration, to: folder)
        prometheus = try InstalledTool(path: WatchedHearth.prometheusPath, package: "prometheus").start(
            [
                "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.listen-address=127.0.0.1:\(prometheusPort)",
                "--rules.alert.resend-delay=\(setup.compression.compress(duration: "1m"))",
                "--query.lookback-delta=\(setup.compression.compress(duration: "5m"))", "--log.level=warn",
            ], in: folder.path)
    }

    static let commonQueries = #"{"queries": [{"query": "Good morning!", "language": "en", "category": "greeting"}]}"#

    private static func environment(
        _ setup: Setup, _ folder: TemporaryFolder, _ addresses: [String: String], _ redis: DrillRedis?, _ clock: ShiftedClock?
    ) throws -> [String: String] {
        var environment = [
            "PATH": "/usr/bin:/bin", "HEARTH_HOST": "127.0.0.1", "OPENAI_API_KEY": "sk-drill-of-alerts",
            "HEARTH_COMMON_QUERIES": folder.path + "/common-queries.json",
        ]
        environment["REDIS_URL"] = redis?.url
        for additions in [addresses, try clock?.environment() ?? [:], setup.environment] { environment.merge(additions) { $1 } }
        return environment
    }

    private static func prometheusConfiguration(target: Int?, interval: Duration, alertmanager: String) -> String {
        let milliseconds = "\(interval / .milliseconds(1))".prefix { $0 != "." }
        let targets = target.map { "\"127.0.0.1:\($0)\"" } ?? ""
        return """
            global: {scrape_interval: \(milliseconds)ms, scrape_timeout: \(milliseconds)ms, evaluation_interval: \(milliseconds)ms}
            rule_files: ["*.rules.yml"]
            alerting: {alertmanagers: [{static_configs: [{targets: ["\(alertmanager)"]}]}]}
            scrape_configs:
              - {job_name: hearth, static_configs: [{targets: [\(targets)]}]}
            """
    }

    /// Writes the compressed rules and returns the names of their files.
    @discardableResult
    static func writeRules(_ compression: RuleCompression, to folder: TemporaryFolder) throws -> [String] {
        let files = try Repository.files(in: RuleDocument.folder, endingWith: ".rules.yml")
        for file in files { try write(file, compression.compress(rules: Repository.text("\(RuleDocument.folder)/\(file)")), to: folder) }
        return files
    }

    private static func write(_ name: String, _ text: String, to folder: TemporaryFolder) throws {
        try Data(text.utf8).write(to: URL(filePath: folder.path + "/" + name))
    }

    func write(_ name: String, _ text: String) throws { try Self.write(name, text, to: folder) }

    func stop() async {
        await traffic.stop()
        for program in [prometheus, alertmanager, process, provider] + [reading.withLock { $0 }].compactMap(\.self) {
            program.send(signal: SIGCONT)
            program.send(signal: SIGKILL)
            _ = try? await program.waitForEnd()
        }
        await scrapes.stop()
        await receiver.stop()
        await redis?.stop()
        try? await disk?.remove()
    }
}

extension DrillStage {
    var dataFolder: String { disk?.path ?? folder.path + "/data" }

    /// The service that runs now, or ran last.
    var process: RunningProgram { service.withLock { $0 } }

    /// Starts the service again at its address, after its end.
    func startAgain() async throws {
        let program = try RunningProgram(HearthBinary.path(), ["serve"], folder: folder.path, environment: serviceEnvironment)
        service.withLock { $0 = program }
        _ = try await program.firstLine("the service is ready") { JSONNode($0)?["url"].text }
    }

    func kill() async throws {
        process.send(signal: SIGKILL)
        try await process.waitForEnd()
    }

    /// How the provider behaves from now on; `fields` is the inside of a JSON object.
    func letProvider(_ fields: String) async throws {
        let reply = try await providerProbe.post("/simulator/behavior", "{\(fields)}")
        guard reply.status == 200 else { throw RunningProgram.Failure("The provider refused \(fields): \(reply)") }
    }

    /// Makes Prometheus scrape something else, or nothing, or at another pace.
    func scrape(target: Int?, each interval: Duration) throws {
        try write(
            "prometheus.yml", Self.prometheusConfiguration(target: target, interval: interval, alertmanager: alertmanagerAddress))
        prometheus.send(signal: SIGHUP)
    }

    /// Nil while nobody answers, or there is none.
    func number(_ query: String) async throws -> Double? {
        guard let reply = try? await prometheusProbe.get("/api/v1/query", ["query": query]) else { return nil }
        return reply.json["data"]["result"][0]["value"][1].text.flatMap { Double($0) }
    }
}
