import HearthTelemetry

/// Is it working, what did it save, what ran.
enum OverviewView {
    static func render(_ content: OverviewContent, _ context: PageContext) -> RenderedPage {
        let text = context.text
        var panels = [
            context.panel(
                content.usage, "figures", heading: .figuresHeading, isWide: true, template: Templates.figures,
                foot: { context.usageFoot($0, about: "answers", of: .figuresHeading) }
            ) {
                UsageFigures.values($0, context)
            }
        ]
        if content.ask != nil || content.usage.content?.totals.answers == 0 { panels.append(ask(content, context)) }
        panels += [
            context.panel(
                content.usage, "rate", heading: .hitRateOverTime, template: Templates.figurePanel,
                foot: { context.usageFoot($0, about: "hit-rate", of: .hitRateOverTime) }
            ) {
                UsageCharts.rate($0, context).values
            },
            context.panel(
                content.usage, "results", heading: .answersByResult, template: Templates.figurePanel,
                foot: { context.usageFoot($0, about: "results", of: .answersByResult) }
            ) {
                UsageCharts.results($0, context).values
            },
            context.panel(
                content.timeline, "jobs", heading: .jobs, isWide: true, template: Templates.timeline,
                foot: { TimelinePanel.foot($0, context) }
            ) {
                TimelinePanel.values($0, context)
            },
            context.panel(
                content.conditions, "conditions", heading: .conditions, isWide: true, template: Templates.conditions,
                foot: { _ in ConditionsPanel.foot(context) }
            ) {
                ConditionsPanel.values($0, context)
            },
        ]
        return PageComposer.page(
            context, title: text(.overview), heading: text(.overviewOf, ["range": context.rangeName]), controls: .figures, panels: panels,
            problem: QuestionForms.problem(content.ask, "ask-q", context))
    }

    private static func ask(_ content: OverviewContent, _ context: PageContext) -> RenderedPanel {
        let text = context.text
        var values: Values = [
            "isEmpty": content.usage.content?.totals.answers == 0 && content.usage.content?.firstQuestion == nil,
            "command": commands(context.frame.serviceURL),
        ]
        if let kept = content.keptAnswers { values["ready"] = text(.answersReady, count: kept) }
        if let ask = content.ask {
            values["form"] = QuestionForms.values(ask, context, sample: "Do you sell gift cards?")
                .merging(["action": context.root + ServicePath.pages + "/ask"]) { own, _ in own }
        }
        if let asked = content.asked { values["asked"] = answer(asked, context) }
        return RenderedPanel(id: "ask", isWide: true, isKept: content.asked != nil, html: Templates.ask.render(values, in: context))
    }

    /// Three ways to begin from a shell.
    private static func commands(_ service: String) -> String {
        """
        hearth ask "Do you sell gift cards?"
        curl -s \(service)/api/v1/cache/query -H 'Content-Type: application/json' -d '{"query": "Do you sell gift cards?"}'
        curl -s '\(service)/api/v1/cache/statistics?period=hourly'
        """
    }

    private static func answer(_ asked: AskedAnswer, _ context: PageContext) -> Values {
        let (text, figures) = (context.text, context.figures)
        var line = [text(asked.isFromCache ? .wordHit : .wordMiss), figures.milliseconds(asked.milliseconds)]
        if asked.isFromCache {
            if let saved = asked.savedDollars { line.append(text(.savedMoney, ["money": figures.dollars(saved)])) }
        } else {
            if let reason = asked.reason { line.append(text.word(.missReason, reason.rawValue)) }
            if let cost = asked.costDollars { line.append(text(.costMoney, ["money": figures.dollars(cost)])) }
        }
        return [
            "question": asked.question, "answer": asked.answer, "lang": asked.language.rawValue, "line": line.joined(separator: " · "),
            "isHit": asked.isFromCache, "isInvented": asked.isSimulated, "key": asked.cacheKey ?? "",
        ]
    }
}

extension Templates {
    static let ask = PanelTemplate(
        """
        <h2>{{t.askHeading}}</h2>
        {{#isEmpty}}<p>{{#ready}}{{ready}} {{/ready}}{{t.noQuestionsYet}}</p>{{/isEmpty}}
        {{#form}}<form class="ask" method="post" action="{{action}}">
        {{#problem}}<p class="problem" id="ask-problem"><bdi lang="en">{{problem}}</bdi></p>{{/problem}}
        <label for="ask-q">{{t.question}}</label> <input id="ask-q" type="text" name="question" value="{{question}}" dir="auto" maxlength="500" required autocomplete="off"{{#problem}} aria-invalid="true" aria-describedby="ask-problem"{{/problem}}>
        <label>{{t.languageLabel}} <select name="language">{{#languages}}{{> option}}{{/languages}}</select></label>
        {{#token}}<input type="hidden" name="token" value="{{token}}">{{/token}}
        <button type="submit">{{t.ask}}</button>
        </form>{{/form}}
        {{#asked}}<div class="answer">
        <p><b class="{{#isHit}}good{{/isHit}}{{^isHit}}warn{{/isHit}}">{{line}}</b></p>
        <p lang="{{lang}}" dir="auto"><q>{{question}}</q></p>
        <p lang="{{lang}}" dir="auto">{{answer}}</p>
        {{#isInvented}}<p class="quiet">{{t.answerInvented}}</p>{{/isInvented}}
        <p class="quiet">{{t.askAgain}} <code dir="ltr">{{key}}</code></p>
        </div>{{/asked}}
        {{#isEmpty}}<p>{{t.orPaste}}</p>
        <pre tabindex="0" role="region" aria-label="{{t.command}}" dir="ltr"><code>{{command}}</code></pre>{{/isEmpty}}

        """)
}
