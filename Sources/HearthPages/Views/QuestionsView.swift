import HearthTelemetry

/// What is kept, what was missed, and why a question was not answered from the cache.
enum QuestionsView {
    static func render(_ content: QuestionsContent, _ context: PageContext) -> RenderedPage {
        let text = context.text
        let panels = [
            explain(content, context),
            context.panel(
                content.kept, "kept", heading: .keptQuestions, isWide: true, template: Templates.kept, foot: { _ in foot("hits", context) }
            ) { kept($0, context) },
            context.panel(
                content.missed, "missed", heading: .missedQuestions, isWide: true, template: Templates.missed,
                foot: { _ in foot("misses", context) }
            ) {
                missed($0, uncounted: content.uncounted, context)
            },
        ]
        return PageComposer.page(
            context, title: text(.questions), heading: text(.questions), controls: .filters, panels: panels,
            problem: QuestionForms.problem(content.explain, "explain-q", context))
    }

    private static func explain(_ content: QuestionsContent, _ context: PageContext) -> RenderedPanel {
        var values = QuestionForms.values(content.explain, context)
        values["action"] = context.here { _ in }
        if let explanation = content.explanation {
            values["explanation"] =
                [
                    "question": explanation.question, "lang": explanation.language.rawValue, "verdict": explanation.verdict,
                    "answered": context.text(explanation.isAnswered ? .wouldHit : .wouldMiss), "isAnswered": explanation.isAnswered,
                    "kind": context.language(explanation.language) + " · " + context.category(explanation.category),
                    "answer": explanation.answer ?? "", "hasAnswer": explanation.answer != nil, "key": explanation.cacheKey ?? "",
                    "steps": explanation.steps.map { step in
                        [
                            "name": step.name, "result": context.text.word(.step, step.result.rawValue), "kind": step.result.rawValue,
                            "detail": step.detail, "time": step.milliseconds.map(context.figures.milliseconds) ?? "",
                            "facts": step.facts.map(\.values),
                        ] as Values
                    },
                ] as Values
        }
        return RenderedPanel(
            id: "explain", isWide: true, isKept: content.explanation != nil, html: Templates.explain.render(values, in: context))
    }

    private static func kept(_ questions: [KeptQuestion], _ context: PageContext) -> Values {
        let figures = context.figures
        return [
            "isEmpty": questions.isEmpty,
            "canAct": context.frame.reader.canAct && questions.contains { $0.cacheKey != nil },
            "questions": questions.map { question in
                var row: Values = [
                    "text": QuestionForms.text(question.text, question.language, context),
                    "language": context.language(question.language), "category": context.category(question.category),
                    "hits": figures.count(question.hits), "saved": figures.dollars(question.savedDollars),
                    "confidence": question.confidence.map(figures.confidence) ?? Figures.none,
                    "expires": question.expires.map(context.ahead) ?? Figures.none,
                ]
                if context.frame.reader.canAct, let key = question.cacheKey {
                    row["remove"] = context.confirm(.deleteAnswer, ["cacheKey": key])
                    row["unhelpful"] = context.confirm(.markUnhelpful, ["cacheKey": key])
                }
                return row
            },
        ]
    }

    private static func missed(_ questions: [MissedQuestion], uncounted: Int64, _ context: PageContext) -> Values {
        var values: Values = [
            "isEmpty": questions.isEmpty,
            "questions": questions.map { question in
                var row: Values = [
                    "text": QuestionForms.text(question.text, question.language, context),
                    "language": context.language(question.language), "category": context.category(question.category),
                    "count": context.figures.count(question.count),
                    "reason": question.reason.map { context.text.word(.missReason, $0.rawValue) } ?? Figures.none,
                ]
                if let snippet = question.snippet { row["snippet"] = snippet }
                return row
            },
        ]
        if uncounted > 0 { values["uncounted"] = context.text(.uncounted, count: uncounted) }
        return values
    }

    private static func foot(_ kind: String, _ context: PageContext) -> PanelFoot {
        PanelFoot(csv: link(kind, csv: true, context), json: link(kind, csv: false, context), help: "questions")
    }

    private static func link(_ kind: String, csv: Bool, _ context: PageContext) -> String {
        context.api(
            "/cache/top-queries",
            [
                "kind": kind, "language": context.state.language?.rawValue, "category": context.state.category?.rawValue,
                "format": csv ? "csv" : nil,
            ])
    }
}

extension Templates {
    static let explain = PanelTemplate(
        """
        <h2>{{t.explainHeading}}</h2>
        <p class="quiet">{{t.explainLead}}</p>
        <form class="ask" method="post" action="{{action}}">
        {{#problem}}<p class="problem" id="explain-problem"><bdi lang="en">{{problem}}</bdi></p>{{/problem}}
        <label for="explain-q">{{t.question}}</label> <input id="explain-q" type="text" name="question" value="{{question}}" dir="auto" maxlength="500" required autocomplete="off"{{#problem}} aria-invalid="true" aria-describedby="explain-problem"{{/problem}}>
        <label>{{t.languageLabel}} <select name="language">{{#languages}}{{> option}}{{/languages}}</select></label>
        <label>{{t.categoryLabel}} <select name="category">{{#categories}}{{> option}}{{/categories}}</select></label>
        {{#token}}<input type="hidden" name="token" value="{{token}}">{{/token}}
        <button type="submit">{{t.explain}}</button>
        </form>
        {{#explanation}}<div class="answer">
        <p><b class="{{#isAnswered}}good{{/isAnswered}}{{^isAnswered}}warn{{/isAnswered}}">{{answered}}</b> <bdi lang="en">{{verdict}}</bdi></p>
        <p><q lang="{{lang}}" dir="auto">{{question}}</q> <span class="quiet">{{kind}}</span></p>
        <ol class="steps">{{#steps}}
        <li class="{{kind}}"><b lang="en"><bdi>{{name}}</bdi></b> <span class="quiet">{{result}} {{time}}</span><br><bdi lang="en">{{detail}}</bdi>{{#facts}}<br><span class="quiet"><bdi>{{name}}</bdi></span> <code><bdi>{{value}}</bdi></code>{{/facts}}</li>{{/steps}}
        </ol>
        {{#hasAnswer}}<p lang="{{lang}}" dir="auto">{{answer}}</p>{{/hasAnswer}}
        <p class="quiet"><code dir="ltr">{{key}}</code></p>
        </div>{{/explanation}}

        """)

    static let kept = PanelTemplate(
        """
        <h2 id="kept">{{heading}}</h2>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        {{#isEmpty}}<p class="absent">{{t.keptEmpty}}</p>{{/isEmpty}}
        {{^isEmpty}}<div class="scroll" role="region" aria-labelledby="kept" tabindex="0"><table>
        <thead><tr><th scope="col">{{t.question}}</th><th scope="col">{{t.languageLabel}}</th><th scope="col">{{t.categoryLabel}}</th><th scope="col" class="number">{{t.hitsColumn}}</th><th scope="col" class="number">{{t.saved}}</th><th scope="col" class="number">{{t.confidence}}</th><th scope="col">{{t.expires}}</th>{{#canAct}}<th scope="col">{{t.actions}}</th>{{/canAct}}</tr></thead>
        <tbody>{{#questions}}
        <tr><th scope="row">{{#text}}{{#shown}}<bdi lang="{{lang}}" dir="auto">{{shown}}</bdi>{{/shown}}{{#hiddenFor}}<span class="quiet">{{hiddenFor}}</span>{{/hiddenFor}}{{/text}}</th><td>{{language}}</td><td>{{category}}</td><td class="number">{{hits}}</td><td class="number">{{saved}}</td><td class="number">{{confidence}}</td><td>{{expires}}</td>{{#canAct}}<td>{{#remove}}<a href="{{remove}}" aria-label="{{t.remove}}: {{#text}}{{shown}}{{/text}}">{{t.remove}}</a> <a href="{{unhelpful}}" aria-label="{{t.unhelpful}}: {{#text}}{{shown}}{{/text}}">{{t.unhelpful}}</a>{{/remove}}</td>{{/canAct}}</tr>{{/questions}}
        </tbody></table></div>{{/isEmpty}}
        {{> links}}

        """)

    static let missed = PanelTemplate(
        """
        <h2 id="missed">{{heading}}</h2>
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        {{#isEmpty}}<p class="absent">{{t.missedEmpty}}</p>{{/isEmpty}}
        {{^isEmpty}}<div class="scroll" role="region" aria-labelledby="missed" tabindex="0"><table>
        <thead><tr><th scope="col">{{t.question}}</th><th scope="col">{{t.languageLabel}}</th><th scope="col">{{t.categoryLabel}}</th><th scope="col" class="number">{{t.timesAsked}}</th><th scope="col">{{t.reason}}</th><th scope="col">{{t.addToCommon}}</th></tr></thead>
        <tbody>{{#questions}}
        <tr><th scope="row">{{#text}}{{#shown}}<bdi lang="{{lang}}" dir="auto">{{shown}}</bdi>{{/shown}}{{#hiddenFor}}<span class="quiet">{{hiddenFor}}</span>{{/hiddenFor}}{{/text}}</th><td>{{language}}</td><td>{{category}}</td><td class="number">{{count}}</td><td>{{reason}}</td><td>{{#snippet}}<details><summary>{{t.snippet}}</summary><code dir="ltr">{{snippet}}</code></details>{{/snippet}}</td></tr>{{/questions}}
        </tbody></table></div>{{/isEmpty}}
        {{#uncounted}}<p class="quiet">{{uncounted}}</p>{{/uncounted}}
        {{> links}}

        """)
}
