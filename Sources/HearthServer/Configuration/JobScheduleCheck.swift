import HearthScheduling

/// Judges the schedules and zones of jobs, which the configuration keeps as texts.
package enum JobScheduleCheck {
    package static func problems(of job: HearthConfiguration.Job) -> [JobProblem] {
        do throws(ScheduleError) {
            _ = try ZoneDirectory.system.rules(named: job.timezone)
        } catch {
            return [JobProblem(field: "timezone", value: job.timezone, problem: "is not allowed: \(error.message)")]
        }
        return job.schedules.compactMap { text in
            do throws(ScheduleError) {
                let schedule = try Schedule.parse(text, timezone: job.timezone)
                guard schedule.isReboot else { return nil }
                return JobProblem(
                    field: "schedule", value: text, problem: "is not allowed: a service cannot see the machine start; use @startup")
            } catch {
                return JobProblem(field: "schedule", value: text, problem: "is not allowed: \(error.message)")
            }
        }
    }
}
