import HearthTelemetry

/// The pages in place of one that cannot be shown.
enum FaultView {
    static func render(_ fault: PageFault, _ context: PageContext) -> RenderedPage {
        let text = context.text
        var values: Values = ["status": "\(fault.status)"]
        let title: Phrase
        switch fault {
        case .invalid(let reason):
            title = .faultInvalid
            values["reason"] = reason
        case .forbidden(let scope, let holder):
            title = .faultForbidden
            values["sentence"] = text(.faultNeedsScope, ["scope": scope])
            if let holder { values["extra"] = text(.readerSignedIn, ["name": holder]) }
        case .unknownPage(let path):
            title = .faultUnknown
            values["sentence"] = text(.faultNoPage)
            values["what"] = path
        case .unknownJob(let name, let nearest):
            title = .faultUnknown
            values["sentence"] = text(.faultNoJob)
            values["what"] = name
            if let nearest { values["nearest"] = ["name": nearest, "href": context.link(.job(nearest))] }
        case .unknownRun(let id, let days):
            title = .faultUnknown
            values["sentence"] = text(.faultNoRun) + (days.map { " " + text(.runsKept, count: Int64($0)) } ?? "")
            values["what"] = id
        case .tooMany(let seconds): return small(.faultTooMany, text(.faultRetry, count: Int64(seconds)), context)
        case .unavailable(let reason, let seconds):
            return small(.faultUnavailable, seconds.map { text(.faultRetry, count: Int64($0)) } ?? "", reason: reason, context)
        case .starting(let steps):
            title = .stateStarting
            values["isStarting"] = !steps.isEmpty
            values["steps"] = steps.map { step in
                ["name": step.name, "state": text.word(.step, step.state.rawValue), "kind": step.state.rawValue]
            }
        case .failed(let id):
            title = .faultFailed
            values["sentence"] = text(.faultRequestID)
            values["what"] = id
        }
        values["home"] = context.link(.overview)
        let panel = RenderedPanel(id: "fault", isWide: true, html: Templates.fault.render(values, in: context))
        return PageComposer.page(context, title: text(title), heading: text(title), panels: [panel])
    }

    /// Made for a service that has no time for it.
    private static func small(_ title: Phrase, _ sentence: String, reason: String? = nil, _ context: PageContext) -> RenderedPage {
        var values: Values = [
            "title": context.text(title), "sentence": sentence, "stylesheet": Stylesheet.path, "lang": context.frame.language.rawValue,
            "dir": context.frame.language.direction, "home": context.link(.overview),
        ]
        if let reason { values["reason"] = reason }
        let html = Array(Templates.smallFault.render(values, in: context).utf8)
        return RenderedPage(page: html, fragment: html, entityTag: "\"\(Fingerprint.of(html))\"", updated: "")
    }
}

extension Templates {
    static let fault = PanelTemplate(
        """
        {{#sentence}}<p>{{sentence}}</p>{{/sentence}}
        {{#what}}<p><code><bdi>{{what}}</bdi></code></p>{{/what}}
        {{#reason}}<p><bdi lang="en">{{reason}}</bdi></p>{{/reason}}
        {{#nearest}}<p>{{t.didYouMean}} <a href="{{href}}"><bdi>{{name}}</bdi></a></p>{{/nearest}}
        {{#extra}}<p class="quiet">{{extra}}</p>{{/extra}}
        {{#isStarting}}<ol class="steps">{{#steps}}<li class="{{kind}}"><bdi lang="en">{{name}}</bdi> <span class="quiet">{{state}}</span></li>{{/steps}}</ol>{{/isStarting}}
        <p><a href="{{home}}">{{t.overview}}</a></p>

        """)

    static let smallFault = PanelTemplate(
        """
        <!doctype html>
        <html lang="{{lang}}" dir="{{dir}}">
        <head>
        <meta charset="utf-8">
        <title>{{title}} · Hearth</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <link rel="stylesheet" href="{{root}}{{stylesheet}}">
        </head>
        <body>
        <main id="main">
        <h1>{{title}}</h1>
        <p>{{sentence}}</p>
        {{#reason}}<p><bdi lang="en">{{reason}}</bdi></p>{{/reason}}
        <p><a href="{{home}}">{{t.overview}}</a></p>
        </main>
        </body>
        </html>

        """)
}
