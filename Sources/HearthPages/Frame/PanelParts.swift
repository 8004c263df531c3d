import HearthTelemetry

/// A part of a page that is replaced by itself when it changes.
struct RenderedPanel: Sendable {
    var id: StaticString
    /// Takes the whole width where there are two columns.
    var isWide = false
    /// Holds what came of a form that was sent, which a refresh must not take away.
    var isKept = false
    var html: String

    var hash: String { Fingerprint.of(Array(html.utf8)) }

    /// The identifier is of the source, the hash is hexadecimal, and the content comes from a template: nothing is left to escape.
    var section: String {
        "<section class=\"panel\(isWide ? " wide" : "")\" id=\"p-\(id)\" data-hash=\"\(hash)\"\(isKept ? " data-keep" : "")>\n\(html)</section>\n"
    }
}

extension PageContext {
    /// The content of a panel, with a note where it is old, or a sentence in its place.
    func panel<Content>(
        _ panel: Panel<Content>, _ id: StaticString, heading: Phrase, isWide: Bool = false, template: PanelTemplate,
        foot: (Content) -> PanelFoot, _ values: (Content) -> Values
    ) -> RenderedPanel {
        var all: Values
        let shown: Content
        switch panel {
        case .ready(let content): (all, shown) = (values(content), content)
        case .kept(let content, let madeAt, let took, let job):
            (all, shown) = (values(content), content)
            all["note"] = keptNote(madeAt, took, job)
        case .missing(let absence):
            let values = self.absent(absence).merging(["heading": text(heading)]) { own, _ in own }
            return RenderedPanel(id: id, isWide: isWide, html: Templates.absent.render(values, in: self))
        }
        all["heading"] = text(heading)
        all["links"] = links(foot(shown), of: text(heading), id)
        return RenderedPanel(id: id, isWide: isWide, html: template.render(all, in: self))
    }

    /// Why content is old.
    func keptNote(_ madeAt: Timestamp, _ took: Duration, _ job: String?) -> String {
        let (took, time) = (figures.milliseconds(Double(took.wholeMilliseconds)), calendar.clockWithSeconds(madeAt))
        guard let job else { return text(.storeSlowKept, ["took": took, "time": time]) }
        return text(.storeBusyKept, ["job": job, "took": took, "time": time])
    }

    /// Why there is no content, and where it says what to do.
    func absent(_ absence: Absence) -> Values {
        [
            "sentence": sentence(absence), "help": link(.help) + "#troubles",
            "runbook": ConditionsPanel.runbook("runbooks/" + absence.runbookName, self),
        ]
    }

    private func sentence(_ absence: Absence) -> String {
        switch absence {
        case .slow(let took): text(.storeSlow, ["took": figures.milliseconds(Double(took.wholeMilliseconds))])
        case .busy(let job, let took):
            text(.storeBusy, ["job": job, "took": figures.milliseconds(Double(took.wholeMilliseconds))])
        case .failed(let reason): text(.panelFailed, ["reason": reason])
        }
    }
}

extension Absence {
    var runbookName: String {
        switch self {
        case .slow, .failed: "HearthStoreErrors.md"
        case .busy: "HearthJobStuck.md"
        }
    }
}

/// FNV-1a with 64 bits (Fowler, Noll, Vo): it tells versions apart; nobody is to be convinced by it.
enum Fingerprint {
    static func of(_ bytes: [UInt8]) -> String {
        let hash: UInt64 = bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
