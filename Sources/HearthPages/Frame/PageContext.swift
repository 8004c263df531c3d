import HearthTelemetry

/// Values of a template.
typealias Values = [String: Any]

/// What every part of a page needs: its words, its figures, its calendar and where links go.
struct PageContext: Sendable {
    let frame: PageFrame
    let text: PageText
    let figures: Figures
    let calendar: Calendar

    init(_ frame: PageFrame) {
        self.frame = frame
        text = PageText.of(frame.language)
        figures = Figures(frame.language)
        calendar = Calendar(frame.language, zone: frame.zone)
    }

    var root: String { frame.address.view.rootPrefix }
    var state: PageState { frame.address.state }
    var now: Timestamp { frame.generatedAt }

    /// A view with the same range, filters and display.
    func link(_ view: PageView, _ change: (inout PageState) -> Void = { _ in }) -> String {
        var state = state
        (state.job, state.outcome, state.trigger, state.before, state.month) = (nil, nil, nil, nil, nil)
        change(&state)
        return root + PageAddress(view: view, state: state).text
    }

    /// This page with another state.
    func here(_ change: (inout PageState) -> Void) -> String {
        var state = state
        change(&state)
        return root + PageAddress(view: frame.address.view, state: state).text
    }

    /// An address of the API, with the parameters that are not nil.
    func api(_ path: String, _ parameters: KeyValuePairs<String, String?>) -> String { api(path, parameters.map { ($0, $1) }) }

    func api(_ path: String, _ parameters: [(String, String?)]) -> String {
        let query = parameters.compactMap { name, value in value.map { name + "=" + PercentEncoding.encode($0, keeping: ":/") } }
        return root + ServicePath.api + path + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    func confirm(_ action: PageAction, _ parameters: KeyValuePairs<String, String?> = [:]) -> String {
        confirm(action, parameters.compactMap { name, value in value.map { (name, $0) } })
    }

    func confirm(_ action: PageAction, _ parameters: [(String, String)]) -> String {
        let pairs = [("action", action.rawValue)] + parameters
        let display = displayState.parameters
        return root + ServicePath.pages + "/confirm?"
            + (pairs + display).map { $0.0 + "=" + PercentEncoding.encode($0.1, keeping: ":/") }.joined(separator: "&")
    }

    /// The part of the state that says how pages look, not what they are about.
    var displayState: PageState {
        var display = PageState()
        (display.ui, display.theme, display.zone, display.hasKeys) = (state.ui, state.theme, state.zone, state.hasKeys)
        return display
    }

    func ago(_ moment: Timestamp) -> String {
        let span = now - moment
        return span < .seconds(1) ? text(.justNow) : text(.ago, ["span": figures.coarseSpan(span)])
    }

    func ahead(_ moment: Timestamp) -> String {
        let span = moment - now
        return span < .seconds(1) ? text(.dueNow) : text(.ahead, ["span": figures.coarseSpan(span)])
    }

    /// A moment for `<time>`: `iso` for programs, `text` for people.
    func time(_ moment: Timestamp) -> Values {
        ["iso": moment.description, "text": calendar.fullMoment(moment)]
    }

    func language(_ language: Language) -> String { text.word(.language, language.rawValue) }
    func category(_ category: ResponseCategory) -> String { text.word(.category, category.rawValue) }
}
