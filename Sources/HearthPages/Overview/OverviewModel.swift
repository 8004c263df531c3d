package import HearthTelemetry

/// What the overview shows; figures are given, never computed here, so that they are those of the API.
package struct OverviewModel: Sendable {
    package var status: Status
    package var isSimulated: Bool
    /// The name of the profile.
    package var profile: String
    package var version: String
    package var generatedAt: Timestamp
    /// Everything before this moment is in the figures.
    package var completeThrough: Timestamp
    /// The stretch of time behind the figures in words, such as "the last 24 hours".
    package var range: String
    /// Where the service is reached, without a slash at the end, for the commands that the page proposes.
    package var serviceURL: String
    package var figures: Figures
    package var jobs: [Job]
    /// In the order to be shown.
    package var languages: [Share<Language>]
    /// In the order to be shown.
    package var categories: [Share<ResponseCategory>]

    package init(
        status: Status, isSimulated: Bool, profile: String, version: String, generatedAt: Timestamp, completeThrough: Timestamp,
        range: String, serviceURL: String, figures: Figures, jobs: [Job], languages: [Share<Language>],
        categories: [Share<ResponseCategory>]
    ) {
        self.status = status
        self.isSimulated = isSimulated
        self.profile = profile
        self.version = version
        self.generatedAt = generatedAt
        self.completeThrough = completeThrough
        self.range = range
        self.serviceURL = serviceURL
        self.figures = figures
        self.jobs = jobs
        self.languages = languages
        self.categories = categories
    }
}

extension OverviewModel {
    package enum Status: Sendable {
        case working
        /// Answers are given, with these limitations: one sentence each.
        case degraded([String])
        case starting
    }

    /// The totals of a range, as `GET /api/v1/cache/statistics` has them.
    package struct Figures: Sendable {
        package var answers: Int64
        package var fromCache: Int64
        /// 0...100.
        package var hitRate: Double
        /// Net, in US dollars.
        package var savedDollars: Double
        /// What hits did not have to pay, before the cost of warming and refreshing is subtracted; nil leaves it out.
        package var avoidedDollars: Double?
        /// Milliseconds, over the answers from the cache.
        package var p95CacheMilliseconds: Double
        /// The equal stretch of time before; nil where it is not known in full.
        package var previous: Previous?

        package struct Previous: Sendable {
            package var answers: Int64
            package var hitRate: Double
            package var savedDollars: Double

            package init(answers: Int64, hitRate: Double, savedDollars: Double) {
                self.answers = answers
                self.hitRate = hitRate
                self.savedDollars = savedDollars
            }
        }

        package init(
            answers: Int64, fromCache: Int64, hitRate: Double, savedDollars: Double, avoidedDollars: Double? = nil,
            p95CacheMilliseconds: Double, previous: Previous? = nil
        ) {
            self.answers = answers
            self.fromCache = fromCache
            self.hitRate = hitRate
            self.savedDollars = savedDollars
            self.avoidedDollars = avoidedDollars
            self.p95CacheMilliseconds = p95CacheMilliseconds
            self.previous = previous
        }
    }

    package struct Job: Sendable {
        package var name: String
        /// The expressions as written.
        package var schedule: String
        /// An IANA name.
        package var timezone: String
        package var last: LastRun?
        /// Nil for jobs with nothing planned: switched off, paused, not on a clock.
        package var next: Timestamp?
        package var state: State

        package enum State: String, Sendable {
            case scheduled
            case paused
            case disabled
            /// Nothing is planned: it runs when asked, or its schedule has ended.
            case manual
        }

        package struct LastRun: Sendable {
            /// The word of the API: success, failure, timeout, cancelled, running, waiting, skipped, missed.
            package var outcome: String
            /// When it ended, began or was due, whichever is known last.
            package var at: Timestamp
            /// Milliseconds; nil while it runs or if it never began.
            package var durationMilliseconds: Double?

            package init(outcome: String, at: Timestamp, durationMilliseconds: Double? = nil) {
                self.outcome = outcome
                self.at = at
                self.durationMilliseconds = durationMilliseconds
            }
        }

        package init(name: String, schedule: String, timezone: String, last: LastRun?, next: Timestamp?, state: State = .scheduled) {
            self.name = name
            self.schedule = schedule
            self.timezone = timezone
            self.last = last
            self.next = next
            self.state = state
        }
    }

    /// The part of the answers that one language or category has.
    package struct Share<Key: Sendable>: Sendable {
        package var key: Key
        package var answers: Int64
        package var fromCache: Int64
        /// 0...100.
        package var hitRate: Double

        package init(key: Key, answers: Int64, fromCache: Int64, hitRate: Double) {
            self.key = key
            self.answers = answers
            self.fromCache = fromCache
            self.hitRate = hitRate
        }
    }
}
