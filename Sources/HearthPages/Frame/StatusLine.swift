import HearthTelemetry

/// "Working · complete to 17:31 · 3 of 3 replicas": the state of the service in one line on every page.
enum StatusLine {
    static func isWell(_ status: ServiceStatus) -> Bool {
        if case .working = status { true } else { false }
    }

    static func titlePrefix(_ context: PageContext) -> String? {
        switch context.frame.status {
        case .working: nil
        case .degraded: context.text(.stateDegraded)
        case .starting: context.text(.stateStarting)
        case .stopping: context.text(.stateStopping)
        }
    }

    /// One sentence, also read to people who cannot see the line when it changes.
    static func sentence(_ context: PageContext) -> String {
        let text = context.text
        switch context.frame.status {
        case .working: return text(.stateWorking)
        case .starting: return text(.stateStarting)
        case .stopping(let requests): return text(.stoppingRequests, count: Int64(requests))
        case .degraded(let parts):
            if parts.contains(where: { $0.component == "provider" }) { return text(.stateProviderDown) }
            guard !parts.isEmpty else { return text(.stateDegraded) }
            let names = parts.map { text.word(.component, $0.component) }.joined(separator: ", ")
            guard let since = parts.compactMap(\.since).min() else { return text(.workingWithout, ["what": names]) }
            return text(.workingWithoutSince, ["what": names, "time": context.calendar.clock(since)])
        }
    }

    static func values(_ context: PageContext) -> Values {
        let frame = context.frame
        let text = context.text
        var values: Values = [
            "sentence": sentence(context), "isWell": isWell(frame.status), "sign": isWell(frame.status) ? "●" : "▲",
            "version": frame.version, "profile": frame.profile,
        ]
        if let complete = frame.completeThrough {
            values["complete"] = text(
                .completeTo, ["time": context.calendar.clock(complete) + " " + context.calendar.abbreviation(complete)])
        }
        let replicas = frame.replicas
        values["replicas"] = text(
            .replicasOf, count: Int64(replicas.known), ["reporting": context.figures.count(replicas.reporting)])
        if replicas.reporting < replicas.known { values["isPartial"] = true }
        if case .degraded(let parts) = frame.status { values["reasons"] = parts.map { ["component": $0.component, "reason": $0.reason] } }
        return values
    }

    /// The line in a landmark, to which the script adds when the page was updated.
    static func section(_ panel: RenderedPanel, _ context: PageContext) -> String {
        "<section class=\"status\" aria-label=\"" + HTMLText().escapeText(context.text(.stateColumn)) + "\">\n" + element(panel)
            + "</section>\n"
    }

    static func element(_ panel: RenderedPanel) -> String {
        "<div id=\"p-status\" data-hash=\"\(panel.hash)\">\n\(panel.html)</div>\n"
    }
}
