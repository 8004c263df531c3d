import HearthTelemetry

extension HearthConfiguration {
    /// When and how one of the built-in jobs runs. The schedule is kept as text; the scheduler reads it.
    package struct Job: Sendable {
        package var name: String
        /// Cron expressions or nicknames; the job runs at the occurrences of each.
        package var schedules: [String]
        /// An IANA name.
        package var timezone: String
        package var overlap: Overlap
        package var catchUp: CatchUp
        /// Occurrences start up to this much later, by an offset that depends on the job's name alone.
        package var jitter: Duration
        /// For one attempt.
        package var timeout: Duration
        /// Further attempts after a failed one.
        package var retries: Int
        package var isEnabled: Bool

        /// What happens when an occurrence comes while the job is running.
        package enum Overlap: String, CaseIterable, Sendable {
            case skip
            case queue
            case replace
            case allow
        }

        /// What happens to occurrences that were missed while the service was down.
        package enum CatchUp: Equatable, Sendable {
            case none
            case latest
            case all(maximum: Int)
        }

        init(reading reader: inout SettingReader, defaults: JobSettings) {
            name = defaults.name
            schedules = reader.value(defaults.schedule)
            timezone = reader.value(defaults.timezone)
            overlap = reader.value(defaults.overlap)
            catchUp = reader.value(defaults.catchUp)
            jitter = reader.value(defaults.jitter)
            timeout = reader.value(defaults.timeout)
            retries = reader.value(defaults.retries)
            isEnabled = reader.value(defaults.enabled)
        }
    }

    /// The settings of a job by its name.
    package func job(named name: String) -> Job? { jobs.first { $0.name == name } }
}

/// The settings below `jobs.<name>` of one built-in job.
struct JobSettings: Sendable {
    let name: String
    let schedule: Setting<[String]>
    let timezone: Setting<String>
    let overlap: Setting<HearthConfiguration.Job.Overlap>
    let catchUp: Setting<HearthConfiguration.Job.CatchUp>
    let jitter: Setting<Duration>
    let timeout: Setting<Duration>
    let retries: Setting<Int>
    let enabled: Setting<Bool>

    init(
        _ name: String, _ schedules: [String], catchUp: HearthConfiguration.Job.CatchUp = .latest, jitter: Duration = .zero,
        timeout: Duration, retries: Int = 2
    ) {
        self.name = name
        let prefix = "jobs.\(name)."
        schedule = .texts(
            SettingPlace(prefix + "schedule"), schedules,
            allowed: "a cron expression such as 30 2 * * * or @every 15s, or a list of up to ten",
            "When \(name) runs")
        timezone = .text(SettingPlace(prefix + "timezone"), "UTC", allowed: "an IANA name such as Europe/Madrid", "Zone of the schedule")
        overlap = .choice(SettingPlace(prefix + "overlap"), .skip, "What happens when it is due while it is running")
        self.catchUp = .catchUp(SettingPlace(prefix + "catchUp"), catchUp, "What happens to occurrences missed while the service was down")
        self.jitter = .duration(
            SettingPlace(prefix + "jitter"), jitter, in: .zero ... .seconds(3600), "Occurrences start up to this much later")
        self.timeout = .duration(
            SettingPlace(prefix + "timeout"), timeout, in: .seconds(1) ... .seconds(86_400), "Time for one attempt")
        self.retries = .integer(SettingPlace(prefix + "retries"), retries, in: 0...10, "Further attempts after a failed one")
        enabled = .boolean(SettingPlace(prefix + "enabled"), true, "Whether it runs at all")
    }

    var descriptions: [SettingDescription] {
        [
            schedule.description, timezone.description, overlap.description, catchUp.description, jitter.description,
            timeout.description, retries.description, enabled.description,
        ]
    }

    static let known = [
        JobSettings("aggregate-statistics", ["5 * * * *"], timeout: .seconds(300)),
        JobSettings("prune-cache", ["0 3 * * *"], jitter: .seconds(600), timeout: .seconds(900)),
        JobSettings("warm-cache", ["@startup", "30 2 * * *"], catchUp: .none, jitter: .seconds(30), timeout: .seconds(1800)),
        JobSettings("refresh-popular", ["*/10 * * * *"], catchUp: .none, timeout: .seconds(300)),
        JobSettings("retain-statistics", ["30 3 * * *"], timeout: .seconds(900)),
        JobSettings("probe-stores", ["@every 15s"], catchUp: .none, timeout: .seconds(10), retries: 0),
    ]
}

extension Setting where Value == HearthConfiguration.Job.CatchUp {
    static func catchUp(_ place: SettingPlace, _ fallback: Value, _ meaning: String) -> Setting {
        Setting(
            place, default: fallback, allowed: "none, latest or all:N with N from 1 to 1000", choices: ["none", "latest"], meaning: meaning,
            read: { text in
                switch text {
                case "none": return HearthConfiguration.Job.CatchUp.none
                case "latest": return .latest
                default:
                    guard text.hasPrefix("all:"), let maximum = Int(text.dropFirst(4)), (1...1000).contains(maximum) else { return nil }
                    return .all(maximum: maximum)
                }
            },
            write: { value in
                switch value {
                case .none: "none"
                case .latest: "latest"
                case .all(let maximum): "all:\(maximum)"
                }
            })
    }
}
