import HearthTelemetry

/// The four figures of the overview, each with the equal period before and a line.
enum UsageFigures {
    static func values(_ usage: Usage, _ context: PageContext) -> Values {
        let (text, figures) = (context.text, context.figures)
        let isEmpty = usage.totals.answers == 0
        let none = text(.noQuestionsShort)
        let previous = usage.previous.flatMap { $0.answers > 0 ? $0 : nil }
        let was = { (figure: String?) in figure.map { text(.wasFigure, ["figure": $0]) } ?? text(.noEarlier) }
        let totals = usage.totals
        let rate: Values = [
            "name": text(.hitRate), "figure": totals.results.total == 0 ? Figures.none : figures.percent(totals.hitRate),
            "note": isEmpty ? none : was(previous.map { figures.percent($0.hitRate) }) + change(totals.hitRate, previous?.hitRate, context),
            "trend": trend(usage) { $0.results.total == 0 ? nil : Double($0.results.hit + $0.results.stale) / Double($0.results.total) },
        ]
        let saved: Values = [
            "name": text(.savedNet),
            "figure": isEmpty && totals.savings == SavingsFigures() ? Figures.none : figures.dollars(totals.savings.net),
            "note": isEmpty ? none : was(previous.map { figures.dollars($0.savings.net) }) + upkeep(totals.savings, context),
            "trend": trend(usage) { $0.savings.net },
        ]
        let answers: Values = [
            "name": text(.answers), "figure": isEmpty ? Figures.none : figures.count(totals.answers),
            "note": isEmpty
                ? none : was(previous.map { figures.count($0.answers) }) + "; " + text(.fromCacheCount, count: totals.fromCache),
            "trend": trend(usage) { Double($0.results.total) },
        ]
        let time: Values = [
            "name": text(.answerTimeP95),
            "figure": totals.fromCache == 0 ? Figures.none : figures.milliseconds(totals.p95CacheMilliseconds),
            "note": totals.fromCache == 0
                ? none
                : was(previous.flatMap { $0.fromCache > 0 ? figures.milliseconds($0.p95CacheMilliseconds) : nil }) + "; "
                    + text(.limitIs, ["limit": figures.milliseconds(200)]),
            "trend": trend(usage) { $0.p95CacheMilliseconds },
        ]
        return ["figures": [rate, saved, answers, time]]
    }

    /// In words, not only as an arrow.
    private static func change(_ now: Double, _ before: Double?, _ context: PageContext) -> String {
        guard let before, (now - before).magnitude >= 0.05 else { return "" }
        return "; " + context.text(now > before ? .higher : .lower)
    }

    /// What is behind a net saving: without it the first minutes, when warming has cost more than hits have saved, look like a fault.
    private static func upkeep(_ savings: SavingsFigures, _ context: PageContext) -> String {
        guard savings.avoided != savings.net else { return "" }
        return "; "
            + context.text(
                .avoidedLess,
                [
                    "avoided": context.figures.dollars(savings.avoided),
                    "upkeep": context.figures.dollars(savings.avoided - savings.net),
                ])
    }

    private static func trend(_ usage: Usage, _ value: (UsageBucket) -> Double?) -> String {
        usage.totals.answers == 0 ? "" : TrendLine(values: usage.buckets.suffix(24).map(value)).svg()
    }
}

extension Templates {
    static let figures = PanelTemplate(
        """
        <h2 class="aside">{{heading}}</h2>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        <dl class="figures">
        {{#figures}}
        <div><dt>{{name}}</dt><dd class="figure">{{figure}}</dd><dd class="quiet">{{note}}</dd><dd>{{{trend}}}</dd></div>
        {{/figures}}
        </dl>
        {{> links}}

        """)
}
