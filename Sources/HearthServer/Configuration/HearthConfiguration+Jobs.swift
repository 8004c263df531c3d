package import HearthDrivers
import HearthTelemetry

extension HearthConfiguration {
    /// When and how one of the built-in jobs runs. The schedule is kept as text; the scheduler reads it.
    package struct Job: Sendable {
        package var name: String
        /// Cron expressions or nicknames; the job runs at the occurrences of each.
        package var schedules: [String]
        /// An IANA name.
        package var timezone: String
        /// How day fields are read on which crons contradict each other.
        package var dialect: Dialect
        /// Whether six fields mean that the first is seconds.
        package var hasSeconds: Bool
        package var overlap: Overlap
        package var catchUp: CatchUp
        /// How late an occurrence may still start; nil is half the period, at most an hour.
        package var startDeadline: Duration?
        /// Occurrences start up to this much later, by an offset that depends on the job's name alone.
        package var jitter: Duration
        /// For one attempt.
        package var timeout: Duration
        /// For all attempts of an occurrence together; nil is no limit.
        package var deadline: Duration?
        /// Further attempts after a failed one.
        package var retries: Int
        /// Where starts and ends are told, so that somebody else notices when the job does not run.
        package var pingURL: Secret?
        package var isEnabled: Bool

        package enum Dialect: String, CaseIterable, Sendable {
            case standard
            case vixie
            case ocps
        }

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
            dialect = reader.value(defaults.dialect)
            hasSeconds = reader.value(defaults.seconds)
            overlap = reader.value(defaults.overlap)
            catchUp = reader.value(defaults.catchUp)
            startDeadline = reader.value(defaults.startDeadline)
            jitter = reader.value(defaults.jitter)
            timeout = reader.value(defaults.timeout)
            deadline = reader.value(defaults.deadline)
            retries = reader.value(defaults.retries)
            pingURL = reader.value(defaults.pingURL)
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
    let dialect: Setting<HearthConfiguration.Job.Dialect>
    let seconds: Setting<Bool>
    let overlap: Setting<HearthConfiguration.Job.Overlap>
    let catchUp: Setting<HearthConfiguration.Job.CatchUp>
    let startDeadline: Setting<Duration?>
    let jitter: Setting<Duration>
    let timeout: Setting<Duration>
    let deadline: Setting<Duration?>
    let retries: Setting<Int>
    let pingURL: Setting<Secret?>
    let enabled: Setting<Bool>

    init(
        _ name: String, _ schedules: [String], catchUp: HearthConfiguration.Job.CatchUp = .latest, startDeadline: Duration? = nil,
        jitter: Duration = .zero, timeout: Duration, retries: Int = 2
    ) {
        self.name = name
        let prefix = "jobs.\(name)."
        schedule = .texts(
            SettingPlace(prefix + "schedule"), schedules,
            allowed: "a cron expression such as 30 2 * * * or @every 15s, or a list of up to ten",
            "When \(name) runs")
        timezone = .text(SettingPlace(prefix + "timezone"), "UTC", allowed: "an IANA name such as Europe/Madrid", "Zone of the schedule")
        dialect = .choice(
            SettingPlace(prefix + "dialect"), .standard,
            "How a day field such as */2 beside another restricted day field is read: refused, both must match, or one is enough")
        seconds = .boolean(SettingPlace(prefix + "seconds"), false, "Whether the first of six fields is seconds")
        overlap = .choice(SettingPlace(prefix + "overlap"), .skip, "What happens when it is due while it is running")
        self.catchUp = .catchUp(SettingPlace(prefix + "catchUp"), catchUp, "What happens to occurrences missed while the service was down")
        self.startDeadline = .optionalDuration(
            SettingPlace(prefix + "startDeadline"), startDeadline, unset: "auto", in: .zero ... .seconds(7 * 86_400),
            "How late it may still start; auto is half the time between two occurrences, at most an hour")
        self.jitter = .duration(
            SettingPlace(prefix + "jitter"), jitter, in: .zero ... .seconds(3600), "Occurrences start up to this much later")
        self.timeout = .duration(
            SettingPlace(prefix + "timeout"), timeout, in: .seconds(1) ... .seconds(86_400), "Time for one attempt")
        deadline = .optionalDuration(
            SettingPlace(prefix + "deadline"), nil, unset: "none", in: .seconds(1) ... .seconds(7 * 86_400),
            "Time for all attempts of one occurrence together")
        self.retries = .integer(SettingPlace(prefix + "retries"), retries, in: 0...10, "Further attempts after a failed one")
        pingURL = .secretURL(
            SettingPlace(prefix + "pingURL"), schemes: ["https", "http"], example: "https://hc-ping.com/your-uuid",
            // Whoever knows the path can pretend that the job runs.
            show: { "\(HTTPClientRequest.host(of: $0))/\(SettingText.mask)" },
            "Address of a dead-man's switch that is told of every start, success and failure")
        enabled = .boolean(SettingPlace(prefix + "enabled"), true, "Whether it runs at all")
    }

    var descriptions: [SettingDescription] {
        [
            schedule.description, timezone.description, dialect.description, seconds.description, overlap.description,
            catchUp.description, startDeadline.description, jitter.description, timeout.description, deadline.description,
            retries.description, pingURL.description, enabled.description,
        ]
    }

    static let known = [
        JobSettings("aggregate-statistics", ["5 * * * *"], timeout: .seconds(300)),
        JobSettings("prune-cache", ["0 3 * * *"], startDeadline: .seconds(6 * 3600), jitter: .seconds(600), timeout: .seconds(900)),
        JobSettings(
            "warm-cache", ["@startup", "30 2 * * *"], catchUp: .none, startDeadline: .zero, jitter: .seconds(30), timeout: .seconds(1800)),
        JobSettings("refresh-popular", ["*/10 * * * *"], catchUp: .none, timeout: .seconds(300)),
        JobSettings("retain-statistics", ["30 3 * * *"], timeout: .seconds(900)),
        // Each replica for itself; nothing to do where no address of token keys is configured.
        JobSettings("refresh-token-keys", ["@startup", "*/5 * * * *"], catchUp: .none, timeout: .seconds(30)),
        JobSettings("probe-stores", ["@every 15s"], catchUp: .none, timeout: .seconds(10), retries: 0),
        JobSettings(certificateJob, ["@every 1m"], catchUp: .none, timeout: .seconds(10), retries: 0),
    ]

    /// It exists only where there is a certificate.
    static let certificateJob = "reload-certificates"
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
