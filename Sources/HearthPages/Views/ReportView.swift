import HearthTelemetry

/// A month for the owner, made for one sheet of paper.
enum ReportView {
    static func render(_ content: ReportContent, _ context: PageContext) -> RenderedPage {
        let text = context.text
        let month = context.calendar.month(content.month)
        let panels = [
            context.panel(
                content.usage, "month", heading: .monthlyReport, isWide: true, template: Templates.reportFigures,
                foot: { foot($0, content.month, context) }
            ) {
                figures($0, content.month, context)
            },
            context.panel(
                content.usage, "languages", heading: .byLanguage, template: Templates.shares,
                foot: { context.usageFoot($0, about: "hit-rate", of: .byLanguage, table: "languages") }
            ) { usage in
                SavingsView.shares(usage.languages, .byLanguage, context) { ($0.rawValue, context.language($0)) }
            },
            context.panel(
                content.top, "top", heading: .mostAsked, template: Templates.reportTop, foot: { _ in PanelFoot(help: "questions") }
            ) {
                top($0, context)
            },
            RenderedPanel(id: "computed", isWide: true, html: PriceText.html(content.prices, context)),
        ]
        return PageComposer.page(
            context, title: text(.monthlyReport) + ", " + month, heading: text(.reportOf, ["month": month]), panels: panels,
            footnote: context.frame.completeThrough.map { text(.completeTo, ["time": context.calendar.fullMoment($0)]) }, range: month)
    }

    private static func figures(_ usage: Usage, _ month: CivilMonth, _ context: PageContext) -> Values {
        let (text, figures, totals) = (context.text, context.figures, usage.totals)
        let without = totals.paidDollars + totals.savings.avoided
        let cost = without - totals.savings.net
        let rows: [(Phrase, String)] = [
            (.reportQuestions, figures.count(totals.answers)), (.fromCache, figures.count(totals.fromCache)),
            (.hitRate, totals.results.total == 0 ? Figures.none : figures.percent(totals.hitRate)),
            (.wouldHaveCost, figures.dollars(without)), (.didCost, figures.dollars(cost)), (.savedNet, figures.dollars(totals.savings.net)),
        ]
        var values: Values = [
            "rows": rows.map { ["name": text($0.0), "value": $0.1] }
        ]
        if let earlier = month.moved(by: -1) { values["earlier"] = context.here { $0.month = earlier } }
        if let later = month.moved(by: 1), later.start <= context.now { values["later"] = context.here { $0.month = later } }
        if usage.totals.answers == 0 { values["empty"] = context.emptyRange(usage) }
        return values
    }

    private static func foot(_ usage: Usage, _ month: CivilMonth, _ context: PageContext) -> PanelFoot {
        var foot = context.usageFoot(usage, about: "saved", of: .monthlyReport)
        // Of the page's own, which is named as a file.
        foot.csv = context.here { $0.month = month } + "&format=csv"
        return foot
    }

    private static func top(_ questions: [KeptQuestion], _ context: PageContext) -> Values {
        [
            "isEmpty": questions.isEmpty,
            "questions": questions.prefix(10).map { question -> Values in
                [
                    "text": QuestionForms.text(question.text, question.language, context),
                    "hits": context.text(.timesCount, count: question.hits),
                ]
            },
        ]
    }
}

extension CivilMonth {
    /// Nil beyond the years that are known.
    func moved(by months: Int64) -> CivilMonth? {
        let index = year * 12 + Int64(month - 1) + months
        return CivilMonth(year: index.flooredQuotient(by: 12), month: Int(index - index.flooredQuotient(by: 12) * 12) + 1)
    }

    /// Its beginning in UTC.
    var start: Timestamp {
        Timestamp(milliseconds: (CivilDate(year: year, month: month, day: 1)?.daysSinceEpoch ?? 0) * 86_400_000)
    }
}

extension Templates {
    static let reportFigures = PanelTemplate(
        """
        <h2 class="aside">{{heading}}</h2>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        {{#empty}}<p class="absent">{{empty}}</p>{{/empty}}
        <dl class="figures">{{#rows}}<div><dt>{{name}}</dt><dd class="figure">{{value}}</dd></div>{{/rows}}</dl>
        <p class="links screen">{{#earlier}}<a href="{{earlier}}">{{t.monthBefore}}</a> {{/earlier}}{{#later}}<a href="{{later}}">{{t.monthAfter}}</a> {{/later}}<span class="quiet">{{t.printHint}}</span> <span class="more"></span></p>
        {{> links}}

        """)

    static let reportTop = PanelTemplate(
        """
        <h2>{{heading}}</h2>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        {{#isEmpty}}<p class="absent">{{t.keptEmpty}}</p>{{/isEmpty}}
        {{^isEmpty}}<p class="quiet">{{t.mostAskedNote}}</p>{{/isEmpty}}
        <ol class="top">{{#questions}}<li>{{#text}}{{#shown}}<bdi lang="{{lang}}" dir="auto">{{shown}}</bdi>{{/shown}}{{#hiddenFor}}<span class="quiet">{{hiddenFor}}</span>{{/hiddenFor}}{{/text}} <span class="quiet">{{hits}}</span></li>{{/questions}}</ol>
        {{> links}}

        """)
}
