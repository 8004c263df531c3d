/// A job: when it runs, under which rules, and what it does.
package struct JobDefinition: Sendable {
    package typealias Action = @Sendable (JobContext) async throws -> JobResult

    package var rules: JobRules
    package let action: Action

    package init(rules: JobRules, action: @escaping Action) {
        self.rules = rules
        self.action = action
    }

    /// - Parameters:
    ///   - name: lower-case words joined by hyphens; the identity of the job in the ledger
    ///   - schedules: several are taken together, such as `@startup` and `30 2 * * *`
    ///   - startDeadline: nil is half the period, at most an hour
    ///   - deadline: limit of all attempts of an occurrence together
    package init(
        name: String, schedules: [Schedule], overlap: OverlapPolicy = .skip, catchUp: CatchUpPolicy = .latest,
        startDeadline: Duration? = nil, jitter: Duration = .zero, timeout: Duration = .seconds(3600), deadline: Duration? = nil,
        retry: RetryPolicy = RetryPolicy(), isEnabled: Bool = true, action: @escaping Action
    ) {
        var rules = JobRules(name: name, timetable: Timetable(schedules))
        rules.overlap = overlap
        rules.catchUp = catchUp
        rules.startDeadline = startDeadline
        rules.jitter = jitter
        rules.timeout = timeout
        rules.deadline = deadline
        rules.retry = retry
        rules.isEnabled = isEnabled
        self.init(rules: rules, action: action)
    }

    package var name: String { rules.name }
}
