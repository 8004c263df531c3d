extension ControlNames {
    static let english = #"""
        a: API key
        a: API reference
        a: All runbooks
        a: Attempt 1
        a: Attempt 2
        a: CSV: Alertmanager
        a: CSV: All jobs
        a: CSV: Answers by result
        a: CSV: By category
        a: CSV: By language
        a: CSV: Conditions
        a: CSV: Events
        a: CSV: Figures
        a: CSV: Hit rate by language and category
        a: CSV: Hit rate over time
        a: CSV: How long runs took
        a: CSV: Jobs
        a: CSV: Kept answers
        a: CSV: Missed questions
        a: CSV: Money over time
        a: CSV: Monthly report
        a: CSV: Runs
        a: CSV: Stores
        a: CSV: Time line
        a: Cancel the run
        a: Copy link: Alertmanager
        a: Copy link: All jobs
        a: Copy link: Answers by result
        a: Copy link: By category
        a: Copy link: By language
        a: Copy link: Conditions
        a: Copy link: Course
        a: Copy link: Events
        a: Copy link: Figures
        a: Copy link: Hit rate by language and category
        a: Copy link: Hit rate over time
        a: Copy link: How it is computed
        a: Copy link: How long runs took
        a: Copy link: Jobs
        a: Copy link: Kept answers
        a: Copy link: Missed questions
        a: Copy link: Money over time
        a: Copy link: Monthly report
        a: Copy link: Most asked
        a: Copy link: Provider
        a: Copy link: Runs
        a: Copy link: Schedule
        a: Copy link: Stores
        a: Copy link: Time line
        a: Dark
        a: Dashboard: Hit rate
        a: Go back
        a: Go back, change nothing
        a: Health
        a: Hearth
        a: HearthCacheHitRateLow
        a: HearthCacheSizeHigh
        a: HearthResponseTimeHigh
        a: Help
        a: JSON: Alertmanager
        a: JSON: All jobs
        a: JSON: Answers by result
        a: JSON: By category
        a: JSON: By language
        a: JSON: Conditions
        a: JSON: Course
        a: JSON: Events
        a: JSON: Figures
        a: JSON: Hit rate by language and category
        a: JSON: Hit rate over time
        a: JSON: How long runs took
        a: JSON: Jobs
        a: JSON: Kept answers
        a: JSON: Missed questions
        a: JSON: Money over time
        a: JSON: Monthly report
        a: JSON: Runs
        a: JSON: Schedule
        a: JSON: Stores
        a: JSON: Time line
        a: Jobs
        a: Link with fixed times
        a: Metrics
        a: Month before
        a: Monthly report
        a: Older: Runs
        a: OpenAPI
        a: Overview
        a: Pause 1 h
        a: Pause until resumed
        a: Questions
        a: Refresh now
        a: Remove all answers …
        a: Remove: Do you sell gift cards?
        a: Run
        a: Runbook
        a: Runbook: Answer time from the cache
        a: Runbook: Cache size
        a: Runbook: HearthJobStuck
        a: Runbook: HearthStoreErrors
        a: Runbook: Hit rate
        a: Runbook: Store of answers reached
        a: Savings
        a: Skip to content
        a: Switch the keys on
        a: Tidy the cache
        a: Unhelpful: Do you sell gift cards?
        a: Warm the cache
        a: What is this?: Alertmanager
        a: What is this?: All jobs
        a: What is this?: Answers by result
        a: What is this?: By category
        a: What is this?: By language
        a: What is this?: Conditions
        a: What is this?: Course
        a: What is this?: Events
        a: What is this?: Figures
        a: What is this?: Hit rate by language and category
        a: What is this?: Hit rate over time
        a: What is this?: How it is computed
        a: What is this?: How long runs took
        a: What is this?: Jobs
        a: What is this?: Kept answers
        a: What is this?: Missed questions
        a: What is this?: Money over time
        a: What is this?: Monthly report
        a: What is this?: Most asked
        a: What is this?: Provider
        a: What is this?: Runs
        a: What is this?: Schedule
        a: What is this?: Stores
        a: What is this?: Time line
        a: What to do
        a: en English
        a: es Español
        a: he עברית
        a: pt Português
        a: ru Русский
        a: ● success
        a: ✕ failure
        button: Apply
        button: Ask
        button: Explain
        button: Remove kept answers
        button: Show the effect
        button: Sign in
        form: Display
        label: API key
        label: Cache key
        label: Category
        label: From
        label: Job
        label: Language
        label: Outcome
        label: Page in
        label: Question
        label: Range
        label: Refresh
        label: Tag
        label: Theme
        label: Times in
        label: To
        label: To confirm, type REMOVE
        label: Trigger
        nav: Display
        nav: Pages
        section: State
        summary: As table
        summary: From … to
        summary: Snippet
        """#
}
