import HearthCache
import HearthPages
import HearthStatistics
import HearthTelemetry

/// Questions and why they were or were not answered from the cache, from what answers the API.
struct QuestionPanels: Sendable {
    let top: TopQueryReader
    let cache: AnswerCache
    let identifier: QuestionIdentifier
    let shelf: PanelShelf
    let timeSource: any TimeSource

    private static let shown = 50

    func kept(_ state: PageState, of tenant: Tenant?) async -> Panel<[KeptQuestion]> {
        await kept(selection(.hits, state, of: tenant, limit: Self.shown))
    }

    /// Those that were answered most often from the cache in a month, which begins at this moment.
    func mostAsked(in month: Timestamp, of tenant: Tenant?) async -> Panel<[KeptQuestion]> {
        var selection = selection(.hits, PageState(), of: tenant, limit: 10)
        selection.month = month
        return await kept(selection)
    }

    private func kept(_ selection: TopQuerySelection) async -> Panel<[KeptQuestion]> {
        await shelf.panel("kept \(selection)") { [self] in
            var questions: [KeptQuestion] = []
            for pattern in try await top.top(selection).patterns {
                let answer = await answer(to: pattern)
                questions.append(
                    KeptQuestion(
                        text: QuestionText(pattern), language: pattern.key.language, category: pattern.tally.category,
                        hits: pattern.tally.hits, savedDollars: MicroDollars(pattern.tally.savedMicroDollars).dollars,
                        confidence: answer?.currentConfidence ?? pattern.tally.confidence, expires: answer?.lifetime.freshUntil,
                        cacheKey: answer?.key.description))
            }
            return questions
        }
    }

    /// Requests that were counted without being told apart come with the missed questions.
    struct Missed: Sendable {
        var questions: [MissedQuestion]
        var uncounted: Int64
    }

    func missed(_ state: PageState, of tenant: Tenant?) async -> Panel<Missed> {
        let selection = selection(.misses, state, of: tenant, limit: Self.shown)
        return await shelf.panel("missed \(selection)") { [top] in
            let found = try await top.top(selection)
            return Missed(
                questions: found.patterns.map { pattern in
                    MissedQuestion(
                        text: QuestionText(pattern), language: pattern.key.language, category: pattern.tally.category,
                        count: pattern.tally.misses, reason: pattern.tally.missReason, snippet: Self.snippet(pattern))
                }, uncounted: found.uncounted)
        }
    }

    private func selection(
        _ kind: TopQuerySelection.Kind, _ state: PageState, of tenant: Tenant?, limit: Int
    ) -> TopQuerySelection {
        var selection = TopQuerySelection()
        selection.kind = kind
        selection.tenant = tenant
        selection.language = state.language
        selection.category = state.category
        selection.limit = limit
        return selection
    }

    /// The kept answer to a question whose text is known.
    private func answer(to pattern: QueryPattern) async -> CachedAnswer? {
        guard let text = pattern.tally.originalText else { return nil }
        let question = identifier.identify(text, language: pattern.key.language, by: pattern.key.tenant)
        return await cache.inspect(question, at: timeSource.now()).answer
    }

    /// An entry of the list of common queries.
    private static func snippet(_ pattern: QueryPattern) -> String? {
        guard let text = pattern.tally.originalText else { return nil }
        let members = ["category": pattern.tally.category.rawValue, "language": pattern.key.language.rawValue, "query": text]
        return String(decoding: JSONBody.encode(members), as: UTF8.self)
    }

    // MARK: Why a question hits or misses

    func explain(_ question: String, language: Language?, category: ResponseCategory?, by tenant: Tenant) async -> Explanation {
        let detected = language == nil ? identifier.detect(question) : nil
        let identified = identifier.identify(question, language: language, by: tenant)
        let now = timeSource.now()
        let inspection = await cache.inspect(identified, at: now)
        let document = CacheExplanationDocument(
            identified, detected: detected, category: category ?? identified.normalized.category, inspection: inspection,
            skipsCache: false, at: now)
        let isAnswered = document.verdict != "miss"
        var steps: [Explanation.Step] = []
        if let detection = document.detected {
            steps.append(
                .init(
                    name: "detect", result: .passed,
                    detail: detection.decided ? "The text decides the language." : "The text does not decide; the default is taken.",
                    facts: [
                        Fact(name: "language", value: detection.language), Fact(name: "confidence", value: "\(detection.confidence)"),
                    ]))
        } else {
            steps.append(
                .init(
                    name: "detect", result: .skipped, detail: "The language was given.",
                    facts: [Fact(name: "language", value: document.language)]))
        }
        let left = "Something in the text may carry a meaning that is not known, so it is left as it is."
        steps.append(
            .init(
                name: "normalize", result: .passed, detail: document.exact ? left : "What all ways of asking have in common.",
                facts: [Fact(name: "normalizedQuery", value: document.normalizedQuery)]))
        steps.append(
            .init(name: "categorize", result: .passed, detail: "", facts: [Fact(name: "category", value: document.category)]))
        steps.append(.init(name: "key", result: .passed, detail: "", facts: [Fact(name: "cacheKey", value: document.cacheKey)]))
        steps.append(Self.lookup(document))
        var verdict = [Fact(name: "verdict", value: document.verdict)]
        if let reason = document.reason { verdict.append(Fact(name: "reason", value: reason)) }
        steps.append(
            .init(name: "verdict", result: isAnswered ? .passed : .stopped, detail: document.explanation, facts: verdict))
        return Explanation(
            question: question, language: identified.key.language, category: category ?? identified.normalized.category,
            isAnswered: isAnswered, verdict: document.explanation, steps: steps, cacheKey: document.cacheKey,
            answer: isAnswered ? document.entry?.response : nil)
    }

    private static func lookup(_ document: CacheExplanationDocument) -> Explanation.Step {
        guard let tier = document.tier else {
            return .init(name: "lookup", result: .stopped, detail: "Nothing is kept under the key.")
        }
        var facts = [Fact(name: "tier", value: tier)]
        if let entry = document.entry {
            facts.append(Fact(name: "state", value: entry.state))
            facts.append(Fact(name: "confidence", value: "\(entry.confidence)"))
            facts.append(Fact(name: "storedAt", value: entry.storedAt))
            if let end = entry.expiresAt { facts.append(Fact(name: "expiresAt", value: end)) }
        }
        return .init(name: "lookup", result: .passed, detail: "Something is kept under the key.", facts: facts)
    }
}

extension QuestionText {
    init(_ pattern: QueryPattern) {
        let tally = pattern.tally
        if let text = tally.originalText ?? tally.normalizedText {
            self = .shown(text)
        } else {
            self = .hidden(.fewCustomers)
        }
    }
}
