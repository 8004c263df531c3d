import HearthScheduling

/// Judges the schedules and zones of jobs, which the configuration keeps as texts.
package enum JobScheduleCheck {
    /// Everything that is wrong with the zone and the schedules of a job.
    package static func problems(of job: HearthConfiguration.Job) -> [JobProblem] {
        var problems: [JobProblem] = []
        var readable = job
        do throws(ScheduleError) {
            _ = try ZoneDirectory.system.rules(named: job.timezone)
        } catch {
            problems.append(JobProblem(field: "timezone", value: job.timezone, problem: "is not allowed: \(error.message)"))
            // The schedules are judged all the same.
            readable.timezone = "UTC"
        }
        for text in job.schedules {
            do throws(ScheduleError) {
                guard try readable.schedule(text).isReboot else { continue }
                problems.append(
                    JobProblem(
                        field: "schedule", value: text,
                        problem: "is not allowed: a service cannot see the machine start; use @startup"))
            } catch {
                problems.append(JobProblem(field: "schedule", value: text, problem: "is not allowed: \(error.message)"))
            }
        }
        return problems
    }
}
