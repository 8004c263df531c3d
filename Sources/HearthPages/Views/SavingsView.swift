import HearthTelemetry

/// What it saved, and how that is computed.
enum SavingsView {
    static func render(_ content: SavingsContent, _ context: PageContext) -> RenderedPage {
        let text = context.text
        let panels = [
            context.panel(
                content.usage, "figures", heading: .figuresHeading, isWide: true, template: Templates.figures,
                foot: { context.usageFoot($0, about: "saved", of: .figuresHeading) }
            ) {
                UsageFigures.values($0, context)
            },
            context.panel(
                content.usage, "money", heading: .moneyOverTime, template: Templates.figurePanel,
                foot: { context.usageFoot($0, about: "saved", of: .moneyOverTime) }
            ) { usage in
                UsageCharts.money(usage, context).values
            },
            RenderedPanel(id: "computed", html: PriceText.html(content.prices, context)),
            context.panel(
                content.usage, "languages", heading: .byLanguage, template: Templates.shares,
                foot: { context.usageFoot($0, about: "hit-rate", of: .byLanguage, table: "languages") }
            ) { usage in
                shares(usage.languages, .byLanguage, context) { ($0.rawValue, context.language($0)) }
            },
            context.panel(
                content.usage, "categories", heading: .byCategory, template: Templates.shares,
                foot: { context.usageFoot($0, about: "hit-rate", of: .byCategory, table: "categories") }
            ) { usage in
                shares(usage.categories, .byCategory, context) { (nil, context.category($0)) }
            },
            context.panel(
                content.usage, "grid", heading: .gridHeading, isWide: true, template: Templates.grid,
                foot: { context.usageFoot($0, about: "hit-rate", of: .gridHeading, table: "grid") }
            ) { grid($0, context) },
        ]
        return PageComposer.page(
            context, title: text(.savings), heading: text(.savingsOf, ["range": context.rangeName]), controls: .figures, panels: panels)
    }

    static func shares<Key>(
        _ shares: [UsageShare<Key>], _ heading: Phrase, _ context: PageContext, name: (Key) -> (code: String?, name: String)
    ) -> Values {
        let figures = context.figures
        let asked = shares.filter { $0.answers > 0 }
        let most = Double(asked.map(\.answers).max() ?? 1)
        return [
            "id": heading.rawValue, "isEmpty": asked.isEmpty,
            "rows": asked.map { share -> Values in
                let name = name(share.key)
                var row: Values = [
                    "name": name.name, "answers": figures.count(share.answers),
                    "fromCache": figures.count(share.fromCache), "rate": figures.percent(share.hitRate),
                    "saved": share.savedDollars.map(figures.dollars) ?? Figures.none,
                    "bar": ShareBar(share: Double(share.answers) / most).svg(),
                ]
                if let code = name.code { row["code"] = code }
                return row
            },
        ]
    }

    private static func grid(_ usage: Usage, _ context: PageContext) -> Values {
        let cells = usage.grid.filter { $0.answers > 0 }
        let categories = ResponseCategory.allCases.filter { category in cells.contains { $0.category == category } }
        let languages = Language.allCases.filter { language in cells.contains { $0.language == language } }
        return [
            "isEmpty": cells.isEmpty, "columns": categories.map(context.category),
            "rows": languages.map { language in
                [
                    "name": context.language(language),
                    "cells": categories.map { category -> Values in
                        guard let cell = cells.first(where: { $0.language == language && $0.category == category }) else {
                            return ["value": Figures.none, "shade": "h0", "count": ""]
                        }
                        return [
                            "value": context.figures.percent(cell.hitRate), "shade": "h\(min(max(Int(cell.hitRate / 20), 0), 4) + 1)",
                            "count": context.text(.questionsCount, count: cell.answers),
                        ]
                    },
                ] as Values
            },
        ]
    }
}

/// Where prices come from, in sentences.
enum PriceText {
    static func html(_ prices: Prices, _ context: PageContext) -> String {
        var values = values(prices, context)
        values["links"] = context.links(PanelFoot(help: "saved"), of: context.text(.howComputed), "computed")
        return Templates.computed.render(values, in: context)
    }

    private static func values(_ prices: Prices, _ context: PageContext) -> Values {
        let (text, figures) = (context.text, context.figures)
        var values: Values = [:]
        switch prices.source {
        case .flat(let dollars):
            values["source"] = text(.pricesFlat, ["money": figures.dollars(dollars)])
            values["isFlat"] = true
        case .tokens(let models):
            values["source"] = text(.pricesTokens)
            values["models"] = models.prefix(20).map {
                ["model": $0.model, "input": figures.dollars($0.input), "output": figures.dollars($0.output)] as Values
            }
        }
        if let date = prices.date { values["date"] = text(.pricesDate, ["date": context.calendar.date(date)]) }
        return values
    }
}

extension Templates {
    static let shares = PanelTemplate(
        """
        <h2 id="{{id}}">{{heading}}</h2>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        {{#isEmpty}}<p class="absent">{{t.noQuestionsYet}}</p>{{/isEmpty}}
        {{^isEmpty}}<div class="scroll" role="region" aria-labelledby="{{id}}" tabindex="0"><table>
        <thead><tr><th scope="col">{{t.nameColumn}}</th><th scope="col" class="number">{{t.answers}}</th><th scope="col" class="number">{{t.fromCache}}</th><th scope="col" class="number">{{t.hitRate}}</th><th scope="col" class="number">{{t.saved}}</th></tr></thead>
        <tbody>{{#rows}}
        <tr><th scope="row">{{name}}{{#code}} <span class="quiet">{{code}}</span>{{/code}}</th><td class="number">{{{bar}}}{{answers}}</td><td class="number">{{fromCache}}</td><td class="number">{{rate}}</td><td class="number">{{saved}}</td></tr>{{/rows}}
        </tbody></table></div>{{/isEmpty}}
        {{> links}}

        """)

    static let grid = PanelTemplate(
        """
        <h2 id="grid">{{heading}}</h2>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        {{#isEmpty}}<p class="absent">{{t.noQuestionsYet}}</p>{{/isEmpty}}
        {{^isEmpty}}<div class="scroll" role="region" aria-labelledby="grid" tabindex="0"><table>
        <thead><tr><th scope="col">{{t.languageLabel}}</th>{{#columns}}<th scope="col" class="number">{{.}}</th>{{/columns}}</tr></thead>
        <tbody>{{#rows}}
        <tr><th scope="row">{{name}}</th>{{#cells}}<td class="number heat {{shade}}">{{value}} <span class="aside">{{count}}</span></td>{{/cells}}</tr>{{/rows}}
        </tbody></table></div>{{/isEmpty}}
        {{> links}}

        """)

    static let computed = PanelTemplate(
        """
        <h2>{{t.howComputed}}</h2>
        <p>{{source}} {{date}}{{^date}}{{t.pricesUndated}} <code dir="ltr">costs.pricesDate</code>{{/date}}</p>
        {{#isFlat}}<p class="quiet">{{t.pricesBetter}} <code dir="ltr">costs.tokenPrices</code></p>{{/isFlat}}
        <ul>
        <li>{{t.computedAvoided}}</li>
        <li>{{t.computedSubtracted}}</li>
        <li>{{t.computedHitRate}}</li>
        </ul>
        {{#models}}<p><bdi>{{model}}</bdi>: {{t.input}} {{input}}, {{t.output}} {{output}}</p>{{/models}}
        {{> links}}

        """)
}
