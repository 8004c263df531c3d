/// What to do about an alert, and the list of all of them.
enum RunbookView {
    static func render(_ runbook: Runbook, _ context: PageContext) -> RenderedPage {
        let text = context.text
        let content = RunbookHTML(runbook, context)
        let panel = RenderedPanel(id: "runbook", isWide: true, html: content.html)
        if runbook.view == .runbooks {
            return PageComposer.page(context, title: text(.allRunbooks), heading: text(.allRunbooks), panels: [panel])
        }
        return PageComposer.page(
            context, title: text(.runbook) + ": " + content.title, heading: text(.runbook) + ": " + text.isolated(content.title),
            panels: [panel])
    }
}
