import HearthScheduling
import HearthTelemetry
import Logging

/// Takes over the jobs of a changed configuration while the service runs.
///
/// Everything else in a configuration is read at the start only; what differs there is named in the log. A faulty configuration changes nothing.
actor JobReloader {
    private let started: LoadedConfiguration
    private let read: @Sendable () throws(ConfigurationError) -> LoadedConfiguration
    private let jobs: BuiltInJobs
    private let scheduler: SchedulerService
    private let pings: JobPings
    private let instruments: ServiceInstruments
    private let events: ServiceEvents
    private let timeSource: any TimeSource
    private let logger: Logger

    init(
        loaded: LoadedConfiguration, read: @escaping @Sendable () throws(ConfigurationError) -> LoadedConfiguration, jobs: BuiltInJobs,
        scheduler: SchedulerService, pings: JobPings, instruments: ServiceInstruments, events: ServiceEvents,
        timeSource: any TimeSource, logger: Logger
    ) {
        started = loaded
        self.read = read
        self.jobs = jobs
        self.scheduler = scheduler
        self.pings = pings
        self.instruments = instruments
        self.events = events
        self.timeSource = timeSource
        self.logger = logger
        instruments.recordConfigurationReload(isSuccessful: true, at: timeSource.now())
    }

    func reload() async {
        do {
            let loaded = try read()
            let definitions = try jobs.definitions(loaded.configuration.jobs)
            try await scheduler.setJobs(definitions)
            pings.configure(loaded.configuration.jobs)
            logger.notice("configuration read again, jobs are up to date", metadata: ["jobs": "\(definitions.count)"])
            reportWaiting(loaded)
            instruments.recordConfigurationReload(isSuccessful: true, at: timeSource.now())
            events.note(.configurationRead, ["jobs": "\(definitions.count)"])
        } catch {
            logger.error("configuration was not taken over, jobs go on as before", metadata: ["error": "\(error)"])
            instruments.recordConfigurationReload(isSuccessful: false, at: timeSource.now())
            events.note(.configurationRefused)
        }
    }

    /// Names the settings that differ from those at the start and are not about jobs.
    private func reportWaiting(_ loaded: LoadedConfiguration) {
        let before = Dictionary(started.settings.map { ($0.setting.key, $0.text) }, uniquingKeysWith: { first, _ in first })
        let waiting = loaded.settings.filter { resolved in
            !resolved.setting.key.hasPrefix("jobs.") && before[resolved.setting.key] != .some(resolved.text)
        }
        guard !waiting.isEmpty else { return }
        logger.warning(
            "changed settings take effect at the next start",
            metadata: ["settings": "\(waiting.map(\.setting.key).joined(separator: ", "))"])
    }
}
