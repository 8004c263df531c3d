package import HearthTelemetry

/// Something that changes the service, after a confirmation.
package enum PageAction: String, CaseIterable, Sendable {
    case runJob = "run-job"
    case pauseJob = "pause-job"
    case resumeJob = "resume-job"
    case cancelRun = "cancel-run"
    case warm
    case maintenance
    case invalidate
    case deleteAnswer = "delete-answer"
    case markUnhelpful = "mark-unhelpful"
}

/// What a confirmation is about, as it is in the addresses and hidden fields.
package struct ActionParameter: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    var values: Values { ["name": name, "value": value] }
}

/// The page before something changes.
package struct ConfirmContent: Sendable {
    package var action: PageAction
    package var parameters: [ActionParameter]
    package var effect: Panel<Effect>
    /// Bound to session, action and parameters.
    package var token: String
    /// The same for a shell.
    package var command: String
    /// What has to be typed, for what removes everything.
    package var wordToType: String?
    /// What was wrong with the form as it was sent, in English; nil at first.
    package var problem: String?
    /// Where the link back goes, from the service's root.
    package var back: PageView

    package init(
        action: PageAction, parameters: [ActionParameter], effect: Panel<Effect> = .ready(Effect()), token: String, command: String,
        wordToType: String? = nil, problem: String? = nil, back: PageView
    ) {
        self.action = action
        self.parameters = parameters
        self.effect = effect
        self.token = token
        self.command = command
        self.wordToType = wordToType
        self.problem = problem
        self.back = back
    }

    /// Figures of a dry run.
    package struct Effect: Sendable {
        package var answersRemoved: Int64?
        package var rebuildDollars: Double?
        package var callsToProvider: Int64?
        /// More, in English as in the API.
        package var facts: [Fact]

        package init(answersRemoved: Int64? = nil, rebuildDollars: Double? = nil, callsToProvider: Int64? = nil, facts: [Fact] = []) {
            self.answersRemoved = answersRemoved
            self.rebuildDollars = rebuildDollars
            self.callsToProvider = callsToProvider
            self.facts = facts
        }
    }
}

/// The page after something changed, or was refused.
package struct ResultContent: Sendable {
    package var action: PageAction
    package var parameters: [ActionParameter]
    package var outcome: Outcome
    /// What was counted, as in the API.
    package var facts: [Fact]
    package var back: PageView

    package init(action: PageAction, parameters: [ActionParameter], outcome: Outcome, facts: [Fact] = [], back: PageView) {
        self.action = action
        self.parameters = parameters
        self.outcome = outcome
        self.facts = facts
        self.back = back
    }

    package enum Outcome: Sendable {
        case done
        /// With the run's id where one began.
        case started(run: String)
        case alreadyRunning(run: String?, since: Timestamp?)
        /// In English as in the API.
        case refused(reason: String)
    }
}

/// The page in place of one that cannot be shown.
package enum PageFault: Sendable {
    /// 400
    case invalid(reason: String)
    /// 403
    case forbidden(scope: String, holder: String?)
    /// 404
    case unknownPage(path: String)
    case unknownJob(name: String, nearest: String?)
    case unknownRun(id: String, retentionDays: Int?)
    /// 429
    case tooMany(retryAfterSeconds: Int)
    /// 503
    case unavailable(reason: String, retryAfterSeconds: Int?)
    /// 503, with the steps in order.
    case starting(steps: [StartStep])
    /// 500
    case failed(requestID: String)

    package struct StartStep: Sendable {
        package enum State: String, CaseIterable, Sendable {
            case done
            case running
            case waiting
        }

        /// In English.
        package var name: String
        package var state: State

        package init(name: String, state: State) {
            self.name = name
            self.state = state
        }
    }

    package var status: Int {
        switch self {
        case .invalid: 400
        case .forbidden: 403
        case .unknownPage, .unknownJob, .unknownRun: 404
        case .tooMany: 429
        case .unavailable, .starting: 503
        case .failed: 500
        }
    }
}
