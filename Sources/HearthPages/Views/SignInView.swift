import HearthTelemetry

/// From a key to a session.
enum SignInView {
    static func render(_ content: SignInContent, _ context: PageContext) -> RenderedPage {
        let text = context.text
        let reason: Phrase =
            switch content.reason {
            case .needed: .signInNeeded
            case .wrongKey: .signInWrongKey
            case .expired: .signInExpired
            case .tooMany: .signInTooMany
            }
        let isWrong = content.reason == .wrongKey || content.reason == .tooMany
        let problem = isWrong ? FieldProblem(field: "key", name: text(.apiKey), text: text(reason), isEnglish: false) : nil
        var values: Values = [
            "reason": text(reason), "isWrong": problem != nil,
            "action": context.root + ServicePath.pages + "/sign-in", "command": "hearth keys create --name page --scopes stats",
        ]
        if let back = content.returnTo { values["back"] = back }
        let panel = RenderedPanel(id: "sign-in", isWide: true, html: Templates.signIn.render(values, in: context))
        return PageComposer.page(context, title: text(.signIn), heading: text(.signIn), panels: [panel], problem: problem)
    }
}

extension Templates {
    static let signIn = PanelTemplate(
        """
        <p id="why"{{#isWrong}} class="problem"{{/isWrong}}>{{reason}}</p>
        <form class="ask" method="post" action="{{action}}">
        <input type="text" name="username" value="hearth" autocomplete="username" hidden>
        <label for="key">{{t.apiKey}}</label> <input id="key" type="password" name="key" autocomplete="current-password" required dir="ltr" aria-describedby="why"{{#isWrong}} aria-invalid="true"{{/isWrong}}>
        {{#back}}<input type="hidden" name="return" value="{{back}}">{{/back}}
        <button type="submit">{{t.signIn}}</button>
        </form>
        <p>{{t.signInCommand}}</p>
        <pre tabindex="0" role="region" aria-label="{{t.command}}" dir="ltr"><code>{{command}}</code></pre>
        <p class="quiet">{{t.signInCookie}}</p>

        """)
}
