import HearthTelemetry

/// What was wrong in a form: said at the field, and on top of the page with a link to it.
struct FieldProblem: Sendable {
    /// The identifier of the field.
    var field: StaticString
    var name: String
    var text: String
    /// As in the API; else it is in the page's language.
    var isEnglish = true

    var values: Values { ["field": "\(field)", "name": name, "text": text, "isEnglish": isEnglish] }
}

/// Puts panels into the frame that all pages share.
enum PageComposer {
    static func page(
        _ context: PageContext, title: String, heading: String, controls: PageControls.Kind = .none, panels: [RenderedPanel],
        problem: FieldProblem? = nil, footnote: String? = nil, range: String? = nil
    ) -> RenderedPage {
        let status = RenderedPanel(id: "status", html: Templates.statusLine.render(StatusLine.values(context), in: context))
        let head = Templates.head.render(headValues(context, title: title), in: context)
        let foot = Templates.foot.render(footValues(context, footnote: footnote, range: range), in: context)
        let body = panels.map(\.section).joined()
        var above: Values = ["heading": heading, "notices": notices(context), "hasNotices": !context.frame.notices.isEmpty]
        if let problem { above["problem"] = problem.values }
        let top = Templates.main.render(above, in: context)
        let page =
            head + StatusLine.section(status, context)
            + Templates.controls.render(PageControls.values(context, kind: controls), in: context)
            + top + body + foot
        let fragment = fragmentMark(context, title: title, status: status) + StatusLine.element(status) + body
        let tag = Fingerprint.of(Array((panels.map(\.hash) + [status.hash, title]).joined(separator: ".").utf8))
        return RenderedPage(page: Array(page.utf8), fragment: Array(fragment.utf8), entityTag: "\"\(tag)\"", updated: asciiUpdated(context))
    }

    /// What the script's policy for trusted types asks of a fragment, with what is new outside of panels.
    private static func fragmentMark(_ context: PageContext, title: String, status: RenderedPanel) -> String {
        var isEnding = false
        if case .stopping = context.frame.status { isEnding = true }
        return Templates.fragment.render(
            [
                "isEnding": isEnding, "title": fullTitle(context, title), "updated": updated(context),
                "state": StatusLine.sentence(context),
            ], in: context)
    }

    private static func updated(_ context: PageContext) -> String {
        context.calendar.clockWithSeconds(context.now) + " " + context.calendar.abbreviation(context.now)
    }

    /// In header fields there is room for ASCII only; names of zones are.
    private static func asciiUpdated(_ context: PageContext) -> String {
        updated(context).filter { $0.isASCII && !$0.isNewline }
    }

    private static func fullTitle(_ context: PageContext, _ title: String) -> String {
        guard let warning = StatusLine.titlePrefix(context), warning != title else { return title + " · Hearth" }
        return warning + ": " + title + " · Hearth"
    }

    private static func headValues(_ context: PageContext, title: String) -> Values {
        let frame = context.frame
        var values: Values = [
            "lang": frame.language.rawValue, "dir": frame.language.direction, "title": fullTitle(context, title),
            "stylesheet": Stylesheet.path, "script": PageScript.path,
            "icon": StatusLine.isWell(frame.status) ? PageIcon.path : PageIcon.troubledPath,
            "address": context.here { _ in }, "updated": updated(context), "state": StatusLine.sentence(context),
            "isSimulated": frame.isSimulated, "brand": context.link(.overview),
            "views": navigation(context),
            "languages": Language.allCases.map { language in
                [
                    "code": language.rawValue, "name": language.ownName, "href": context.here { $0.ui = language },
                    "isCurrent": language == frame.language,
                ] as Values
            },
            "other": frame.theme == .dark ? context.text(.themeLight) : context.text(.themeDark),
            "otherTheme": context.here { $0.theme = frame.theme == .dark ? .light : .dark },
        ]
        if let theme = frame.theme, theme != .auto { values["theme"] = theme.rawValue }
        if frame.hasKeys { values["hasKeys"] = true }
        if let seconds = frame.refreshSeconds { values["refresh"] = "\(seconds)" }
        if case .every(let seconds) = context.state.refresh { values["metaRefresh"] = "\(seconds)" }
        return values
    }

    private static func navigation(_ context: PageContext) -> [Values] {
        let entries: [(PageView, Phrase)] = [
            (.overview, .overview), (.savings, .savings), (.questions, .questions), (.jobs, .jobs), (.health, .health), (.help, .help),
        ]
        return entries.map { view, name in
            let isCurrent = view == context.frame.address.view.section
            return ["name": context.text(name), "href": context.link(view), "isCurrent": isCurrent]
        }
    }

    private static func notices(_ context: PageContext) -> [Values] {
        context.frame.notices.prefix(8).map { notice in
            ["what": notice.name + "=" + notice.value, "effect": context.text(effect(of: notice), ["range": context.rangeName])]
        }
    }

    private static func effect(of notice: AddressNotice) -> Phrase {
        guard notice.isKnown else { return .noticeUnknown }
        return ["range", "from", "to"].contains(notice.name) ? .noticeRange : .noticeValue
    }

    private static func footValues(_ context: PageContext, footnote: String?, range: String?) -> Values {
        var values: Values = [
            "made": context.text(
                .footMade,
                [
                    "version": context.frame.version, "time": context.calendar.fullMoment(context.now), "zone": context.frame.zone.name,
                    "range": range ?? context.rangeName,
                ]),
            "reference": ServicePath.reference, "openAPI": ServicePath.openAPI, "metrics": ServicePath.metrics,
            "report": context.link(.report),
        ]
        if let footnote { values["footnote"] = footnote }
        switch context.frame.reader {
        case .open: values["reader"] = context.text(.readerOpen)
        case .signedIn(let name, _):
            values["reader"] = context.text(.readerSignedIn, ["name": name])
            values["signOut"] = ServicePath.pages + "/sign-out"
        case .anonymous: break
        }
        return values
    }
}

extension PageView {
    /// The entry of the navigation that it belongs to.
    var section: PageView? {
        switch self {
        case .overview, .savings, .questions, .jobs, .health, .help: self
        case .job, .run: .jobs
        case .report: .savings
        case .runbooks, .runbook: .help
        case .signIn, .confirm, .result: nil
        }
    }
}

extension PageContext {
    /// The range in words.
    var rangeName: String {
        if let word = state.range.word { return text.word(.range, word) }
        let bounds = state.range.bounds(at: now)
        return text(.rangeBetween, ["from": calendar.fullMoment(bounds.from), "to": calendar.fullMoment(bounds.to)])
    }
}
