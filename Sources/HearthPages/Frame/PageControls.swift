import HearthTelemetry

/// The one form above the panels: range, filters and display.
enum PageControls {
    enum Kind: Sendable, Equatable {
        case none
        /// Range and filters.
        case figures
        /// Range only.
        case range
        /// Filters only.
        case filters
        /// One of the jobs of these names.
        case jobs([String])
        /// Display only.
        case display
    }

    static func values(_ context: PageContext, kind: Kind) -> Values {
        guard kind != .none else { return ["hasControls": false] }
        let text = context.text
        let state = context.state
        var values: Values = [
            "hasControls": true, "again": context.here { _ in },
            "action": context.root + PageAddress(view: context.frame.address.view).text,
        ]
        if kind == .figures || kind == .range {
            values["ranges"] = [
                "options": options(PageRange.rolling.map { ($0.word, text.word(.range, $0.word)) }, chosen: state.range.word ?? "")
            ]
            var between: Values = ["from": "", "to": "", "isOpen": false]
            if case .between = state.range {
                for pair in state.parameters where pair.name == "from" || pair.name == "to" { between[pair.name] = pair.value }
                between["isOpen"] = true
            }
            // What was typed and not understood is still there, with a word at the field.
            for notice in context.frame.notices where notice.isKnown && ["from", "to"].contains(notice.name) {
                between[notice.name] = notice.value
                between[notice.name + "IsWrong"] = true
                between["isOpen"] = true
            }
            values["between"] = between
            values["permanent"] = context.fixedAddress
        }
        if kind == .figures || kind == .filters {
            values["languages"] = ["options": languages(context, or: .all, chosen: state.language)]
            values["categories"] = ["options": categories(context, or: .all, chosen: state.category)]
        }
        if case .jobs(let names) = kind {
            values["jobs"] = ["options": options([("", text(.all))] + names.map { ($0, $0) }, chosen: state.job ?? "")]
        }
        var zones = [("utc", "UTC"), ("local", text(.zoneLocal, ["zone": context.frame.serverZone]))]
        var zone = "utc"
        switch state.zone {
        case .utc: break
        case .local: zone = "local"
        case .named(let name):
            zone = name
            zones.append((name, name))
        }
        values["zones"] = options(zones, chosen: zone)
        let seconds = context.frame.refreshSeconds.map { "\($0)" } ?? "off"
        values["refreshes"] = options(
            PageState.intervals.map { ("\($0)", context.figures.span(.seconds($0))) } + [("off", text(.off))], chosen: seconds)
        // Each in itself, so that whoever cannot read the page finds the own one.
        values["pageLanguages"] = options(Language.allCases.map { ($0.rawValue, $0.ownName) }, chosen: context.frame.language.rawValue)
        let themes: [(PageTheme, Phrase)] = [(.auto, .themeAuto), (.light, .themeLight), (.dark, .themeDark)]
        values["themes"] = options(
            themes.map { ($0.0.rawValue, text($0.1)) }, chosen: (context.frame.theme ?? .auto).rawValue)
        values["hidden"] = kept(state, for: kind)
        return values
    }

    /// What the form has no field for.
    private static func kept(_ state: PageState, for kind: Kind) -> [Values] {
        var fields: Set<String> = ["tz", "refresh", "ui", "theme"]
        if kind == .figures || kind == .range { fields.formUnion(["range", "from", "to"]) }
        if kind == .figures || kind == .filters { fields.formUnion(["language", "category"]) }
        if case .jobs = kind { fields.insert("job") }
        return state.parameters.filter { !fields.contains($0.name) && $0.name != "before" }.map { ["name": $0.name, "value": $0.value] }
    }

    /// Every language, after the word for none in particular.
    static func languages(_ context: PageContext, or none: Phrase, chosen: Language?) -> [Values] {
        options([("", context.text(none))] + Language.allCases.map { ($0.rawValue, context.language($0)) }, chosen: chosen?.rawValue ?? "")
    }

    /// Every category, after the word for none in particular.
    static func categories(_ context: PageContext, or none: Phrase, chosen: ResponseCategory?) -> [Values] {
        options(
            [("", context.text(none))] + ResponseCategory.allCases.map { ($0.rawValue, context.category($0)) },
            chosen: chosen?.rawValue ?? "")
    }

    static func options(_ pairs: [(String, String)], chosen: String) -> [Values] {
        pairs.map { ["value": $0.0, "name": $0.1, "isChosen": $0.0 == chosen] }
    }
}
