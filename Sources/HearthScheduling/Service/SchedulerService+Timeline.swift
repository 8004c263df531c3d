package import HearthTelemetry

/// What one job did and will do in a window, for a picture.
package struct TimelineLane: Sendable {
    package struct Bin: Sendable, Equatable {
        /// Recorded occurrences by their outcome.
        package var counts: [RunOutcome: Int] = [:]
        /// Firings that are still to come.
        package var planned = 0
    }

    package var status: JobStatus
    /// Equal parts of the window.
    package var bins: [Bin]
    /// Every recorded occurrence, oldest first; empty where there are more than were asked for.
    package var runs: [RunRecord]
    /// Every planned firing; empty where there are more than were asked for.
    package var planned: [Firing]
    /// Counting the plan stopped at its bound.
    package var planIsCutShort: Bool
}

extension SchedulerService {
    /// Firings counted per job, at most.
    private static let countedFirings = 10_000

    /// The window is open at its end. At most `limit` runs and firings are listed per job; bins count all of them.
    package func timeline(from: Timestamp, to: Timestamp, bins: Int, limit: Int = 60) async throws(SchedulerError) -> [TimelineLane] {
        var lanes: [TimelineLane] = []
        for name in engine.jobNames {
            let status = try await job(name)
            let counts = try await asking { [ledger] () async throws(LedgerError) in
                try await ledger.outcomes(job: name, from: from, to: to, bins: bins)
            }
            var query = RunQuery(job: name, limit: limit + 1)
            (query.from, query.through) = (from, to - .milliseconds(1))
            let runs = try await self.runs(query)
            var lane = TimelineLane(
                status: status, bins: counts.map { TimelineLane.Bin(counts: $0) }, runs: runs.count > limit ? [] : runs.reversed(),
                planned: [], planIsCutShort: false)
            addPlan(of: name, to: &lane, from: from, to: to, limit: limit)
            lanes.append(lane)
        }
        return lanes
    }

    private func addPlan(of job: String, to lane: inout TimelineLane, from: Timestamp, to: Timestamp, limit: Int) {
        guard let glance = engine.glance(at: job), glance.nextFiring != nil, !lane.bins.isEmpty else { return }
        let length = max(1, (to - from).wholeMilliseconds)
        var cursor = max(from - .milliseconds(1), max(timeSource.now(), glance.accountedThrough))
        var count = 0
        while let firing = glance.rules.timetable.next(after: cursor), firing.instant < to {
            guard count < Self.countedFirings else {
                lane.planIsCutShort = true
                break
            }
            if count < limit { lane.planned.append(firing) }
            let position = (firing.instant - from).wholeMilliseconds
            lane.bins[min(lane.bins.count - 1, Int(position * Int64(lane.bins.count) / length))].planned += 1
            count += 1
            cursor = firing.instant
        }
        if count > limit { lane.planned = [] }
    }
}
