import HearthCache
import HearthPages
import HearthScheduling
import HearthTelemetry

/// Says what an action would do, and does it; by the same functions as the API.
struct PageActor: Sendable {
    let scheduler: SchedulerService
    let cache: AnswerCache
    let maintenance: CacheMaintenance
    let identifier: QuestionIdentifier
    let timeSource: any TimeSource
    let configuration: HearthConfiguration

    /// - Throws: ``APIError`` and ``SchedulerError`` for what is not there, or stores that do not answer.
    func effect(of order: ActionOrder, in space: AnswerSpace) async throws -> ConfirmContent.Effect {
        switch order.subject {
        case .job(let name), .pause(let name, _):
            let status = try await scheduler.job(name)
            var facts = [Fact(name: "state", value: status.state.rawValue), Fact(name: "running", value: "\(status.runningCount)")]
            if let next = status.nextRun { facts.append(Fact(name: "nextRunAt", value: next.description)) }
            guard order.action == .warm else { return .init(facts: facts) }
            return .init(callsToProvider: await missingCommonQueries(), facts: facts)
        case .run(_, let id):
            let run = try await scheduler.run(id: id)
            return .init(facts: [Fact(name: "job", value: run.job), Fact(name: "state", value: run.state.rawValue)])
        case .maintenance:
            var wishes = MaintenanceWishes()
            wishes.dryRun = true
            guard let report = try await maintaining({ () async throws(AnswerStoreError) in try await maintenance.run(wishes) }) else {
                return .init()
            }
            return .init(answersRemoved: Int64(report.removed), facts: Self.facts(report))
        case .answers(let selection): return try await effect(of: selection)
        case .answer(let key):
            guard order.action == .deleteAnswer else {
                let answer = try await maintaining { () async throws(AnswerStoreError) in try await cache.entry(key, in: space) }
                return .init(facts: answer.map { [Fact(name: "confidence", value: "\($0.currentConfidence)")] } ?? [])
            }
            return try await effect(of: AnswerSelection(in: space, key: key))
        }
    }

    private func effect(of selection: AnswerSelection) async throws -> ConfirmContent.Effect {
        let count = try await maintaining { () async throws(AnswerStoreError) in try await cache.count(selection) }
        // At the flat price: what the answers cost when they were made may be long ago.
        let dollars = Double(count) * Double(configuration.costs.perRequestMicroDollars) / 1e6
        return .init(answersRemoved: Int64(count), rebuildDollars: dollars, callsToProvider: Int64(count))
    }

    /// Questions of the list whose answer is neither given nor kept.
    private func missingCommonQueries() async -> Int64? {
        let path = configuration.commonQueriesPath
        let limit = configuration.listener.limits.queryCharacters
        guard let queries = try? WarmingList.load(path: path, maximumCharacters: limit) else { return nil }
        var missing: Int64 = 0
        for query in queries where query.response == nil {
            let question = identifier.identify(query.query, language: query.language, by: query.tenant)
            if case .miss = await cache.inspect(question, at: timeSource.now()).verdict { missing += 1 }
        }
        return missing
    }

    /// What was done, as a page shows it.
    struct Deed: Sendable {
        var outcome: ResultContent.Outcome
        var facts: [Fact] = []
        var entries: Int?
    }

    func perform(_ order: ActionOrder, by caller: Caller, in space: AnswerSpace) async throws -> Deed {
        switch order.subject {
        case .job(let name):
            guard order.action != .resumeJob else {
                try await scheduler.resume(job: name)
                return Deed(outcome: .done)
            }
            do throws(SchedulerError) {
                let id = try await scheduler.trigger(job: name, actor: caller.credential)
                return Deed(outcome: .started(run: id.description))
            } catch {
                guard case .alreadyRunning = error else { throw error }
                return Deed(outcome: await running(name))
            }
        case .pause(let name, let hours):
            try await scheduler.pause(job: name, until: hours.map { timeSource.now() + .seconds($0 * 3600) })
            return Deed(outcome: .done)
        case .run(_, let id):
            try await scheduler.cancel(runID: id)
            return Deed(outcome: .done, facts: [Fact(name: "run", value: id.description)])
        case .maintenance:
            guard let report = try await maintaining({ () async throws(AnswerStoreError) in try await maintenance.run(.init()) }) else {
                return Deed(outcome: .alreadyRunning(run: nil, since: nil))
            }
            return Deed(outcome: .done, facts: Self.facts(report), entries: report.removed)
        case .answers(let selection): return try await remove(selection, by: caller)
        case .answer(let key):
            guard order.action == .markUnhelpful else { return try await remove(AnswerSelection(in: space, key: key), by: caller) }
            let confidence = try await maintaining { () async throws(AnswerStoreError) in
                try await cache.vote(key, in: space, isHelpful: false, by: nil)
            }
            guard let confidence else { throw APIError(.notFound, "No answer is kept under \(key).") }
            return Deed(
                outcome: .done, facts: [Fact(name: "confidence", value: "\(EntryDocument.rounded(confidence))")], entries: 1)
        }
    }

    private func remove(_ selection: AnswerSelection, by caller: Caller) async throws -> Deed {
        let removed = try await maintaining { () async throws(AnswerStoreError) in
            try await cache.invalidate(selection, by: caller.credential)
        }
        return Deed(outcome: .done, facts: [Fact(name: "invalidated", value: "\(removed)")], entries: removed)
    }

    private func running(_ name: String) async -> ResultContent.Outcome {
        guard let id = (try? await scheduler.job(name))?.runningRuns.first else { return .alreadyRunning(run: nil, since: nil) }
        return .alreadyRunning(run: id.description, since: (try? await scheduler.run(id: id))?.startedAt)
    }

    private func maintaining<Value: Sendable>(
        _ body: () async throws(AnswerStoreError) -> Value
    ) async throws(APIError) -> Value {
        do throws(AnswerStoreError) {
            return try await body()
        } catch {
            throw APIError(.storeUnavailable, "The store of answers does not answer: \(error.cause). Try again.", retryAfterSeconds: 5)
        }
    }

    private static func facts(_ report: CacheMaintenance.Report) -> [Fact] {
        [
            Fact(name: "expiredRemoved", value: "\(report.expiredRemoved)"),
            Fact(name: "lowValueRemoved", value: "\(report.lowValueRemoved)"),
            Fact(name: "lowQualityRemoved", value: "\(report.lowQualityRemoved)"),
            Fact(name: "overSizeRemoved", value: "\(report.overSizeRemoved)"), Fact(name: "memorySaved", value: "\(report.memorySaved)"),
        ]
    }
}
