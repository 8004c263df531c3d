package import HearthTelemetry

/// What `/admin/cache-analytics` shows.
package struct OverviewContent: Sendable {
    package var usage: Panel<Usage>
    /// Answers ready to be given.
    package var keptAnswers: Int64?
    /// Nil where questions cannot be asked on the page (all profiles but development).
    package var ask: AskForm?
    package var asked: AskedAnswer?
    package var timeline: Panel<JobTimeline>
    package var conditions: Panel<[Condition]>

    package init(
        usage: Panel<Usage>, keptAnswers: Int64? = nil, ask: AskForm? = nil, asked: AskedAnswer? = nil, timeline: Panel<JobTimeline>,
        conditions: Panel<[Condition]>
    ) {
        self.usage = usage
        self.keptAnswers = keptAnswers
        self.ask = ask
        self.asked = asked
        self.timeline = timeline
        self.conditions = conditions
    }
}

package struct SavingsContent: Sendable {
    package var usage: Panel<Usage>
    package var prices: Prices

    package init(usage: Panel<Usage>, prices: Prices) {
        self.usage = usage
        self.prices = prices
    }
}

/// Where prices come from.
package struct Prices: Sendable {
    package enum Source: Sendable {
        /// Dollars for one answer.
        case flat(Double)
        /// By tokens; dollars for a million of each kind, by model.
        case tokens([(model: String, input: Double, output: Double)])
    }

    package var source: Source
    /// The day that they are of, as configured.
    package var date: CivilDate?

    package init(source: Source, date: CivilDate? = nil) {
        self.source = source
        self.date = date
    }
}

package struct QuestionsContent: Sendable {
    package var kept: Panel<[KeptQuestion]>
    package var missed: Panel<[MissedQuestion]>
    /// Requests whose question was counted together with other rare ones.
    package var uncounted: Int64
    package var explain: AskForm
    package var explanation: Explanation?

    package init(
        kept: Panel<[KeptQuestion]>, missed: Panel<[MissedQuestion]>, uncounted: Int64 = 0, explain: AskForm,
        explanation: Explanation? = nil
    ) {
        self.kept = kept
        self.missed = missed
        self.uncounted = uncounted
        self.explain = explain
        self.explanation = explanation
    }
}

package struct JobsContent: Sendable {
    package var timeline: Panel<JobTimeline>
    package var jobs: Panel<[JobRow]>

    package init(timeline: Panel<JobTimeline>, jobs: Panel<[JobRow]>) {
        self.timeline = timeline
        self.jobs = jobs
    }
}

package struct JobContent: Sendable {
    package var detail: Panel<JobDetail>
    package var name: String
    package var runs: Panel<RunPage>

    package init(detail: Panel<JobDetail>, name: String, runs: Panel<RunPage>) {
        self.detail = detail
        self.name = name
        self.runs = runs
    }
}

package struct RunContent: Sendable {
    package var run: RunDetail

    package init(run: RunDetail) {
        self.run = run
    }
}

package struct HealthContent: Sendable {
    package var stores: Panel<[StoreState]>
    package var provider: Panel<ProviderStanding>
    package var conditions: Panel<[Condition]>
    package var alertmanager: AlertmanagerState
    package var events: Panel<[PageEvent]>

    package init(
        stores: Panel<[StoreState]>, provider: Panel<ProviderStanding>, conditions: Panel<[Condition]>, alertmanager: AlertmanagerState,
        events: Panel<[PageEvent]>
    ) {
        self.stores = stores
        self.provider = provider
        self.conditions = conditions
        self.alertmanager = alertmanager
        self.events = events
    }
}

package struct ReportContent: Sendable {
    package var month: CivilMonth
    package var usage: Panel<Usage>
    package var top: Panel<[KeptQuestion]>
    package var prices: Prices

    package init(month: CivilMonth, usage: Panel<Usage>, top: Panel<[KeptQuestion]>, prices: Prices) {
        self.month = month
        self.usage = usage
        self.top = top
        self.prices = prices
    }
}

package struct HelpContent: Sendable {
    /// Nil where it is not known.
    package var grafanaURL: String?
    package var thresholds: [Condition.ID: Double]

    package init(grafanaURL: String? = nil, thresholds: [Condition.ID: Double] = [:]) {
        self.grafanaURL = grafanaURL
        self.thresholds = thresholds
    }
}

package struct SignInContent: Sendable {
    package enum Reason: String, CaseIterable, Sendable {
        case needed
        case wrongKey
        case expired
        case tooMany
    }

    package var reason: Reason
    /// Where to go afterwards: an address below `/admin/cache-analytics`, from the service's root, checked by the server.
    package var returnTo: String?

    package init(reason: Reason, returnTo: String? = nil) {
        self.reason = reason
        self.returnTo = returnTo
    }
}
