extension ControlNames {
    static let english = #"""
        a: API reference
        a: Attempt 1
        a: Attempt 2
        a: CSV
        a: CSV: Answers by result
        a: CSV: Hit rate over time
        a: CSV: Kept answers
        a: CSV: Missed questions
        a: CSV: Money over time
        a: Cancel the run
        a: Dark
        a: Dashboard: Hit rate
        a: Go back
        a: Go back, change nothing
        a: Health
        a: Hearth
        a: Help
        a: JSON
        a: JSON: All jobs
        a: JSON: Answers by result
        a: JSON: Conditions
        a: JSON: Events
        a: JSON: Hit rate over time
        a: JSON: How long runs took
        a: JSON: Jobs
        a: JSON: Kept answers
        a: JSON: Missed questions
        a: JSON: Money over time
        a: JSON: Runs
        a: JSON: Stores
        a: JSON: Time line
        a: Jobs
        a: Link with fixed times
        a: Metrics
        a: Month before
        a: Monthly report
        a: Older
        a: OpenAPI
        a: Overview
        a: Pause 1 h
        a: Pause until resumed
        a: Questions
        a: Refresh now
        a: Remove: Do you sell gift cards?
        a: Run
        a: Runbook
        a: Runbook: Cache size
        a: Savings
        a: Skip to content
        a: Tidy the cache
        a: Unhelpful: Do you sell gift cards?
        a: Warm the cache
        a: What is this?: Answers by result
        a: What is this?: Conditions
        a: What is this?: Hit rate over time
        a: What is this?: How long runs took
        a: What is this?: Jobs
        a: What is this?: Kept answers
        a: What is this?: Missed questions
        a: What is this?: Money over time
        a: What is this?: Provider
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
        label: Language
        label: Outcome
        label: Question
        label: Range
        label: Refresh
        label: Tag
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
        a: Remove all answers …
        """#
}
