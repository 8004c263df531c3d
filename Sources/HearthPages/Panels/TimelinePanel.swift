import HearthTelemetry

/// One lane for each job: what ran and what is planned.
enum TimelinePanel {
    static func values(_ timeline: JobTimeline, _ context: PageContext) -> Values {
        let axis = TimeAxis(from: timeline.from, to: timeline.to)
        let now = axis.share(timeline.now)
        guard !timeline.lanes.isEmpty else { return ["isEmpty": true, "lanes": [Values]()] }
        let failed = timeline.lanes.filter { counts($0).contains { $0.key.severity >= JobOutcome.missed.severity && $0.value > 0 } }
        let lane: (JobTimeline.Lane) -> Values = { lane in
            [
                "job": lane.job, "href": context.link(.job(lane.job)),
                "svg": chart(lane, timeline, axis, now, context).svg(),
            ]
        }
        return [
            "caption": caption(timeline, failed: failed.map(\.job), context),
            "axis": LaneChart.axis(
                ticks: axis.ticks(context.calendar, width: LaneChart.frame.plotWidth), now: now, nowLabel: context.text(.now)),
            "lanes": timeline.lanes.map(lane), "table": table(timeline, context).values,
            "runs": timeline.lanes.filter(\.bins.isEmpty).flatMap { $0.runs.reversed() }.map { row($0, context) },
            "zone": context.calendar.abbreviation(timeline.now),
        ]
    }

    static func foot(_ timeline: JobTimeline, _ context: PageContext) -> PanelFoot {
        context.tableFoot("/jobs/timeline", [("from", timeline.from.description), ("to", timeline.to.description)], help: "jobs")
    }

    private static func caption(_ timeline: JobTimeline, failed: [String], _ context: PageContext) -> String {
        let text = context.text
        guard failed.isEmpty else {
            return text(.timelineFailed, ["jobs": failed.map { text.isolated($0) }.joined(separator: ", ")])
        }
        let hasRun = timeline.lanes.contains { !$0.runs.isEmpty || $0.bins.contains { !$0.counts.isEmpty } }
        guard !hasRun, let first = timeline.lanes.compactMap(\.planned.first).min() else {
            return text(.timelineFine, count: Int64(timeline.lanes.count))
        }
        return text(.firstRunAt, ["time": context.calendar.fullMoment(first)])
    }

    /// Every mark is a row with a link to its run, so that a lane itself is one stop for the keyboard.
    private static func row(_ run: RunSummary, _ context: PageContext) -> Values {
        JobsView.outcome(run.outcome, context).merging([
            "job": run.job, "href": context.link(.run(run.id)), "when": context.calendar.moment(run.lastKnown),
            "duration": run.durationMilliseconds.map(context.figures.milliseconds) ?? Figures.none,
        ]) { own, _ in own }
    }

    private static func chart(
        _ lane: JobTimeline.Lane, _ timeline: JobTimeline, _ axis: TimeAxis, _ now: Double, _ context: PageContext
    ) -> LaneChart {
        var chart = LaneChart(now: now, label: summary(lane, context))
        if lane.bins.isEmpty {
            chart.runs = lane.runs.map { run in
                let start = run.startedAt ?? run.scheduledAt
                let end = run.finishedAt ?? (run.outcome == .running ? timeline.now : start)
                return LaneChart.Run(start: axis.share(start), end: axis.share(end), outcome: run.outcome, title: title(run, context))
            }
            chart.planned = lane.planned.filter { $0 > timeline.now && $0 < timeline.to }.map(axis.share)
        } else {
            let width = 1 / Double(lane.bins.count)
            chart.bins = lane.bins.enumerated().map { index, bin in
                let start = Double(index) * width
                let worst = bin.counts.filter { $0.value > 0 }.keys.max { $0.severity < $1.severity }
                return LaneChart.Bin(
                    start: start, end: start + width, worst: worst, isPlanned: worst == nil && bin.planned > 0,
                    title: title(bin, context))
            }
        }
        return chart
    }

    static func title(_ run: RunSummary, _ context: PageContext) -> String {
        var parts = [context.calendar.moment(run.lastKnown), context.text.word(.outcome, run.outcome.rawValue)]
        if let duration = run.durationMilliseconds { parts.append(context.figures.milliseconds(duration)) }
        return parts.joined(separator: " · ")
    }

    private static func title(_ bin: JobTimeline.Bin, _ context: PageContext) -> String {
        var parts = JobOutcome.allCases.compactMap { outcome -> String? in
            guard let count = bin.counts[outcome], count > 0 else { return nil }
            return context.figures.count(count) + " " + context.text.word(.outcome, outcome.rawValue)
        }
        if bin.planned > 0 { parts.append(context.text(.plannedCount, count: Int64(bin.planned))) }
        if let longest = bin.longestMilliseconds { parts.append(context.text(.longest, ["time": context.figures.milliseconds(longest)])) }
        return parts.joined(separator: " · ")
    }

    private static func counts(_ lane: JobTimeline.Lane) -> [JobOutcome: Int] {
        var counts: [JobOutcome: Int] = [:]
        for run in lane.runs { counts[run.outcome, default: 0] += 1 }
        if lane.runs.isEmpty {
            for bin in lane.bins { counts.merge(bin.counts, uniquingKeysWith: +) }
        }
        return counts
    }

    private static func planned(_ lane: JobTimeline.Lane) -> Int {
        lane.planned.isEmpty ? lane.bins.reduce(0) { $0 + $1.planned } : lane.planned.count
    }

    private static func summary(_ lane: JobTimeline.Lane, _ context: PageContext) -> String {
        let counts = counts(lane)
        let outcomes = JobOutcome.allCases.compactMap { outcome in
            counts[outcome].flatMap { $0 > 0 ? context.figures.count($0) + " " + context.text.word(.outcome, outcome.rawValue) : nil }
        }
        let planned = planned(lane)
        return context.text.isolated(lane.job) + ": "
            + ((outcomes.isEmpty ? [context.text(.noRunYet)] : outcomes)
            + (planned > 0 ? [context.text(.plannedCount, count: Int64(planned))] : []))
            .joined(separator: ", ")
    }

    private static func table(_ timeline: JobTimeline, _ context: PageContext) -> DataTable {
        let shown = JobOutcome.allCases.filter { outcome in timeline.lanes.contains { (counts($0)[outcome] ?? 0) > 0 } }
        return DataTable(
            label: context.text(.jobs) + ": " + context.text(.outcomeColumn),
            columns: [context.text(.job)] + shown.map { context.text.word(.outcome, $0.rawValue) } + [context.text(.planned)],
            rows: timeline.lanes.map { lane in
                let counts = counts(lane)
                return [lane.job] + shown.map { context.figures.count(counts[$0] ?? 0) } + [context.figures.count(planned(lane))]
            })
    }
}

extension Templates {
    static let timeline = PanelTemplate(
        """
        <h2>{{heading}}</h2>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        {{#isEmpty}}<p class="absent">{{t.noJobs}}</p>{{/isEmpty}}
        {{^isEmpty}}
        <p>{{caption}} <span class="quiet">{{t.timesIn}} {{zone}}</span></p>
        <div class="scroll" role="region" aria-label="{{heading}}" tabindex="0"><div class="lanes">
        <div class="row"><span></span>{{{axis}}}</div>
        {{#lanes}}
        <div class="row"><a href="{{href}}"><bdi>{{job}}</bdi></a>{{{svg}}}</div>
        {{/lanes}}
        </div></div>
        <details class="data"><summary>{{t.asTable}}</summary>
        {{#table}}{{> table}}{{/table}}
        <div class="scroll" role="region" aria-label="{{t.runs}}" tabindex="0"><table>
        <thead><tr><th scope="col">{{t.run}}</th><th scope="col">{{t.job}}</th><th scope="col">{{t.outcomeColumn}}</th><th scope="col" class="number">{{t.duration}}</th></tr></thead>
        <tbody>{{#runs}}
        <tr><th scope="row"><a href="{{href}}">{{when}}</a></th><td><bdi>{{job}}</bdi></td><td>{{> outcome}}</td><td class="number">{{duration}}</td></tr>{{/runs}}
        </tbody></table></div></details>
        {{/isEmpty}}
        {{> links}}

        """)
}
