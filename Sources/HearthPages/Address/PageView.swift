/// A view, as its path names it.
package enum PageView: Sendable, Hashable {
    case overview
    case savings
    case questions
    case jobs
    case job(String)
    case run(String)
    case health
    case report
    case help
    /// The runbook that leads to all others.
    case runbooks
    case runbook(String)
    case signIn
    case confirm
    /// The page after an action.
    case result

    /// The part after `/admin/cache-analytics`, percent-encoded; empty for the overview.
    package var path: String {
        switch self {
        case .overview: ""
        case .savings: "/savings"
        case .questions: "/questions"
        case .jobs: "/jobs"
        case .job(let name): "/jobs/" + PercentEncoding.encode(name)
        case .run(let id): "/runs/" + PercentEncoding.encode(id)
        case .health: "/health"
        case .report: "/report"
        case .help: "/help"
        case .runbooks: "/runbooks"
        case .runbook(let name): "/runbooks/" + PercentEncoding.encode(name)
        case .signIn: "/sign-in"
        case .confirm: "/confirm"
        case .result: "/result"
        }
    }

    /// Reads what ``path`` writes; a slash at the end is not accepted, since one form is the true one.
    package init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard path.isEmpty || path.hasPrefix("/") else { return nil }
        guard let first = parts.first else {
            self = .overview
            return
        }
        if parts.count == 1 {
            guard let view = Self.named[String(first)] else { return nil }
            self = view
            return
        }
        guard parts.count == 2, let last = parts.last, !last.isEmpty, let name = PercentEncoding.decode(last, plusIsSpace: false) else {
            return nil
        }
        switch first {
        case "jobs": self = .job(name)
        case "runs": self = .run(name)
        case "runbooks": self = .runbook(name)
        default: return nil
        }
    }

    private static let named: [String: PageView] = [
        "savings": .savings, "questions": .questions, "jobs": .jobs, "health": .health, "report": .report, "help": .help,
        "runbooks": .runbooks, "sign-in": .signIn, "confirm": .confirm, "result": .result,
    ]

    /// How to get from this view's address to the service's root: links are relative, so that pages work below a proxy's prefix.
    package var rootPrefix: String {
        switch self {
        case .overview: "../"
        case .savings, .questions, .jobs, .health, .report, .help, .runbooks, .signIn, .confirm, .result: "../../"
        case .job, .run, .runbook: "../../../"
        }
    }
}
