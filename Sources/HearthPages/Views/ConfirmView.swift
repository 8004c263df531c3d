import HearthTelemetry

/// What an action would do, before it does it; and what it did.
enum ConfirmView {
    static func render(_ content: ConfirmContent, _ context: PageContext) -> RenderedPage {
        let (text, figures) = (context.text, context.figures)
        let name = text.word(.action, content.action.rawValue)
        var effects: [String] = []
        let effect = content.effect.content ?? .init()
        if let removed = effect.answersRemoved { effects.append(text(.effectRemoves, count: removed)) }
        if let dollars = effect.rebuildDollars { effects.append(text(.effectRebuild, ["money": figures.dollars(dollars)])) }
        if let calls = effect.callsToProvider { effects.append(text(.effectCalls, count: calls)) }
        var values: Values = [
            "heading": name, "effects": effects, "facts": effect.facts.map(\.values),
            "parameters": content.parameters.map(\.values), "token": content.token,
            "action": context.root + ServicePath.actions + "/" + content.action.rawValue, "command": content.command,
            "undo": text(content.action.isFinal ? .cannotBeUndone : .canBeUndone), "isFinal": content.action.isFinal,
            "back": context.link(content.back), "reader": reader(context),
        ]
        var problem: FieldProblem?
        if let word = content.wordToType {
            problem = content.problem.map { FieldProblem(field: "word", name: text(.typeTheWord, ["word": word]), text: $0) }
            values["typed"] = ["word": word, "ask": text(.typeTheWord, ["word": word])]
        }
        if let problem = content.problem { values["problem"] = problem }
        switch content.effect {
        case .ready: break
        case .kept(_, let madeAt, let took, let job): values["note"] = context.keptNote(madeAt, took, job)
        case .missing(let absence):
            values["absent"] = context.absent(absence).merging(["again": again(content, context)]) { own, _ in own }
        }
        let panel = RenderedPanel(id: "confirm", isWide: true, html: Templates.confirm.render(values, in: context))
        let title = text(.confirmTitle, ["action": name])
        return PageComposer.page(context, title: title, heading: title, panels: [panel], problem: problem)
    }

    /// The address of this page.
    private static func again(_ content: ConfirmContent, _ context: PageContext) -> String {
        context.confirm(content.action, content.parameters.map { ($0.name, $0.value) })
    }

    private static func reader(_ context: PageContext) -> String {
        if case .signedIn(let name, _) = context.frame.reader { return context.text(.readerSignedIn, ["name": name]) }
        return context.text(.readerOpen)
    }

    static func result(_ content: ResultContent, _ context: PageContext) -> RenderedPage {
        let text = context.text
        let name = text.word(.action, content.action.rawValue)
        var values: Values = [
            "action": name, "parameters": content.parameters.map(\.values),
            "facts": content.facts.map(\.values), "back": context.link(content.back), "isGood": false,
        ]
        switch content.outcome {
        case .done: (values["sentence"], values["isGood"]) = (text(.actionDone), true)
        case .started(let run):
            (values["sentence"], values["isGood"]) = (text(.actionStarted), true)
            values["run"] = context.link(.run(run))
        case .alreadyRunning(let run, let since):
            values["sentence"] =
                since.map { text(.alreadyRunningSince, ["time": context.calendar.fullMoment($0)]) } ?? text(.alreadyRunning)
            if let run { values["run"] = context.link(.run(run)) }
        case .refused(let reason):
            values["sentence"] = text(.actionRefused)
            values["reason"] = reason
        }
        let panel = RenderedPanel(id: "result", isWide: true, html: Templates.result.render(values, in: context))
        return PageComposer.page(context, title: name, heading: name, panels: [panel])
    }
}

extension PageAction {
    /// Whether what it does cannot be taken back.
    var isFinal: Bool {
        switch self {
        case .invalidate, .deleteAnswer, .maintenance, .cancelRun, .runJob, .warm: true
        case .pauseJob, .resumeJob, .markUnhelpful: false
        }
    }
}

extension Templates {
    static let confirm = PanelTemplate(
        """
        {{#absent}}<p class="absent">{{sentence}} <a href="{{again}}">{{t.refreshNow}}</a> <a href="{{help}}">{{t.whatToDo}}</a> {{#runbook}}{{> runbook}}{{/runbook}}</p>{{/absent}}
        {{#note}}<p class="note">{{note}}</p>{{/note}}
        <ul class="effects">{{#effects}}<li>{{.}}</li>{{/effects}}{{#facts}}<li><bdi lang="en">{{name}}: {{value}}</bdi></li>{{/facts}}</ul>
        {{#problem}}<p class="problem" id="problem"><bdi lang="en">{{problem}}</bdi></p>{{/problem}}
        <dl class="facts">{{#parameters}}<div><dt><bdi>{{name}}</bdi></dt><dd><bdi>{{value}}</bdi></dd></div>{{/parameters}}</dl>
        <p{{#isFinal}} class="warn"{{/isFinal}}>{{undo}}</p>
        <p class="quiet">{{reader}}</p>
        {{^absent}}<form class="ask" method="post" action="{{action}}" autocomplete="off">
        {{#parameters}}<input type="hidden" name="{{name}}" value="{{value}}">{{/parameters}}
        <input type="hidden" name="token" value="{{token}}">
        {{#typed}}<label for="word">{{ask}}</label> <input id="word" type="text" name="word" required autocomplete="off" dir="ltr"{{#problem}} aria-invalid="true" aria-describedby="problem"{{/problem}}>{{/typed}}
        <button type="submit">{{heading}}</button>
        </form>{{/absent}}
        <p><a href="{{back}}">{{t.doNothing}}</a></p>
        <p class="quiet">{{t.sameInShell}}</p>
        <pre tabindex="0" role="region" aria-label="{{t.command}}" dir="ltr"><code>{{command}}</code></pre>

        """)

    static let result = PanelTemplate(
        """
        <p class="big {{#isGood}}good{{/isGood}}{{^isGood}}warn{{/isGood}}">{{sentence}}</p>
        {{#reason}}<p><bdi lang="en">{{reason}}</bdi></p>{{/reason}}
        {{#run}}<p><a href="{{run}}">{{t.run}}</a></p>{{/run}}
        <dl class="facts">{{#parameters}}<div><dt><bdi>{{name}}</bdi></dt><dd><bdi>{{value}}</bdi></dd></div>{{/parameters}}{{#facts}}<div><dt><bdi>{{name}}</bdi></dt><dd><bdi>{{value}}</bdi></dd></div>{{/facts}}</dl>
        <p><a href="{{back}}">{{t.goBack}}</a></p>

        """)
}
