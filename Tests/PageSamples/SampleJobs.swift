package import HearthPages
package import HearthTelemetry

extension Sample {
    package static func run(
        _ job: String, _ outcome: JobOutcome, at: Timestamp, milliseconds: Double? = 31, trigger: String = "schedule", attempt: Int = 1
    ) -> RunSummary {
        RunSummary(
            id: "019ab5f2-7c40-7000-8000-\(String(at.milliseconds % 1_000_000_000_000))", job: job, outcome: outcome, trigger: trigger,
            scheduledAt: at, startedAt: outcome == .missed || outcome == .skipped ? nil : at + .milliseconds(12),
            finishedAt: milliseconds.map { at + .milliseconds(12 + Int64($0)) }, durationMilliseconds: milliseconds,
            latenessMilliseconds: 12,
            attempt: attempt, replica: "hearth-7d9f-2")
    }

    private static func hours(_ count: Int, after moment: Timestamp) -> Timestamp { moment + .seconds(Int64(count) * 3600) }

    package static var timeline: JobTimeline {
        let (from, to) = (now - .seconds(86_400), now + .seconds(86_400))
        let hourly = (0..<24).map { index -> RunSummary in
            let outcome: JobOutcome = index == 17 ? .failure : index == 20 ? .timeout : .success
            return run(
                "aggregate-statistics", outcome, at: hours(index, after: from + .seconds(1000)),
                milliseconds: index == 20 ? 1_200_000 : 820)
        }
        let probes = (0..<96).map { index -> JobTimeline.Bin in
            guard index < 48 else { return JobTimeline.Bin(planned: 120) }
            return JobTimeline.Bin(counts: index == 30 ? [.success: 110, .failure: 10] : [.success: 120], longestMilliseconds: 4.2)
        }
        return JobTimeline(
            from: from, to: to, now: now,
            lanes: [
                .init(job: "aggregate-statistics", runs: hourly, planned: (1..<24).map { hours($0, after: now - .seconds(1700)) }),
                .init(job: "probe-stores", bins: probes),
                .init(
                    job: "prune-cache", runs: [run("prune-cache", .success, at: now - .seconds(52_264))],
                    planned: [now + .seconds(34_136)]),
                .init(
                    job: "refresh-popular",
                    runs: [
                        run("refresh-popular", .skipped, at: now - .seconds(30_000), milliseconds: nil),
                        run("refresh-popular", .cancelled, at: now - .seconds(20_000)),
                        run("refresh-popular", .missed, at: now - .seconds(9000), milliseconds: nil),
                        run("refresh-popular", .running, at: now - .seconds(240), milliseconds: nil),
                    ], planned: [now + .seconds(536)]),
                .init(job: "warm-cache"),
            ])
    }

    package static var jobs: [JobRow] {
        [
            JobRow(
                name: "aggregate-statistics", schedule: "16 * * * *", words: ScheduleWords(text: "at minute 16 of every hour"),
                timezone: "UTC", state: .scheduled, last: run("aggregate-statistics", .success, at: now - .seconds(900), milliseconds: 820),
                next: now + .seconds(2700), recent: timeline.lanes[0].runs),
            JobRow(
                name: "prune-cache", schedule: "0 3 * * *", words: ScheduleWords(text: "every day at 03:00"), timezone: "Europe/Athens",
                state: .paused(until: now + .seconds(3000)), last: run("prune-cache", .failure, at: now - .seconds(52_264)), next: nil),
            JobRow(
                name: "warm-cache", schedule: "@startup", words: ScheduleWords(text: "once after the start"), timezone: "UTC",
                state: .unplanned, last: nil, next: nil),
        ]
    }

    package static var jobDetail: JobDetail {
        var source = Source(state: 7)
        let durations = (0..<120).map { index -> RunSummary in
            let outcome: JobOutcome = index == 40 ? .failure : index == 77 ? .timeout : .success
            let milliseconds = index == 77 ? 1_200_000 : Double(200 + source.next(below: 1800))
            return run("aggregate-statistics", outcome, at: hours(index, after: now - .seconds(432_000)), milliseconds: milliseconds)
        }
        let next = (0..<10).map { index in
            PlannedRun(
                at: hours(index, after: now + .seconds(2700)), local: "2026-11-22T\(18 + index % 6):16:00+00:00",
                daylight: index == 3 ? .overlapSecond : .none)
        }
        return JobDetail(
            row: jobs[0],
            next: next,
            policy: .init(
                overlap: "skip", catchUp: "latest", jitter: .seconds(5), startDeadline: .seconds(60), timeout: .seconds(1200), attempts: 3),
            counts: [.success: 700, .failure: 3, .timeout: 1, .skipped: 2], consecutiveFailures: 0, lastSuccess: now - .seconds(900),
            running: ["019ab5f2-7c40-7000-8000-000000000001"],
            durations: durations)
    }

    package static var runs: RunPage {
        RunPage(
            runs: (0..<25).map { run("aggregate-statistics", $0 == 6 ? .failure : .success, at: hours(-$0, after: now)) },
            next: "019ab5f2")
    }

    package static var runDetail: RunDetail {
        RunDetail(
            summary: run("aggregate-statistics", .failure, at: now - .seconds(52_264), milliseconds: 2_431, trigger: "retry", attempt: 2),
            state: "failed", claimedAt: now - .milliseconds(52_263_990), daylight: .none,
            traceID: "4bf92f3577b34da6a3ce929d0e0e4736", errorType: "store_unavailable",
            errorMessage: "PostgreSQL at db.internal:5432 does not answer: connection refused.\nStart it, or set statistics.database.",
            result: [Fact(name: "buckets", value: "24"), Fact(name: "rows", value: "1204")],
            attempts: [
                run("aggregate-statistics", .failure, at: now - .seconds(52_300)),
                run("aggregate-statistics", .failure, at: now - .seconds(52_264), attempt: 2),
            ])
    }
}
