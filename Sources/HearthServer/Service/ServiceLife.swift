import HearthCache
import HearthDrivers
import HearthScheduling
import HearthTelemetry
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Runs the joined parts: starts them in order, says when they are ready, and takes them down in reverse.
struct ServiceLife: Sendable {
    let parts: Parts
    let foundation: Composition.Foundation
    let startedAt: Timestamp
    /// When the process began, on the monotonic clock.
    let begun: Duration
    let program: String
    let reloader: JobReloader
    let announce: HearthService.Announce

    /// How long the ready report waits for the first warming where answers are simulated, and so come at once.
    private static let warmingPatience: Duration = .seconds(5)

    func run() async throws {
        let listening = ListeningPort()
        foundation.start.begin(.listeners)
        let servers = try await HTTPServers(parts: parts, foundation: foundation, listening: listening)
        // Stopped in reverse: first no more requests, then no more runs, then everything that is waiting is written.
        let services: [any Service] =
            [CurlService(curl: parts.curl)] + (parts.traces.map { [$0.exporter] } ?? []) + parts.sharing
            + (parts.database.map { [$0] } ?? []) + [parts.flusher, parts.audit.trail, parts.writer] + (parts.shadow.map { [$0] } ?? [])
            + [parts.access.keeper, parts.refresher, parts.pings, parts.conditions, parts.scheduler]
            + (parts.inbox.map { [$0.worker] } ?? [])
            + servers.services
        var configuration = ServiceGroupConfiguration(services: services, logger: foundation.logs.logger("hearth.life"))
        configuration.maximumGracefulShutdownDuration = foundation.configuration.shutdownDrain + .seconds(5)
        let group = ServiceGroup(configuration: configuration)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await watch(signals, group, servers) }
            tasks.addTask { await reportReadiness(listening) }
            defer { tasks.cancelAll() }
            do {
                try await group.run()
            } catch let error as IOError {
                throw startupError(error)
            }
        }
        announce(.stopped(farewell))
    }

    /// SIGHUP reads the configuration and the certificate again; of the others the first drains and the second ends the process at once.
    private func watch(_ signals: UnixSignalsSequence, _ group: ServiceGroup, _ servers: HTTPServers) async {
        var isDraining = false
        for await signal in signals {
            if signal == .sighup {
                if !isDraining {
                    await reloader.reload()
                    // What is wrong with it is in the log.
                    _ = try? parts.certificates?.refresh()
                }
                continue
            }
            if isDraining { _exit(130) }
            isDraining = true
            parts.health.becomeUnready()
            parts.audit.events.note(.serviceStopping)
            let running = (try? await parts.scheduler.jobs())?.reduce(0) { $0 + $1.runningCount } ?? 0
            announce(
                .draining(requests: servers.activeRequests, jobs: running, limit: foundation.configuration.shutdownDrain))
            await group.triggerGracefulShutdown()
        }
    }

    private func startupError(_ error: IOError) -> StartupError {
        let listener = foundation.configuration.listener
        guard error.errnoCode == EADDRINUSE else {
            return .listenFailed(host: listener.host, port: listener.port, cause: "\(error)")
        }
        return .portTaken(
            host: listener.host, port: listener.port, owner: ListeningPorts.owner(host: listener.host, port: listener.port))
    }

    private func reportReadiness(_ listening: ListeningPort) async {
        guard let port = await listening.value() else { return }
        parts.health.becomeReady()
        // The embedded database was asked before; a shared store can be reached only now.
        if parts.redis != nil { _ = await parts.health.probeAll() }
        let warmsAtStart = foundation.configuration.job(named: "warm-cache").map { $0.isEnabled && $0.schedules.contains("@startup") }
        if foundation.configuration.provider.isSimulated, warmsAtStart == true {
            _ = await parts.startupWarming.wait(atMost: Self.warmingPatience)
        }
        guard !Task.isCancelled else { return }
        let build = BuildIdentity.current()
        let before = await buildBefore()
        parts.audit.events.note(
            .serviceStarted,
            ["version": build.version, "revision": build.revision, "profile": foundation.configuration.profile.rawValue])
        if let before, before != [build.version, build.revision] {
            parts.audit.events.note(
                .versionChanged,
                ["version": build.version, "revision": build.revision, "versionBefore": before[0], "revisionBefore": before[1]])
        }
        announce(.ready(await readyReport(port: port)))
        foundation.logs.logger("hearth").notice(
            "ready",
            metadata: [
                "port": "\(port)", "profile": "\(foundation.configuration.profile.rawValue)",
                "provider": "\(foundation.configuration.provider.isSimulated ? "simulated" : "real")",
            ])
    }

    /// Version and revision of the last start on record, of any replica; nil for a first start, or where the record is not read in time.
    private func buildBefore() async -> [String]? {
        var query = AuditQuery(limit: 1)
        query.actions = [.serviceStarted]
        let (asked, store) = (query, parts.audit.trail.store)
        let found = await Patience.wait(atMost: .milliseconds(500)) { try? await store.records(asked).first?.parameters }
        guard let facts = found ?? nil, let version = facts["version"], let revision = facts["revision"] else { return nil }
        return [version, revision]
    }

    private func readyReport(port: Int) async -> ReadyReport {
        let configuration = foundation.configuration
        let now = foundation.timeSource.now()
        let jobs = ((try? await parts.scheduler.jobs()) ?? []).filter(\.isEnabled)
        let summary = parts.cache.languages(at: now)
        let host = configuration.listener.host.contains(":") ? "[\(configuration.listener.host)]" : configuration.listener.host
        let scheme = configuration.listener.tls == nil ? "http" : "https"
        return ReadyReport(
            version: HearthVersion.number, startDuration: foundation.timeSource.uptime() - begun, baseURL: "\(scheme)://\(host):\(port)",
            pagePath: "/admin/cache-analytics", documentsPath: "/docs",
            provider: configuration.provider.isSimulated
                ? .simulated : .real(host: HTTPClientRequest.host(of: configuration.provider.baseURL), model: configuration.provider.model),
            entries: summary.entries, languages: summary.languages.count,
            stores: ["memory", parts.redis.map { "\($0.target)" } ?? configuration.dataDirectory + "/" + HearthDatabase.fileName],
            database: parts.database.map { "\($0.database.client.address)" },
            jobs: jobs.count,
            nextJob: Self.nextRareJob(jobs), access: access, now: now, program: program,
            warnings: parts.health.degradations.map { "\($0.component) does not answer: \($0.reason)" })
    }

    private var access: ReadyReport.Access {
        let configuration = foundation.configuration
        let access = parts.access.access
        guard !access.isOpen else { return .open(profile: configuration.profile, host: configuration.listener.host) }
        return .keys(count: access.keys.counts(at: foundation.timeSource.now())[.valid] ?? 0, andTokens: access.tokens != nil)
    }

    /// The next run of a job that runs less often than once a minute; the others would always be the next.
    private static func nextRareJob(_ jobs: [JobStatus]) -> ReadyReport.NextJob? {
        jobs.compactMap { job -> ReadyReport.NextJob? in
            guard let next = job.nextRun else { return nil }
            if let period = job.rules.timetable.period(from: next), period < .seconds(60) { return nil }
            return ReadyReport.NextJob(name: job.name, at: next)
        }.min { $0.at < $1.at }
    }

    private var farewell: FarewellReport {
        let answers = LookupResult.allCases.reduce(UInt64(0)) { total, result in
            total + parts.instruments.answerDuration(result).count
        }
        let saved = ResponseCategory.allCases.reduce(UInt64(0)) { $0 + parts.instruments.savedDollars($1).microDollars }
        return FarewellReport(answers: Int64(clamping: answers), savedMicroDollars: Int64(clamping: saved), since: startedAt)
    }
}
