import HearthCache
import HearthScheduling
import HearthStatistics
import HearthTelemetry

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension HearthConfiguration.Cache {
    /// The configured lifetimes as the cache wants them.
    var policy: FreshnessPolicy {
        FreshnessPolicy(jitterShare: jitterShare) { category in
            let freshness = self[category]
            return FreshnessPolicy.Rule(
                timeToLive: freshness.lifetime, staleWhileRevalidate: freshness.staleWhileRevalidate,
                staleIfError: freshness.staleIfError)
        }
    }
}

extension HearthConfiguration {
    var pricing: Pricing { Pricing(perRequest: MicroDollars(costs.perRequestMicroDollars), models: costs.tokenPrices) }
}

extension HearthConfiguration.Log {
    /// `auto` is text where standard error is a terminal and JSON elsewhere.
    var resolvedFormat: LogFormat {
        switch format {
        case .json: .json
        case .text: .text
        case .auto: isatty(2) == 1 ? .text : .json
        }
    }
}

extension HearthConfiguration.Job {
    /// Reads one of the job's schedules.
    func schedule(_ text: String) throws(ScheduleError) -> Schedule {
        // UTC is what holds when nothing is said, and so no contradiction to a zone in the expression.
        let named = timezone == "UTC" && text.hasPrefix("CRON_TZ=") ? nil : timezone
        return try Schedule.parse(text, dialect: dialect.cronDialect, timezone: named, seconds: hasSeconds)
    }
}

extension JobDefinition {
    /// A configured job with what it does; throws for schedules that cannot be understood.
    init(_ job: HearthConfiguration.Job, action: @escaping JobDefinition.Action) throws(ScheduleError) {
        var schedules: [Schedule] = []
        for text in job.schedules { schedules.append(try job.schedule(text)) }
        self.init(
            name: job.name, schedules: schedules, overlap: job.overlap.policy, catchUp: job.catchUp.policy,
            startDeadline: job.startDeadline, jitter: job.jitter, timeout: job.timeout, deadline: job.deadline,
            retry: RetryPolicy(attempts: job.retries + 1), isEnabled: job.isEnabled, action: action)
    }
}

extension HearthConfiguration.Job.Dialect {
    fileprivate var cronDialect: CronDialect {
        switch self {
        case .standard: .standard
        case .vixie: .vixie
        case .ocps: .ocps
        }
    }
}

extension HearthConfiguration.Job.Overlap {
    fileprivate var policy: OverlapPolicy {
        switch self {
        case .skip: .skip
        case .queue: .queue
        case .replace: .replace
        case .allow: .allow
        }
    }
}

extension HearthConfiguration.Job.CatchUp {
    fileprivate var policy: CatchUpPolicy {
        switch self {
        case .none: .none
        case .latest: .latest
        case .all(let maximum): .all(maximum: maximum)
        }
    }
}
