package import HearthTelemetry

/// Look-ups of one request that has many questions.
extension AnswerCache {
    /// How many of one request are at the store at once; more would only keep others waiting.
    static let lookupsAtOnce = 16

    /// Looks for the answer to each question, in their order: first in memory, then in the store, where they do not wait for each other.
    ///
    /// - Parameter patience: after which the store is not asked for the rest; with what is on its way then, it takes at most one of the
    ///   store's own deadlines more. The rest counts as a store that did not answer in time.
    package func lookups(_ questions: [IdentifiedQuestion], at now: Timestamp, within patience: Duration) async -> [Lookup] {
        var found: [Int: Lookup] = [:]
        var others: [Int] = []
        for (place, question) in questions.enumerated() {
            // What is in memory waits for no store, whatever stands before it in the list.
            if let entry = memory.peek(question.key), trust.trusts(entry) {
                found[place] = await lookup(question, at: now)
            } else {
                others.append(place)
            }
        }
        for (place, lookup) in await ask(questions, at: others, now, within: patience) { found[place] = lookup }
        return questions.enumerated().map { place, question in found[place] ?? unasked(question, at: now) }
    }

    private func ask(
        _ questions: [IdentifiedQuestion], at places: [Int], _ now: Timestamp, within patience: Duration
    ) async -> [Int: Lookup] {
        let end = timeSource.uptime() + patience
        return await withTaskGroup(of: (Int, Lookup).self, returning: [Int: Lookup].self) { group in
            var found: [Int: Lookup] = [:]
            for (number, place) in places.enumerated() {
                if number >= Self.lookupsAtOnce, let (done, lookup) = await group.next() { found[done] = lookup }
                guard timeSource.uptime() < end else { break }
                let question = questions[place]
                group.addTask { (place, await self.lookup(question, at: now)) }
            }
            for await (place, lookup) in group { found[place] = lookup }
            return found
        }
    }

    /// As where the store does not answer: what memory knows is used, though others may have changed it.
    private func unasked(_ question: IdentifiedQuestion, at now: Timestamp) -> Lookup {
        guard let remembered = memory.peek(question.key) else { return .miss(.storeUnavailable, fallback: nil) }
        return judge(remembered, question, now, source: .memory)
    }
}
