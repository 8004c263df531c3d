import HearthTelemetry

/// The links below a panel: the same for programs, its address with fixed times, and what it means. *As table* is above them: a panel is
/// a table, or has one beside its chart.
///
/// Forms, and pages that are made for one moment, such as confirmations and faults, have nothing that could be read again: no foot.
struct PanelFoot: Sendable {
    /// What else can be done, before everything else.
    var others: [Link] = []
    var csv: String?
    var json: String?
    /// An anchor of Help.
    var help: String

    struct Link: Sendable {
        var name: String
        var href: String
        /// The name in full, for those who hear links by themselves; it begins with `name`.
        var label: String
        /// The script copies its address instead of going there.
        var isCopied = false

        var values: Values { ["name": name, "href": href, "label": label, "isCopied": isCopied] }
    }
}

extension PageContext {
    /// The foot of what a route of the API answers as JSON and as CSV.
    func tableFoot(_ path: String, _ parameters: [(String, String?)] = [], help: String) -> PanelFoot {
        PanelFoot(
            csv: api(path, parameters + [("format", "csv")]), json: api(path, parameters), help: help)
    }

    func links(_ foot: PanelFoot, of heading: String, _ id: StaticString) -> [Values] {
        var links = foot.others
        if let csv = foot.csv { links.append(named("CSV", csv, heading)) }
        if let json = foot.json { links.append(named("JSON", json, heading)) }
        var copied = named(text(.copyLink), fixedAddress + "#p-\(id)", heading)
        copied.isCopied = true
        links += [copied, named(text(.whatIsThis), link(.help) + "#" + foot.help, heading)]
        return links.map(\.values)
    }

    func named(_ name: String, _ href: String, _ heading: String) -> PanelFoot.Link {
        PanelFoot.Link(name: name, href: href, label: name + ": " + heading)
    }

    /// This page as it is now, also later: where it is about a stretch of time, with its beginning and end.
    var fixedAddress: String {
        here { state in
            switch frame.address.view {
            case .overview, .savings, .health:
                let bounds = state.range.bounds(at: now)
                state.range = .between(bounds.from, bounds.to)
            case .report: state.month = state.month ?? CivilMonth(String(now.description.prefix(7)))
            case .questions, .jobs, .job, .run, .help, .runbooks, .runbook, .signIn, .confirm, .result: break
            }
        }
    }
}
