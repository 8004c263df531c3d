/// Everything that is sent for a view: the whole page, or its parts for a page that is open already.
package struct RenderedPage: Sendable {
    /// HTML in UTF-8; send it with ``PageHeaders/page``.
    package var page: [UInt8]
    /// The answer to requests with the header `Hearth-Fragment: 1`: the panels with their hashes, as HTML in UTF-8.
    package var fragment: [UInt8]
    /// Of the fragment, with its quotation marks; the same as long as no panel changes.
    package var entityTag: String
    /// For ``PageHeaders/updated``.
    package var updated: String
}

/// The views as HTML; they know no store, clock or socket.
package enum Pages {
    package static func overview(_ content: OverviewContent, in frame: PageFrame) -> RenderedPage {
        OverviewView.render(content, PageContext(frame))
    }
    package static func savings(_ content: SavingsContent, in frame: PageFrame) -> RenderedPage {
        SavingsView.render(content, PageContext(frame))
    }
    package static func questions(_ content: QuestionsContent, in frame: PageFrame) -> RenderedPage {
        QuestionsView.render(content, PageContext(frame))
    }
    package static func jobs(_ content: JobsContent, in frame: PageFrame) -> RenderedPage {
        JobsView.render(content, PageContext(frame))
    }
    package static func job(_ content: JobContent, in frame: PageFrame) -> RenderedPage {
        JobView.render(content, PageContext(frame))
    }
    package static func run(_ content: RunContent, in frame: PageFrame) -> RenderedPage {
        RunView.render(content, PageContext(frame))
    }
    package static func health(_ content: HealthContent, in frame: PageFrame) -> RenderedPage {
        HealthView.render(content, PageContext(frame))
    }
    package static func report(_ content: ReportContent, in frame: PageFrame) -> RenderedPage {
        ReportView.render(content, PageContext(frame))
    }
    package static func help(_ content: HelpContent, in frame: PageFrame) -> RenderedPage {
        HelpView.render(content, PageContext(frame))
    }
    package static func runbook(_ runbook: Runbook, in frame: PageFrame) -> RenderedPage {
        RunbookView.render(runbook, PageContext(frame))
    }
    package static func signIn(_ content: SignInContent, in frame: PageFrame) -> RenderedPage {
        SignInView.render(content, PageContext(frame))
    }
    package static func confirm(_ content: ConfirmContent, in frame: PageFrame) -> RenderedPage {
        ConfirmView.render(content, PageContext(frame))
    }
    package static func result(_ content: ResultContent, in frame: PageFrame) -> RenderedPage {
        ConfirmView.result(content, PageContext(frame))
    }
    /// The page in place of one that cannot be shown; below 2 KB for 429 and 503.
    package static func fault(_ fault: PageFault, in frame: PageFrame) -> RenderedPage {
        FaultView.render(fault, PageContext(frame))
    }
}
