extension English {
    static let help = """
        helpClientHeading = Point a client at Hearth
        helpClient = Any OpenAI client works: give it this base URL.
        helpSimulated = Answers are simulated. For real ones, start with a key:
        helpCanAct = You may run, pause and remove; every action asks first and is written to the audit.
        helpReadOnly = Your key may only read, so there are no buttons. A key with the scope admin shows them.
        helpMeaning = What each figure means
        alert = Alert
        helpHitRate = Answers from the cache, fresh or stale, per hundred questions, bypassed and failed ones included. Totals are divided; averages of ratios are never taken.
        helpSaved = What answers from the cache did not have to pay, less what warming, refreshing and checks paid. It may be negative after a start, until warming has paid off.
        helpAnswers = Every question that ended, however it ended.
        helpTime = 95 of 100 answers from the cache took no longer, measured in the server, from merged histograms.
        helpResults = Hit: a kept answer. Stale: a kept answer past its time. Shared: waited for the call of another who asked the same. Miss: the provider was asked. Bypass: the caller wanted a new answer. Error: no answer.
        helpJobs = Each lane is a job. Marks before “now” are runs, ticks after it are planned. Jobs with many runs are shown in bins: the worst outcome is shown.
        helpConditions = The same conditions as the shipped alert rules. “Not yet” means too few questions to judge.
        helpStores = Where answers and figures are kept, and how full that is.
        helpEvents = What happened to the service or was done to it in the range. What may explain a change of the figures is a mark in the charts, too.
        helpProvider = Who answers new questions. When calls keep failing, the breaker opens and kept answers are served.
        helpQuestions = Questions as they were asked most. Texts are shown only where they may be.
        helpTroubles = A panel without content says why. Figures are kept by the store; when it is slow or locked, the page stays complete without it and fills itself again.
        marks = Marks
        marksPlanned = ╵ planned
        chartsMeaning = A hollow mark stands for fewer than 20 questions, a gap for none, the shade for how sure the rate is (95 %). What is dashed is not over yet.
        keysHeading = Keys
        keysOn = The keys 1 to 6 lead to the six pages, in their order.
        keysOff = The keys 1 to 6 can lead to the six pages, in their order; they are off.
        keysSwitchOn = Switch the keys on
        keysSwitchOff = Switch the keys off
        """
}
