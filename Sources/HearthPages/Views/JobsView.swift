import HearthTelemetry

/// All jobs: what ran, what is planned.
enum JobsView {
    static func render(_ content: JobsContent, _ context: PageContext) -> RenderedPage {
        let text = context.text
        let names = content.jobs.content?.map(\.name) ?? []
        let content = content.of(context.state.job)
        let panels = [
            context.panel(
                content.timeline, "timeline", heading: .timeline, isWide: true, template: Templates.timeline,
                foot: { TimelinePanel.foot($0, context) }
            ) {
                TimelinePanel.values($0, context)
            },
            context.panel(
                content.jobs, "list", heading: .allJobs, isWide: true, template: Templates.jobs,
                foot: { _ in context.tableFoot("/jobs", help: "jobs") }
            ) { table($0, context) },
        ]
        return PageComposer.page(context, title: text(.jobs), heading: text(.jobs), controls: .jobs(names), panels: panels)
    }

    private static func table(_ jobs: [JobRow], _ context: PageContext) -> Values {
        [
            "isEmpty": jobs.isEmpty, "clear": context.state.job == nil ? [] : [context.here { $0.job = nil }],
            "canAct": context.frame.reader.canAct,
            "jobs": jobs.map { row($0, context) },
        ]
    }

    static func row(_ job: JobRow, _ context: PageContext) -> Values {
        let text = context.text
        let words = job.words.text(in: context.frame.language)
        var row: Values = [
            "name": job.name, "href": context.link(.job(job.name)), "schedule": job.schedule, "words": words.text,
            "wordsLang": words.language.rawValue, "zone": job.timezone, "state": standing(job.state, context),
            "isQuiet": job.state != .scheduled && job.state != .faulty,
            "strip": RunStrip(outcomes: job.recent.suffix(30).map(\.outcome), label: strip(job.recent, context)).svg(),
            "none": text(.noRunYet),
        ]
        if let last = job.last { row["last"] = self.last(last, context) }
        if job.state == .scheduled, let next = job.next {
            row["next"] = ["span": context.ahead(next), "iso": next.description, "text": context.calendar.moment(next)]
        }
        if context.frame.reader.canAct {
            row["run"] = context.confirm(.runJob, ["job": job.name])
            if case .paused = job.state {
                row["resume"] = context.confirm(.resumeJob, ["job": job.name])
            } else if job.state != .disabled {
                row["pause"] = context.confirm(.pauseJob, ["job": job.name, "hours": "1"])
                row["pauseDay"] = context.confirm(.pauseJob, ["job": job.name, "hours": "24"])
                row["pauseOpen"] = context.confirm(.pauseJob, ["job": job.name])
            }
        }
        return row
    }

    private static func strip(_ runs: [RunSummary], _ context: PageContext) -> String {
        let failed = runs.filter { $0.outcome.severity >= JobOutcome.missed.severity }.count
        return context.text(.stripLabel, count: Int64(runs.count), ["failed": context.figures.count(failed)])
    }

    static func last(_ run: RunSummary, _ context: PageContext) -> Values {
        var values = outcome(run.outcome, context)
        values["age"] = context.ago(run.lastKnown)
        values["iso"] = run.lastKnown.description
        values["href"] = context.link(.run(run.id))
        values["duration"] = run.durationMilliseconds.map(context.figures.milliseconds) ?? ""
        return values
    }

    static func outcome(_ outcome: JobOutcome, _ context: PageContext) -> Values {
        ["kind": outcome.rawValue, "sign": outcome.sign, "word": context.text.word(.outcome, outcome.rawValue)]
    }

    static func standing(_ state: JobStanding, _ context: PageContext) -> String {
        let text = context.text
        switch state {
        case .scheduled: return text(.jobScheduled)
        case .paused(until: nil): return text(.jobPaused)
        case .paused(until: let end?): return text(.jobPausedUntil, ["time": context.calendar.moment(end)])
        case .disabled: return text(.jobDisabled)
        case .unplanned: return text(.jobUnplanned)
        case .faulty: return text(.jobFaulty)
        }
    }
}

extension JobsContent {
    /// With one job only, where the address names one.
    fileprivate func of(_ job: String?) -> JobsContent {
        guard let job else { return self }
        var content = self
        content.timeline = timeline.map { timeline in
            JobTimeline(from: timeline.from, to: timeline.to, now: timeline.now, lanes: timeline.lanes.filter { $0.job == job })
        }
        content.jobs = jobs.map { $0.filter { $0.name == job } }
        return content
    }
}

extension Templates {
    static let jobs = PanelTemplate(
        """
        <h2 id="list">{{heading}}</h2>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        {{#isEmpty}}<p class="absent">{{t.noJobs}}{{#clear}} <a href="{{.}}">{{t.clearFilters}}</a>{{/clear}}</p>{{/isEmpty}}
        {{^isEmpty}}<div class="scroll" role="region" aria-labelledby="list" tabindex="0"><table>
        <thead><tr><th scope="col">{{t.job}}</th><th scope="col">{{t.schedule}}</th><th scope="col">{{t.lastRun}}</th><th scope="col">{{t.nextRun}}</th><th scope="col">{{t.lastRuns}}</th><th scope="col">{{t.stateColumn}}</th>{{#canAct}}<th scope="col">{{t.actions}}</th>{{/canAct}}</tr></thead>
        <tbody>{{#jobs}}
        <tr><th scope="row"><a href="{{href}}"><bdi>{{name}}</bdi></a></th><td><bdi lang="{{wordsLang}}">{{words}}</bdi><br><code dir="ltr">{{schedule}}</code> <span class="quiet"><bdi>{{zone}}</bdi></span></td><td>{{#last}}<a href="{{href}}">{{> outcome}}</a> <time class="quiet" datetime="{{iso}}">{{age}}</time> <span class="quiet">{{duration}}</span>{{/last}}{{^last}}{{none}}{{/last}}</td><td>{{#next}}{{span}}<br><time class="quiet" datetime="{{iso}}">{{text}}</time>{{/next}}</td><td>{{{strip}}}</td><td>{{#isQuiet}}<span class="quiet">{{state}}</span>{{/isQuiet}}{{^isQuiet}}{{state}}{{/isQuiet}}</td>{{#canAct}}<td class="acts">{{#run}}<a href="{{run}}" aria-label="{{t.runNow}}: {{name}}">{{t.runNow}}</a>{{/run}} {{#pause}}<a href="{{pause}}" aria-label="{{t.pauseHour}}: {{name}}">{{t.pauseHour}}</a>{{/pause}}{{#resume}}<a href="{{resume}}" aria-label="{{t.resumeJob}}: {{name}}">{{t.resumeJob}}</a>{{/resume}}</td>{{/canAct}}</tr>{{/jobs}}
        </tbody></table></div>{{/isEmpty}}
        {{> links}}

        """)
}
