import HearthTelemetry

/// One job: how it is planned, how long it takes, its runs.
enum JobView {
    static func render(_ content: JobContent, _ context: PageContext) -> RenderedPage {
        let path = "/jobs/" + PercentEncoding.encode(content.name)
        let panels = [
            context.panel(
                content.detail, "job", heading: .schedule, template: Templates.jobHead,
                foot: { _ in PanelFoot(json: context.api(path, [:]), help: "jobs") }
            ) { head($0, context) },
            context.panel(
                content.detail, "durations", heading: .durations, template: Templates.figurePanel,
                foot: { _ in context.tableFoot(path + "/runs", help: "jobs") }
            ) {
                durations($0, context).values
            },
            context.panel(
                content.runs, "runs", heading: .runs, isWide: true, template: Templates.runs,
                foot: { runsFoot($0, path: path + "/runs", context) }
            ) {
                runs($0, of: content.name, context)
            },
        ]
        return PageComposer.page(
            context, title: context.text(.jobs) + ": " + content.name, heading: content.name, controls: .display, panels: panels)
    }

    private static func head(_ detail: JobDetail, _ context: PageContext) -> Values {
        let (text, figures, policy) = (context.text, context.figures, detail.policy)
        var values = JobsView.row(detail.row, context)
        var facts: [(Phrase, String)] = [
            (.stateColumn, JobsView.standing(detail.row.state, context)),
            (.overlap, text.word(.overlap, policy.overlap)), (.catchUp, policy.catchUp),
            (.jitter, policy.jitter == .zero ? text(.none) : figures.span(policy.jitter)),
            (.timeLimit, figures.span(policy.timeout)), (.attempts, figures.count(policy.attempts)),
        ]
        if let deadline = policy.startDeadline { facts.append((.startDeadline, figures.span(deadline))) }
        if let success = detail.lastSuccess { facts.append((.lastSuccess, context.ago(success))) }
        if detail.consecutiveFailures > 0 { facts.append((.failuresInARow, figures.count(detail.consecutiveFailures))) }
        values["facts"] = facts.map { ["name": text($0.0), "value": $0.1] }
        values["counts"] = JobOutcome.allCases.compactMap { outcome -> Values? in
            guard let count = detail.counts[outcome], count > 0 else { return nil }
            return JobsView.outcome(outcome, context).merging(["count": figures.count(count)]) { own, _ in own }
        }
        values["planned"] = detail.next.prefix(10).map { run -> Values in
            var row: Values = ["local": run.local, "iso": run.at.description, "ahead": context.ahead(run.at)]
            if run.daylight != .none { row["daylight"] = text.word(.daylight, run.daylight.rawValue) }
            return row
        }
        values["hasPlanned"] = !detail.next.isEmpty
        values["running"] = detail.running.prefix(10).map { id -> Values in
            var row: Values = ["id": id, "href": context.link(.run(id))]
            if context.frame.reader.canAct { row["cancel"] = context.confirm(.cancelRun, ["job": detail.row.name, "run": id]) }
            return row
        }
        values["command"] = "hearth jobs run \(detail.row.name)"
        return values
    }

    private static func durations(_ detail: JobDetail, _ context: PageContext) -> FigurePart {
        let (text, figures) = (context.text, context.figures)
        let runs = detail.durations.filter { $0.durationMilliseconds != nil }.suffix(168)
        let id = "durations"
        guard let first = runs.first, let last = runs.last else {
            return FigurePart(id: id, heading: text(.durations), caption: text(.hasNotRunYet), svg: "")
        }
        let start = first.startedAt ?? first.scheduledAt
        let end = max(last.startedAt ?? last.scheduledAt, start + .seconds(60))
        // Room at both ends, so that no mark stands on the labels.
        let margin = Duration.milliseconds((end - start).wholeMilliseconds / 50)
        let axis = TimeAxis(from: start - margin, to: end + margin)
        let sorted = runs.compactMap(\.durationMilliseconds).sorted()
        var chart = DurationChart(
            runs: runs.map { run in
                DurationChart.Run(
                    share: axis.share(run.startedAt ?? run.scheduledAt), milliseconds: run.durationMilliseconds ?? 0, outcome: run.outcome,
                    title: TimelinePanel.title(run, context))
            }, timeout: Double(detail.policy.timeout.wholeMilliseconds), timeoutLabel: text(.timeLimit),
            verticalLabel: { figures.axisMilliseconds($0) }, ticks: [], zone: context.calendar.abbreviation(start),
            labelledBy: FigurePart.names(id))
        chart.frame.start = 58
        chart.ticks = axis.ticks(context.calendar, width: chart.frame.plotWidth, corner: chart.frame.start)
        return FigurePart(
            id: id, heading: text(.durations),
            caption: text(
                .durationsCaption, count: Int64(runs.count),
                [
                    "median": figures.milliseconds(sorted[(sorted.count - 1) / 2]),
                    "longest": figures.milliseconds(sorted[sorted.count - 1]),
                ]),
            svg: chart.svg(),
            table: DataTable(
                label: text(.durations), columns: [text(.timeColumn), text(.outcomeColumn), text(.duration)],
                rows: runs.map {
                    [
                        context.calendar.moment($0.startedAt ?? $0.scheduledAt), text.word(.outcome, $0.outcome.rawValue),
                        figures.milliseconds($0.durationMilliseconds ?? 0),
                    ]
                }))
    }

    private static func runs(_ page: RunPage, of job: String, _ context: PageContext) -> Values {
        let text = context.text
        let state = context.state
        return [
            "isEmpty": page.runs.isEmpty, "isFiltered": state.outcome != nil || state.trigger != nil,
            "action": context.root + PageAddress(view: .job(job)).text,
            "clear": context.here {
                $0.outcome = nil; $0.trigger = nil; $0.before = nil
            },
            "outcomes": PageControls.options(
                [("", text(.all))] + JobOutcome.allCases.map { ($0.rawValue, text.word(.outcome, $0.rawValue)) },
                chosen: state.outcome?.rawValue ?? ""),
            "triggers": PageControls.options(
                [("", text(.all))] + PageState.triggers.map { ($0, text.word(.trigger, $0)) }, chosen: state.trigger ?? ""),
            "hidden": state.parameters.filter { !["outcome", "trigger", "before"].contains($0.name) }
                .map { ["name": $0.name, "value": $0.value] },
            "runs": page.runs.map { run -> Values in
                var row = JobsView.outcome(run.outcome, context)
                row["href"] = context.link(.run(run.id))
                row["when"] = context.time(run.lastKnown)
                row["trigger"] = text.word(.trigger, run.trigger)
                row["duration"] = run.durationMilliseconds.map(context.figures.milliseconds) ?? Figures.none
                row["late"] = run.latenessMilliseconds.map(context.figures.milliseconds) ?? Figures.none
                row["attempt"] = context.figures.count(run.attempt)
                row["replica"] = run.replica
                return row
            },
        ]
    }

    private static func runsFoot(_ page: RunPage, path: String, _ context: PageContext) -> PanelFoot {
        let (text, state) = (context.text, context.state)
        var foot = context.tableFoot(
            path, [("outcome", state.outcome?.rawValue), ("trigger", state.trigger), ("before", state.before)], help: "jobs")
        if state.before != nil { foot.others.append(context.named(text(.newestRuns), context.here { $0.before = nil }, text(.runs))) }
        if let next = page.next { foot.others.append(context.named(text(.olderRuns), context.here { $0.before = next }, text(.runs))) }
        return foot
    }
}

extension Figures {
    /// `0.1 ms`, `1 s`, `17 min`: for the decades of an axis.
    func axisMilliseconds(_ milliseconds: Double) -> String {
        if milliseconds < 1 { return style.fixed(Int64((milliseconds * 10).rounded()), places: 1) + "\u{A0}" + units.millisecond }
        if milliseconds < 1000 { return count(Int64(milliseconds.rounded())) + "\u{A0}" + units.millisecond }
        return count(Int64((milliseconds / 1000).rounded())) + "\u{A0}" + units.second
    }
}

extension Templates {
    static let jobHead = PanelTemplate(
        """
        <h2>{{heading}}</h2>
        <p><bdi lang="{{wordsLang}}">{{words}}</bdi> <code dir="ltr">{{schedule}}</code> <span class="quiet"><bdi>{{zone}}</bdi></span></p>
        <dl class="facts">{{#facts}}<div><dt>{{name}}</dt><dd><bdi>{{value}}</bdi></dd></div>{{/facts}}</dl>
        <p>{{#counts}}{{> outcome}} {{count}} · {{/counts}}{{{strip}}}</p>
        {{#running}}<p><a href="{{href}}"><code>{{id}}</code></a> {{#cancel}}<a href="{{cancel}}">{{t.cancelRun}}</a>{{/cancel}}</p>{{/running}}
        {{#hasPlanned}}<h3>{{t.nextRuns}}</h3>
        <ol class="upcoming">{{#planned}}<li><time datetime="{{iso}}" dir="ltr">{{local}}</time> <span class="quiet">{{ahead}}</span>{{#daylight}} <span class="warn">{{daylight}}</span>{{/daylight}}</li>{{/planned}}</ol>{{/hasPlanned}}
        {{#run}}<p class="acts"><a class="act" href="{{run}}">{{t.runNow}}</a>{{#pause}} <a class="act" href="{{pause}}">{{t.pauseHour}}</a> <a class="act" href="{{pauseDay}}">{{t.pauseDay}}</a> <a class="act" href="{{pauseOpen}}">{{t.pauseOpen}}</a>{{/pause}}{{#resume}} <a class="act" href="{{resume}}">{{t.resumeJob}}</a>{{/resume}}</p>{{/run}}
        <p class="quiet">{{t.sameInShell}} <code dir="ltr">{{command}}</code></p>
        {{> links}}

        """)

    static let runs = PanelTemplate(
        """
        <h2 id="runs">{{heading}}</h2>
        <form class="controls" method="get" action="{{action}}">
        <label>{{t.outcomeColumn}} <select name="outcome">{{#outcomes}}{{> option}}{{/outcomes}}</select></label>
        <label>{{t.trigger}} <select name="trigger">{{#triggers}}{{> option}}{{/triggers}}</select></label>
        {{> state}}
        <button type="submit">{{t.apply}}</button>
        </form>
        {{#isEmpty}}<p class="absent">{{#isFiltered}}{{t.noRunMatches}} <a href="{{clear}}">{{t.clearFilters}}</a>{{/isFiltered}}{{^isFiltered}}{{t.hasNotRunYet}}{{/isFiltered}}</p>{{/isEmpty}}
        {{^isEmpty}}<div class="scroll" role="region" aria-labelledby="runs" tabindex="0"><table>
        <thead><tr><th scope="col">{{t.run}}</th><th scope="col">{{t.outcomeColumn}}</th><th scope="col">{{t.trigger}}</th><th scope="col" class="number">{{t.duration}}</th><th scope="col" class="number">{{t.lateness}}</th><th scope="col" class="number">{{t.attempt}}</th><th scope="col">{{t.replica}}</th></tr></thead>
        <tbody>{{#runs}}
        <tr><th scope="row"><a href="{{href}}">{{#when}}{{> time}}{{/when}}</a></th><td>{{> outcome}}</td><td>{{trigger}}</td><td class="number">{{duration}}</td><td class="number">{{late}}</td><td class="number">{{attempt}}</td><td><bdi>{{replica}}</bdi></td></tr>{{/runs}}
        </tbody></table></div>{{/isEmpty}}
        {{> links}}

        """)
}
