import HearthTelemetry

/// Is it healthy, what changed, what is to do.
enum HealthView {
    static func render(_ content: HealthContent, _ context: PageContext) -> RenderedPage {
        let panels =
            [
                context.panel(
                    content.conditions, "conditions", heading: .conditions, isWide: true, template: Templates.conditions,
                    foot: { _ in ConditionsPanel.foot(context) }
                ) {
                    ConditionsPanel.values($0, context)
                },
                context.panel(
                    content.stores, "stores", heading: .stores, isWide: true, template: Templates.stores,
                    foot: { _ in context.tableFoot("/cache/health", help: "stores") }
                ) { stores($0, context) },
                // What it shows is in the metrics only, which the foot of the page links to.
                context.panel(
                    content.provider, "provider", heading: .provider, template: Templates.provider,
                    foot: { _ in PanelFoot(help: "provider") }
                ) { provider($0, context) },
                alertmanager(content.alertmanager, context),
                context.panel(
                    content.events, "events", heading: .events, isWide: true, template: Templates.events,
                    foot: { _ in eventsFoot(context) }
                ) { events($0, context) },
            ] + (context.frame.reader.canAct ? [upkeep(context), invalidation(context)] : [])
        return PageComposer.page(
            context, title: context.text(.health), heading: context.text(.health), controls: .range, panels: panels)
    }

    private static func stores(_ stores: [StoreState], _ context: PageContext) -> Values {
        let (text, figures) = (context.text, context.figures)
        return [
            "stores": stores.map { store -> Values in
                var row: Values = [
                    "name": text.word(.component, store.name), "isUp": store.isUp, "state": text(store.isUp ? .up : .down),
                    "sign": store.isUp ? "●" : "▲", "p95": store.p95Milliseconds.map(figures.milliseconds) ?? Figures.none,
                    "entries": store.entries.map(figures.count) ?? Figures.none,
                    "size": store.sizeBytes.map(figures.bytes) ?? Figures.none,
                    "oldest": store.oldest.map(context.ago) ?? Figures.none, "pool": Figures.none,
                ]
                if let reason = store.reason { row["reason"] = reason }
                if let size = store.sizeBytes, let capacity = store.capacityBytes, capacity > 0 {
                    row["meter"] = [
                        "value": String(min(max(size, 0), capacity)), "max": String(capacity), "high": String(capacity / 10 * 9),
                        "label": text(.sizeOf, ["size": figures.bytes(size), "capacity": figures.bytes(capacity)]),
                        "share": figures.percent(Double(size) / Double(capacity) * 100),
                    ]
                }
                if let used = store.poolInUse, let pool = store.poolSize {
                    row["pool"] = text(.ofWhole, ["part": figures.count(used), "whole": figures.count(pool)])
                }
                return row
            }
        ]
    }

    private static func provider(_ provider: ProviderStanding, _ context: PageContext) -> Values {
        let (text, figures) = (context.text, context.figures)
        var facts: [(String, String)] = [
            (text(.calls), figures.count(provider.calls)),
            (text(.callTimeP95), provider.p95Milliseconds.map(figures.milliseconds) ?? Figures.none),
        ]
        if let tokens = provider.inputTokens { facts.append((text(.tokensIn), figures.count(tokens))) }
        if let tokens = provider.outputTokens { facts.append((text(.tokensOut), figures.count(tokens))) }
        facts += provider.errors.prefix(10).map { (text(.errorsOfKind, ["kind": $0.kind]), figures.count($0.count)) }
        var breaker = text.word(.breaker, provider.breaker.rawValue)
        if let since = provider.breakerSince { breaker += " · " + text(.sinceTime, ["time": context.calendar.moment(since)]) }
        return [
            "name": provider.name, "breaker": breaker, "isClosed": provider.breaker == .closed,
            "sign": provider.breaker == .closed ? "●" : provider.breaker == .open ? "▲" : "◆",
            "facts": facts.map { ["name": $0.0, "value": $0.1] },
        ]
    }

    private static func alertmanager(_ state: AlertmanagerState, _ context: PageContext) -> RenderedPanel {
        var values = alerts(state, context)
        values["links"] = context.links(context.tableFoot("/alerts", help: "conditions"), of: "Alertmanager", "alerts")
        return RenderedPanel(id: "alerts", html: Templates.alerts.render(values, in: context))
    }

    private static func alerts(_ state: AlertmanagerState, _ context: PageContext) -> Values {
        switch state {
        case .notConfigured: return ["isUnknown": true]
        case .unreachable(let reason): return ["unreachable": reason]
        case .alerts(let alerts):
            return [
                "isQuiet": alerts.isEmpty, "hasAlerts": !alerts.isEmpty,
                "alerts": alerts.prefix(50).map { alert -> Values in
                    var row: Values = [
                        "name": alert.name, "summary": alert.summary, "severity": alert.severity,
                        "since": context.text(.sinceTime, ["time": context.calendar.moment(alert.since)]), "isSilenced": alert.isSilenced,
                    ]
                    // What its rule says, or else ours of its name.
                    if let path = alert.runbook ?? Runbook.all[alert.name]?.path { row["runbook"] = ConditionsPanel.runbook(path, context) }
                    return row
                },
            ]
        }
    }

    private static func eventsFoot(_ context: PageContext) -> PanelFoot {
        let minute = { (moment: Timestamp) in Timestamp(milliseconds: moment.milliseconds / 60_000 * 60_000).description }
        let bounds = context.state.range.bounds(at: context.now)
        return context.tableFoot("/events", [("from", minute(bounds.from)), ("to", minute(bounds.to + .seconds(60)))], help: "events")
    }

    private static func events(_ events: [PageEvent], _ context: PageContext) -> Values {
        [
            "isEmpty": events.isEmpty,
            "events": events.prefix(200).map { event -> Values in
                var row: Values = [
                    "when": context.time(event.at), "kind": context.text.word(.event, event.kind.rawValue), "text": event.text,
                    "actor": event.actor ?? "",
                ]
                // The audit is for those who may act.
                if let act = event.act, context.frame.reader.canAct {
                    row["audit"] = context.api("/audit", ["action": act, "from": event.at.description, "to": event.at.description])
                }
                return row
            },
        ]
    }

    /// What harms nothing.
    private static func upkeep(_ context: PageContext) -> RenderedPanel {
        RenderedPanel(
            id: "upkeep", isWide: true,
            html: Templates.upkeep.render(
                ["warm": context.confirm(.warm), "maintenance": context.confirm(.maintenance)], in: context))
    }

    /// What removes answers stands by itself.
    private static func invalidation(_ context: PageContext) -> RenderedPanel {
        RenderedPanel(
            id: "invalidate", isWide: true,
            html: Templates.invalidation.render(
                [
                    "removeAll": context.confirm(.invalidate, ["all": "true"]),
                    "confirm": context.root + ServicePath.pages + "/confirm",
                    "hidden": context.displayState.parameters.map { ["name": $0.name, "value": $0.value] },
                    "categories": PageControls.categories(context, or: .all, chosen: context.state.category),
                    "languages": PageControls.languages(context, or: .all, chosen: context.state.language),
                ], in: context))
    }
}

extension Templates {
    static let stores = PanelTemplate(
        """
        <h2 id="stores">{{heading}}</h2>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        <div class="scroll" role="region" aria-labelledby="stores" tabindex="0"><table>
        <thead><tr><th scope="col">{{t.store}}</th><th scope="col">{{t.stateColumn}}</th><th scope="col" class="number">{{t.roundTripP95}}</th><th scope="col" class="number">{{t.entries}}</th><th scope="col">{{t.size}}</th><th scope="col">{{t.oldest}}</th><th scope="col" class="number">{{t.pool}}</th></tr></thead>
        <tbody>{{#stores}}
        <tr><th scope="row"><bdi>{{name}}</bdi></th><td><span class="{{#isUp}}good{{/isUp}}{{^isUp}}warn{{/isUp}}"><span aria-hidden="true">{{sign}}</span> {{state}}</span>{{#reason}}<br><bdi class="quiet" lang="en">{{reason}}</bdi>{{/reason}}</td><td class="number">{{p95}}</td><td class="number">{{entries}}</td><td>{{#meter}}<meter min="0" value="{{value}}" max="{{max}}" high="{{high}}" aria-label="{{label}}"></meter> {{share}}<br><span class="quiet">{{label}}</span>{{/meter}}{{^meter}}{{size}}{{/meter}}</td><td>{{oldest}}</td><td class="number">{{pool}}</td></tr>{{/stores}}
        </tbody></table></div>
        {{> links}}

        """)

    static let provider = PanelTemplate(
        """
        <h2>{{heading}}</h2>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        <p><b><bdi>{{name}}</bdi></b> · <span class="{{#isClosed}}good{{/isClosed}}{{^isClosed}}warn{{/isClosed}}"><span aria-hidden="true">{{sign}}</span> {{breaker}}</span></p>
        <dl class="facts">{{#facts}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
        {{> links}}

        """)

    static let alerts = PanelTemplate(
        """
        <h2>Alertmanager</h2>
        {{#isUnknown}}<p class="absent">{{t.alertmanagerUnknown}} <code dir="ltr">HEARTH_ALERTMANAGER_URL</code></p>{{/isUnknown}}
        {{#unreachable}}<p class="absent">{{t.alertmanagerSilent}} <bdi lang="en">{{unreachable}}</bdi></p>{{/unreachable}}
        {{#isQuiet}}<p>{{t.noAlerts}}</p>{{/isQuiet}}
        {{#hasAlerts}}<ul class="plain">{{#alerts}}<li><b lang="en"><bdi>{{name}}</bdi></b> <bdi>{{severity}}</bdi> · {{since}}{{#isSilenced}} · {{t.silenced}}{{/isSilenced}}<br><bdi lang="en">{{summary}}</bdi>{{#runbook}} {{#isLink}}<a href="{{href}}">{{t.runbook}}</a>{{/isLink}}{{^isLink}}<code>{{name}}</code>{{/isLink}}{{/runbook}}</li>{{/alerts}}</ul>{{/hasAlerts}}
        {{> links}}

        """)

    static let events = PanelTemplate(
        """
        <h2 id="events">{{heading}}</h2>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        {{#isEmpty}}<p class="absent">{{t.noEvents}}</p>{{/isEmpty}}
        {{^isEmpty}}<div class="scroll" role="region" aria-labelledby="events" tabindex="0"><table>
        <thead><tr><th scope="col">{{t.timeColumn}}</th><th scope="col">{{t.kindColumn}}</th><th scope="col">{{t.what}}</th><th scope="col">{{t.who}}</th></tr></thead>
        <tbody>{{#events}}
        <tr><th scope="row">{{#when}}{{> time}}{{/when}}</th><td>{{kind}}</td><td><bdi lang="en">{{text}}</bdi></td><td><bdi>{{actor}}</bdi>{{#audit}} <a href="{{audit}}" aria-label="{{t.auditRecord}}: {{#when}}{{text}}{{/when}}">{{t.auditRecord}}</a>{{/audit}}</td></tr>{{/events}}
        </tbody></table></div>{{/isEmpty}}
        {{> links}}

        """)

    static let upkeep = PanelTemplate(
        """
        <h2>{{t.upkeep}}</h2>
        <p class="acts"><a class="act" href="{{warm}}">{{t.warmNow}}</a> <a class="act" href="{{maintenance}}">{{t.maintainNow}}</a></p>

        """)

    static let invalidation = PanelTemplate(
        """
        <h2>{{t.invalidateHeading}}</h2>
        <form class="controls" method="get" action="{{confirm}}">
        <input type="hidden" name="action" value="invalidate">
        <label>{{t.categoryLabel}} <select name="category">{{#categories}}{{> option}}{{/categories}}</select></label>
        <label>{{t.languageLabel}} <select name="language">{{#languages}}{{> option}}{{/languages}}</select></label>
        <label>{{t.tag}} <input type="text" name="tag" maxlength="64" autocomplete="off" dir="auto"></label>
        <label>{{t.cacheKey}} <input type="text" name="cacheKey" maxlength="80" autocomplete="off" dir="ltr"></label>
        {{> state}}
        <button type="submit">{{t.showEffect}}</button>
        </form>
        <p><a href="{{removeAll}}">{{t.removeAll}}</a></p>

        """)
}
