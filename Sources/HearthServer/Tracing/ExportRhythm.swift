/// When an export is tried again, and when there is something to say about it.
///
/// The pause has the exponential length and the jitter that OTLP asks for, and begins after what the collector asked for. A batch is tried
/// a bounded number of times, but the pauses go on growing over batches: a collector that is away is asked twice a minute.
struct ExportRhythm {
    struct Policy {
        var attempts = 5
        var firstPause = Duration.seconds(1)
        var longestPause = Duration.seconds(30)
    }

    /// What to do after an attempt.
    enum Step: Equatable {
        case goOn
        case retry(after: Duration)
        /// The batch is given up, and the next one is not tried before the pause has passed.
        case giveUp(pause: Duration)
    }

    /// What is told, once for each change.
    enum Change: Equatable {
        case failing(String)
        case wellAgain
    }

    private let policy: Policy
    /// Of the present batch.
    private var attempts = 0
    /// In a row, over batches.
    private var failures = 0

    init(policy: Policy = Policy()) {
        self.policy = policy
    }

    /// - Parameter unitRandom: 0..<1.
    mutating func note(_ reply: ExportReply, unitRandom: Double) -> (Step, Change?) {
        let wasWell = failures == 0
        switch reply {
        case .accepted:
            attempts = 0
            failures = 0
            return (.goOn, wasWell ? nil : .wellAgain)
        case .refused(let cause):
            failures += 1
            attempts = 0
            return (.giveUp(pause: pause(unitRandom)), wasWell ? .failing(cause) : nil)
        case .unavailable(let cause, let retryAfter):
            failures += 1
            attempts += 1
            let pause = (retryAfter ?? .zero) + pause(unitRandom)
            guard attempts < policy.attempts else {
                attempts = 0
                return (.giveUp(pause: pause), wasWell ? .failing(cause) : nil)
            }
            return (.retry(after: pause), wasWell ? .failing(cause) : nil)
        }
    }

    /// Between a half and the whole of the limit, which doubles from failure to failure.
    private func pause(_ unitRandom: Double) -> Duration {
        let limit = min(policy.longestPause, policy.firstPause * (1 << min(failures - 1, 16)))
        return limit * (0.5 + unitRandom / 2)
    }
}
