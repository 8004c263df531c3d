import HearthTelemetry

/// The page at `/admin/cache-analytics`: is it working, what did it save, what ran.
package enum OverviewPage {
    /// The page as HTML in UTF-8; send it with ``PageHeaders/page``.
    package static func render(_ model: OverviewModel) -> [UInt8] {
        var values: [String: Any] = [
            "title": (model.status.isWorking ? "" : "\(model.status.word): ") + "Overview · Hearth",
            "base": "../",
            "isOverview": true,
            "footer": "Hearth \(model.version). Figures of \(model.range), complete to \(Figure.moment(model.completeThrough)). "
                + "Made \(Figure.moment(model.generatedAt)).",
            "range": model.range, "profile": model.profile, "version": model.version, "isSimulated": model.isSimulated,
            "isDegraded": !model.status.isWorking, "state": model.status.word, "limitations": model.status.limitations,
            "complete": Figure.moment(model.completeThrough), "completeISO": model.completeThrough.description,
            "isEmpty": model.figures.answers == 0, "serviceURL": model.serviceURL,
            "figures": figures(model.figures),
            "hasJobs": !model.jobs.isEmpty,
            "jobs": model.jobs.map { job($0, now: model.generatedAt) },
        ]
        let languages = model.languages.filter { $0.answers > 0 }.map { share($0, name: $0.key.englishName, code: $0.key.rawValue) }
        let categories = model.categories.filter { $0.answers > 0 }.map { share($0, name: $0.key.englishName, code: $0.key.rawValue) }
        values["languages"] = languages
        values["categories"] = categories
        values["hasBreakdowns"] = !languages.isEmpty || !categories.isEmpty
        return OverviewTemplate.page.render(values)
    }

    private static func figures(_ figures: OverviewModel.Figures) -> [[String: Any]] {
        let isEmpty = figures.answers == 0
        let previous = figures.previous
        let note = { (text: String?) in text.map { "was \($0)" } ?? "no earlier figures" }
        return [
            [
                "name": "Hit rate", "figure": isEmpty ? Figure.none : Figure.percent(figures.hitRate),
                "note": note(previous.map { $0.answers == 0 ? Figure.none : Figure.percent($0.hitRate) }),
            ],
            [
                "name": "Saved (net)", "figure": Figure.dollars(figures.savedDollars),
                "note": note(previous.map { Figure.dollars($0.savedDollars) }) + upkeep(figures),
            ],
            [
                "name": "Answers", "figure": Figure.count(figures.answers),
                "note": note(previous.map { Figure.count($0.answers) }) + "; \(Figure.count(figures.fromCache)) from the cache",
            ],
            [
                "name": "Answer time p95, from the cache",
                "figure": figures.fromCache == 0 ? Figure.none : Figure.milliseconds(figures.p95CacheMilliseconds),
                "note": "95 of 100 answers from the cache took no longer",
            ],
        ]
    }

    /// What is behind a net saving: without it the first minutes, when warming has cost more than hits have saved, look like a fault.
    private static func upkeep(_ figures: OverviewModel.Figures) -> String {
        guard let avoided = figures.avoidedDollars, avoided != figures.savedDollars else { return "" }
        return "; \(Figure.dollars(avoided)) avoided, less \(Figure.dollars(avoided - figures.savedDollars)) for warming and refreshing"
    }

    private static func job(_ job: OverviewModel.Job, now: Timestamp) -> [String: Any] {
        var values: [String: Any] = ["name": job.name, "schedule": job.schedule, "timezone": job.timezone]
        if let last = job.last {
            values["last"] = [
                "outcome": last.outcome, "mark": OverviewModel.Job.LastRun.marks.contains(last.outcome) ? last.outcome : "waiting",
                "at": Figure.moment(last.at), "atISO": last.at.description,
                "duration": last.durationMilliseconds.map { "took " + ($0 < 1 ? "less than 1 ms" : Figure.milliseconds($0)) } ?? "",
            ]
        }
        if job.state == .scheduled, let next = job.next {
            let wait = next - now
            values["next"] = [
                "at": Figure.moment(next), "atISO": next.description, "wait": wait > .zero ? "in " + Figure.span(wait) : "due now",
            ]
        } else {
            values["noNext"] = job.state.reason
        }
        return values
    }

    private static func share<Key>(_ share: OverviewModel.Share<Key>, name: String, code: String) -> [String: Any] {
        [
            "name": name, "code": code, "answers": Figure.count(share.answers), "fromCache": Figure.count(share.fromCache),
            "hitRate": Figure.percent(share.hitRate),
        ]
    }
}

extension OverviewModel.Status {
    fileprivate var isWorking: Bool {
        switch self {
        case .working: true
        case .degraded, .starting: false
        }
    }

    fileprivate var word: String {
        switch self {
        case .working: "Working"
        case .degraded: "Degraded"
        case .starting: "Starting"
        }
    }

    fileprivate var limitations: [String] {
        switch self {
        case .working: []
        case .degraded(let sentences): sentences
        case .starting: ["The cache is being warmed and the stores are being opened."]
        }
    }
}

extension OverviewModel.Job.State {
    /// Why there is no next run.
    fileprivate var reason: String {
        switch self {
        case .scheduled, .manual: "nothing planned"
        case .disabled: "switched off"
        case .paused: "paused"
        }
    }
}

extension OverviewModel.Job.LastRun {
    /// Outcomes that the stylesheet has a mark for.
    fileprivate static let marks: Set<String> = [
        "success", "failure", "timeout", "running", "skipped", "missed", "cancelled", "waiting",
    ]
}

extension Language {
    fileprivate var englishName: String {
        switch self {
        case .ru: "Russian"
        case .en: "English"
        case .es: "Spanish"
        case .pt: "Portuguese"
        case .he: "Hebrew"
        }
    }
}

extension ResponseCategory {
    fileprivate var englishName: String {
        switch self {
        case .greeting: "Greeting"
        case .pricing: "Pricing"
        case .availability: "Availability"
        case .services: "Services"
        case .hours: "Opening hours"
        case .location: "Location"
        case .booking: "Booking"
        case .general: "General"
        }
    }
}
