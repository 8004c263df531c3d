import HearthTelemetry

/// What each figure means, how it is computed, and where its alert and runbook are.
enum HelpView {
    static func render(_ content: HelpContent, _ context: PageContext) -> RenderedPage {
        let text = context.text
        let entry = { (anchor: String, name: Phrase, meaning: Phrase, condition: Condition.ID?) -> Values in
            var values: Values = ["anchor": anchor, "name": text(name), "meaning": text(meaning)]
            if let condition {
                let limit = content.thresholds[condition].map {
                    (condition.isAtLeast ? "≥ " : "≤ ") + ConditionsPanel.figure($0, condition, context)
                }
                values["alert"] = text.word(.condition, condition.rawValue) + (limit.map { " " + $0 } ?? "")
                values["runbook"] = ConditionsPanel.runbook("runbooks/" + condition.runbookName, context)
            }
            return values
        }
        let entries = [
            entry("hit-rate", .hitRate, .helpHitRate, .hitRate), entry("saved", .savedNet, .helpSaved, nil),
            entry("answers", .answers, .helpAnswers, nil), entry("time", .answerTimeP95, .helpTime, .answerTime),
            entry("results", .answersByResult, .helpResults, nil), entry("jobs", .jobs, .helpJobs, nil),
            entry("conditions", .conditions, .helpConditions, nil), entry("stores", .stores, .helpStores, .cacheSize),
            entry("events", .events, .helpEvents, nil), entry("provider", .provider, .helpProvider, nil),
            entry("questions", .questions, .helpQuestions, nil),
            entry("troubles", .whatToDo, .helpTroubles, nil),
        ]
        let keys = context.frame.hasKeys
        let values: Values = [
            "entries": entries, "runbooks": context.link(.runbooks), "marks": marks(context), "keysState": text(keys ? .keysOn : .keysOff),
            "keysSwitch": text(keys ? .keysSwitchOff : .keysSwitchOn), "keysHref": context.here { $0.hasKeys = !keys },
        ]
        var client: Values = [
            "code": """
            from openai import OpenAI
            client = OpenAI(base_url="\(context.frame.serviceURL)/v1", api_key="…")
            client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "Do you sell gift cards?"}])
            """
        ]
        if context.frame.isSimulated { client["isSimulated"] = true }
        if let grafana = content.grafanaURL, grafana.hasPrefix("http") { client["grafana"] = grafana }
        client["reader"] = context.frame.reader.canAct ? text(.helpCanAct) : text(.helpReadOnly)
        let panels = [
            RenderedPanel(id: "client", isWide: true, html: Templates.helpClient.render(client, in: context)),
            RenderedPanel(id: "meaning", isWide: true, html: Templates.help.render(values, in: context)),
        ]
        return PageComposer.page(context, title: text(.help), heading: text(.help), panels: panels)
    }

    private static func marks(_ context: PageContext) -> [Values] {
        JobOutcome.allCases.map { JobsView.outcome($0, context) }
    }
}

extension Condition.ID {
    var runbookName: String {
        switch self {
        case .hitRate: "HearthCacheHitRateLow.md"
        case .answerTime: "HearthResponseTimeHigh.md"
        case .storeReached: "HearthStoreDown.md"
        case .cacheSize: "HearthCacheSizeHigh.md"
        }
    }
}

extension Templates {
    static let helpClient = PanelTemplate(
        """
        <h2>{{t.helpClientHeading}}</h2>
        <p>{{t.helpClient}}</p>
        <pre tabindex="0" role="region" aria-label="{{t.command}}" dir="ltr"><code>{{code}}</code></pre>
        {{#isSimulated}}<p>{{t.helpSimulated}} <code dir="ltr">OPENAI_API_KEY=… make run</code></p>{{/isSimulated}}
        {{#grafana}}<p>Grafana: <a href="{{grafana}}">{{grafana}}</a></p>{{/grafana}}
        <p>{{reader}}</p>

        """)

    static let help = PanelTemplate(
        """
        <h2>{{t.helpMeaning}}</h2>
        <dl class="help">{{#entries}}
        <div id="{{anchor}}"><dt>{{name}}</dt><dd>{{meaning}}{{#alert}} <span class="quiet">{{t.alert}}: {{alert}}. {{t.runbook}}: {{#runbook}}<a href="{{href}}">{{name}}</a>{{/runbook}}</span>{{/alert}}</dd></div>{{/entries}}
        </dl>
        <p><a href="{{runbooks}}">{{t.allRunbooks}}</a></p>
        <h3>{{t.marks}}</h3>
        <p>{{#marks}}{{> outcome}} · {{/marks}}<span class="quiet">{{t.marksPlanned}}</span></p>
        <p>{{t.chartsMeaning}}</p>
        <h3 id="keys">{{t.keysHeading}}</h3>
        <p>{{keysState}} <a href="{{keysHref}}">{{keysSwitch}}</a></p>

        """)
}
