import HearthCache
import HearthStatistics
import HearthTelemetry
import Logging
import Tracing

/// The one place where an answered request becomes numbers: metrics, statistics and the log line all come from its event.
struct UsageReporter: Sendable {
    private let instruments: CacheInstruments
    private let statistics: StatisticsRecorder
    private let logger: Logger
    private let logsQueries: Bool
    private let privacy: QuestionPrivacy

    /// - Parameter logsQueries: whether log lines may contain the text of questions.
    init(instruments: CacheInstruments, statistics: StatisticsRecorder, logger: Logger, logsQueries: Bool, privacy: QuestionPrivacy) {
        self.logsQueries = logsQueries
        self.privacy = privacy
        self.instruments = instruments
        self.statistics = statistics
        self.logger = logger
    }

    /// Whether answered requests are logged one by one.
    private var writesLines: Bool { logger.logLevel <= .debug }

    /// Who asks, as far as it may be known.
    func customer(_ identifier: String?) -> CustomerHash? { privacy.customer(identifier) }

    /// Who votes, where his votes count once.
    func voter(_ customer: String?, of tenant: Tenant, in space: AnswerSpace) -> Voter? {
        privacy.voter(customer, of: tenant, in: space)
    }

    /// - Parameters:
    ///   - query: the question's text as it was asked; nil where the caller wants nothing kept: the request is counted, and nothing says
    ///     which question it was.
    ///   - confidence: of the answer that was given.
    ///   - trace: the caller's; read only where a line is written or an example of such a duration is due.
    func report(
        _ event: UsageEvent, question: IdentifiedQuestion, query: String?, customer: CustomerHash?, confidence: Double?, requestID: String,
        trace: @autoclosure () -> TraceContext?
    ) {
        var event = event
        event.tenant = question.tenant
        instruments.record(event, trace: trace)
        InstrumentationContext.current?.activeSpan?.note(event)
        statistics.record(event, of: query.map { privacy.asked(question, $0, by: customer, confidence: confidence) })
        guard writesLines else { return }
        var metadata: Logger.Metadata = [
            "request_id": "\(requestID)", "result": "\(event.result.rawValue)", "language": "\(event.language.rawValue)",
            "category": "\(event.category.rawValue)", "duration_ms": "\(event.duration.fractionalSeconds * 1000)",
            "failed": "\(event.failed)",
        ]
        metadata["trace_id"] = trace().map { "\($0.traceID)" }
        if logsQueries, let query { metadata["query"] = "\(query)" }
        if event.tenant != .standard { metadata["tenant"] = "\(event.tenant)" }
        metadata["miss_reason"] = event.missReason.map { "\($0.rawValue)" }
        logger.debug("question answered", metadata: metadata)
    }

    /// Counts a call to the provider that no caller waited for.
    ///
    /// - Parameter tenant: whose answers it was spent on
    func report(_ purpose: BackgroundPurpose, of tenant: Tenant, costMicroDollars: Int64, at moment: Timestamp) {
        instruments.recordCost(microDollars: costMicroDollars, purpose: purpose.callPurpose)
        statistics.record(purpose, of: tenant, costMicroDollars: costMicroDollars, at: moment)
    }
}

extension BackgroundPurpose {
    fileprivate var callPurpose: CallPurpose {
        switch self {
        case .warming: .warming
        case .refresh: .refresh
        case .shadow: .shadow
        }
    }
}
