import HearthTelemetry

@testable import HearthScheduling

/// The one job of the tests of run histories: every hour on the hour.
enum HourlyJob {
    static let hour = moment("2026-01-01T01:00:00Z")

    static func registration(schedule: String = "0 * * * *", hash: String = "h") -> JobRegistration {
        JobRegistration(job: "job", schedule: schedule, configHash: hash, isTimed: true)
    }

    static func claim(
        _ id: RunID, at instant: Timestamp = hour, trigger: RunTrigger = .cron, attempt: Int = 1, overlap: OverlapPolicy = .skip,
        key: String? = nil
    ) -> AccountRequest {
        let claim = ClaimRequest(
            runID: id, job: "job", trigger: trigger, scheduledFor: instant, dueAt: instant, attempt: attempt, overlap: overlap,
            timezone: "UTC", schedule: "0 * * * *", configHash: "h", idempotencyKey: key)
        var request = AccountRequest(job: "job", timezone: "UTC", schedule: "0 * * * *", configHash: "h")
        if trigger == .cron {
            request.basis = instant - .seconds(3600)
            request.through = instant
        }
        request.claim = claim
        return request
    }

    static func end(_ id: RunID, _ state: RunState = .succeeded, at instant: Timestamp = hour) -> RunCompletion {
        RunCompletion(
            runID: id, job: "job", scheduledFor: instant, trigger: .cron, attempt: 1, state: state, startedAt: instant,
            finishedAt: instant + .seconds(2), lateness: .milliseconds(1), duration: .seconds(2),
            result: state == .succeeded ? JobResult(counts: ["removed": 7], items: 7) : nil)
    }
}
