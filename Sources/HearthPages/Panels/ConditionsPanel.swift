import HearthTelemetry

/// The four alerts that are promised: value, limit, whether there is enough to judge.
enum ConditionsPanel {
    static func values(_ conditions: [Condition], _ context: PageContext) -> Values {
        let text = context.text
        let row: (Condition) -> Values = { condition in
            var row: Values = [
                "condition": text.word(.condition, condition.id.rawValue),
                "value": condition.value.map { figure($0, condition.id, context) } ?? Figures.none,
                "limit": (condition.id.isAtLeast ? "≥ " : "≤ ") + figure(condition.threshold, condition.id, context),
                "enough": text(condition.hasEnoughData ? .yes : .notYet),
                "state": text.word(.conditionState, condition.state.rawValue), "kind": condition.state.rawValue,
                "sign": condition.state.sign, "runbook": runbook(condition.runbook, context),
            ]
            if let since = condition.since {
                row["since"] = text(.sinceSpan, ["span": context.figures.coarseSpan(context.now - since)])
            }
            if let dashboard = condition.dashboard, dashboard.hasPrefix("http") { row["dashboard"] = dashboard }
            return row
        }
        return ["conditions": conditions.map(row)]
    }

    static func foot(_ context: PageContext) -> PanelFoot {
        context.tableFoot("/conditions", help: "conditions")
    }

    static func figure(_ value: Double, _ id: Condition.ID, _ context: PageContext) -> String {
        switch id {
        case .hitRate, .cacheSize: context.figures.percent(value)
        case .storeReached: context.figures.count(Int64(value))
        case .answerTime: context.figures.milliseconds(value)
        }
    }

    /// Addresses are links as they are, and paths of runbooks that are here lead to their pages; another path leads nowhere.
    static func runbook(_ text: String, _ context: PageContext) -> Values {
        if text.hasPrefix("https://") || text.hasPrefix("http://") { return ["href": text, "name": text, "isLink": true] }
        guard let runbook = Runbook.named(byPath: text) else { return ["name": text, "isLink": false] }
        return ["href": context.link(runbook.view), "name": runbook.name, "isLink": true]
    }
}

extension Condition.ID {
    var isAtLeast: Bool { self == .hitRate || self == .storeReached }
}

extension Condition.State {
    var sign: String {
        switch self {
        case .fine: "●"
        case .pending: "◆"
        case .firing: "▲"
        case .unknown: "○"
        }
    }
}

extension Templates {
    static let conditions = PanelTemplate(
        """
        <h2 id="conditions">{{heading}}</h2>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        <div class="scroll" role="region" aria-labelledby="conditions" tabindex="0"><table>
        <thead><tr><th scope="col">{{t.conditionColumn}}</th><th scope="col" class="number">{{t.nowColumn}}</th><th scope="col" class="number">{{t.limitColumn}}</th><th scope="col">{{t.enoughData}}</th><th scope="col">{{t.stateColumn}}</th><th scope="col">{{t.runbook}}</th></tr></thead>
        <tbody>{{#conditions}}
        <tr><th scope="row">{{condition}}</th><td class="number">{{value}}</td><td class="number"><bdi dir="ltr">{{limit}}</bdi></td><td>{{enough}}</td><td><span class="cond {{kind}}"><span aria-hidden="true">{{sign}}</span> {{state}}</span> <span class="quiet">{{since}}</span></td><td>{{#runbook}}{{#isLink}}<a href="{{href}}" aria-label="{{t.runbook}}: {{condition}}">{{t.runbook}}</a>{{/isLink}}{{^isLink}}<code>{{name}}</code>{{/isLink}}{{/runbook}}{{#dashboard}} <a href="{{dashboard}}" aria-label="{{t.dashboard}}: {{condition}}">{{t.dashboard}}</a>{{/dashboard}}</td></tr>{{/conditions}}
        </tbody></table></div>
        {{> links}}

        """)
}
