import HearthTelemetry

/// All that the ledger has of one run.
enum RunView {
    static func render(_ content: RunContent, _ context: PageContext) -> RenderedPage {
        let run = content.run
        let title = context.text(.run) + ": " + run.summary.job
        let foot = PanelFoot(json: context.api("/jobs/runs/" + PercentEncoding.encode(run.summary.id), [:]), help: "jobs")
        var (facts, steps) = (head(run, context), course(run, context))
        facts["links"] = context.links(foot, of: run.summary.job, "run")
        steps["links"] = context.links(foot, of: context.text(.course), "course")
        let panels = [
            RenderedPanel(id: "run", html: Templates.run.render(facts, in: context)),
            RenderedPanel(id: "course", html: Templates.runCourse.render(steps, in: context)),
        ]
        return PageComposer.page(context, title: title, heading: title, controls: .display, panels: panels)
    }

    private static func head(_ run: RunDetail, _ context: PageContext) -> Values {
        let (text, figures, summary) = (context.text, context.figures, run.summary)
        var facts: [(Phrase, String)] = [
            (.runID, summary.id), (.stateColumn, run.state), (.trigger, text.word(.trigger, summary.trigger)),
            (.attempt, figures.count(summary.attempt)), (.replica, summary.replica),
        ]
        if let duration = summary.durationMilliseconds { facts.append((.duration, figures.milliseconds(duration))) }
        if let late = summary.latenessMilliseconds { facts.append((.lateness, figures.milliseconds(late))) }
        if run.daylight != .none { facts.append((.daylightColumn, text.word(.daylight, run.daylight.rawValue))) }
        if let missed = run.missedCount { facts.append((.missedCount, figures.count(missed))) }
        if let trace = run.traceID { facts.append((.traceID, trace)) }
        var values: Values = [
            "outcome": JobsView.outcome(summary.outcome, context), "job": summary.job, "jobHref": context.link(.job(summary.job)),
            "facts": facts.map { ["name": text($0.0), "value": $0.1] }, "command": "hearth jobs runs \(summary.job)",
            "hasResult": !run.result.isEmpty, "result": run.result.map(\.values),
        ]
        if let message = run.errorMessage { values["error"] = ["type": run.errorType ?? "", "message": message] }
        if summary.outcome == .running, context.frame.reader.canAct {
            values["cancel"] = context.confirm(.cancelRun, ["job": summary.job, "run": summary.id])
        }
        return values
    }

    private static func course(_ run: RunDetail, _ context: PageContext) -> Values {
        let summary = run.summary
        let steps: [(Phrase, Timestamp?)] = [
            (.stepPlanned, run.plannedAt), (.stepDue, summary.scheduledAt), (.stepClaimed, run.claimedAt),
            (.stepStarted, summary.startedAt), (.stepFinished, summary.finishedAt),
        ]
        return [
            "steps": steps.map { phrase, moment -> Values in
                var step: Values = ["name": context.text(phrase), "never": Figures.none]
                if let moment { step["at"] = ["iso": moment.description, "text": context.calendar.exactMoment(moment)] }
                return step
            },
            "hasAttempts": run.attempts.count > 1,
            "attempts": run.attempts.map { attempt -> Values in
                var row = JobsView.outcome(attempt.outcome, context)
                row["href"] = context.link(.run(attempt.id))
                row["attempt"] = context.text(.attemptNumber, ["n": context.figures.count(attempt.attempt)])
                row["when"] = context.time(attempt.lastKnown)
                row["duration"] = attempt.durationMilliseconds.map(context.figures.milliseconds) ?? ""
                return row
            },
        ]
    }
}

extension Templates {
    static let run = PanelTemplate(
        """
        <h2><a href="{{jobHref}}"><bdi>{{job}}</bdi></a></h2>
        <p class="big">{{#outcome}}{{> outcome}}{{/outcome}}</p>
        <dl class="facts">{{#facts}}<div><dt>{{name}}</dt><dd><bdi>{{value}}</bdi></dd></div>{{/facts}}</dl>
        {{#error}}<h3>{{t.error}}</h3><p><code>{{type}}</code></p><pre tabindex="0" role="region" aria-label="{{t.error}}" dir="ltr" lang="en"><code>{{message}}</code></pre>{{/error}}
        {{#hasResult}}<h3>{{t.resultHeading}}</h3><dl class="facts">{{#result}}<div><dt><bdi>{{name}}</bdi></dt><dd><bdi>{{value}}</bdi></dd></div>{{/result}}</dl>{{/hasResult}}
        {{#cancel}}<p class="acts"><a class="act" href="{{cancel}}">{{t.cancelRun}}</a></p>{{/cancel}}
        <p class="quiet">{{t.sameInShell}} <code dir="ltr">{{command}}</code></p>
        {{> links}}

        """)

    static let runCourse = PanelTemplate(
        """
        <h2>{{t.course}}</h2>
        <ol class="course">{{#steps}}<li><b>{{name}}</b> {{#at}}{{> time}}{{/at}}{{^at}}<span class="quiet">{{never}}</span>{{/at}}</li>{{/steps}}</ol>
        {{#hasAttempts}}<h3>{{t.attempts}}</h3><ol class="course">{{#attempts}}<li><a href="{{href}}">{{attempt}}</a> {{> outcome}} {{#when}}{{> time}}{{/when}} <span class="quiet">{{duration}}</span></li>{{/attempts}}</ol>{{/hasAttempts}}
        {{> links}}

        """)
}
