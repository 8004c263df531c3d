/// The texts of pages; each language has every one of them.
enum Phrase: String, CaseIterable, Sendable {
    // frame
    case skip, pages, display, overview, savings, questions, jobs, health, help, simulated, themeDark, themeLight
    case themeLabel, themeAuto, pageLanguageLabel
    case pause, resumeRefresh, newData, noAnswerSince, shutDownSince, updatedAt, readingAid, stateWorking, stateDegraded
    case stateStarting, stateStopping, stateProviderDown, workingWithout, workingWithoutSince, stoppingRequests
    case completeTo, replicasOf, replicasSilent, rangeLabel, languageLabel, categoryLabel, zoneLabel, zoneLocal
    case refreshLabel, refreshNow, fromTo, from, to, apply, all, off, permanentLink, printPage, copyLink, copied, rangeBetween, noticeValue
    case noticeRange, noticeUnknown, footMade, readerOpen, readerSignedIn, signOut, monthlyReport, apiReference
    case metrics, storeSlowKept, storeSlow, storeBusy, storeBusyKept, panelFailed, whatToDo, justNow, ago, dueNow, ahead

    // figures
    case figuresHeading, overviewOf, savingsOf, hitRate, savedNet, answers, answerTimeP95, wasFigure, higher, lower
    case noEarlier, noQuestionsShort, limitIs, fromCacheCount, avoidedLess, hitRateOverTime, rateWhole, rateLowest
    case fewQuestionsNote, thresholdOf, answersByResult, resultsCaption, fromCache, resultHit, resultStale
    case resultShared, resultMiss, resultBypass, resultError, resultOther, questionsCount, questionsColumn, timeColumn
    case soFar, asTable, whatIsThis, noQuestionsYet, nothingInRange, nothingForFilter, afterRetention, moneyOverTime
    case moneyCaption, avoided, warmingCost, refreshCost, checksCost, refreshAndChecks, net, netOf, byLanguage
    case byCategory, gridHeading, nameColumn, saved, howComputed, computedAvoided, computedSubtracted, computedHitRate
    case pricesFlat, pricesBetter, pricesTokens, pricesDate, pricesUndated, input, output, reportOf, mostAsked, mostAskedNote
    case reportQuestions, wouldHaveCost, didCost, timesCount, monthBefore, monthAfter, printHint

    // questions
    case askHeading, answersReady, question, ask, fromText, wordHit, wordMiss, savedMoney, costMoney, answerInvented
    case askAgain, orPaste, command, explainHeading, explainLead, explain, wouldHit, wouldMiss, keptQuestions
    case keptEmpty, missedQuestions, missedEmpty, hitsColumn, confidence, expires, actions, remove, unhelpful
    case timesAsked, reason, addToCommon, snippet, hiddenNotKept, hiddenFewCustomers, uncounted

    // jobs
    case timeline, allJobs, timelineFine, timelineFailed, timesIn, now, noJobs, noRunYet, firstRunAt, planned, plannedCount
    case longest, job, schedule, lastRun, nextRun, lastRuns, stripLabel, runNow, pauseHour, pauseDay, pauseOpen
    case resumeJob, cancelRun, jobScheduled, jobPaused, jobPausedUntil, jobDisabled, jobUnplanned, jobFaulty
    case durations, durationsCaption, hasNotRunYet, runs, outcomeColumn, duration, lateness, attempt, attempts
    case attemptNumber, replica, trigger, noRunMatches, clearFilters, newestRuns, olderRuns, catchUp, overlap, jitter
    case timeLimit, startDeadline, lastSuccess, failuresInARow, none, nextRuns, sameInShell, run, runID
    case daylightColumn, missedCount, traceID, error, resultHeading, course, stepPlanned, stepDue, stepClaimed, stepStarted
    case stepFinished

    // health
    case conditions, conditionColumn, nowColumn, limitColumn, enoughData, stateColumn, runbook, allRunbooks, dashboard, yes, notYet
    case sinceSpan, sinceTime, stores, store, up, down, roundTripP95, entries, size, sizeOf, oldest, pool, ofWhole
    case provider, calls, callTimeP95, tokensIn, tokensOut, errorsOfKind, alertmanagerUnknown, alertmanagerSilent
    case noAlerts, silenced, events, noEvents, auditRecord, kindColumn, what, who, upkeep, warmNow, maintainNow, invalidateHeading
    case tag, cacheKey, showEffect, removeAll

    // actions
    case confirmTitle, effectRemoves, effectRebuild, effectCalls, cannotBeUndone, canBeUndone, typeTheWord, doNothing
    case actionDone, actionStarted, actionRefused, alreadyRunning, alreadyRunningSince, goBack, signIn, signInNeeded
    case signInWrongKey, signInExpired, signInTooMany, apiKey, signInCommand, signInCookie, faultInvalid
    case faultForbidden, faultNeedsScope, faultUnknown, faultNoPage, faultNoJob, faultNoRun, runsKept, didYouMean
    case faultTooMany, faultUnavailable, faultRetry, faultFailed, faultRequestID

    // help
    case helpClientHeading, helpClient, helpSimulated, helpCanAct, helpReadOnly, helpMeaning, alert, helpHitRate
    case helpSaved, helpAnswers, helpTime, helpResults, helpJobs, helpConditions, helpStores, helpProvider
    case helpEvents, keysHeading, keysOn, keysOff, keysSwitchOn, keysSwitchOff
    case helpQuestions, helpTroubles, marks, marksPlanned, chartsMeaning
}
