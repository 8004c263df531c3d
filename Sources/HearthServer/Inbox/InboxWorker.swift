import HearthCache
import HearthScheduling
import HearthTelemetry
import Logging
import ServiceLifecycle
import Synchronization

/// Answers what is in the inbox: for each sender one message after the other, in the order in which they were written.
final class InboxWorker: Service {
    struct Settings: Sendable {
        /// Senders that are answered at the same time.
        var concurrency: Int
        var attempts: Int
        /// The pause after the first failure; it doubles up to ``longestPause``.
        var firstPause: Duration
        var longestPause = Duration.seconds(300)
        /// How long a message's id is remembered.
        var kept: Duration
        var maximumCharacters: Int
    }

    private struct State {
        var busy: Set<String> = []
        var isStopping = false
        var figures = InboxFigures()
        /// When what is long done with was last forgotten, on the monotonic clock.
        var forgottenAt: Duration?
    }

    private let store: any Inbox
    private let answerer: QuestionAnswerer
    private let replies: WhatsAppReplies
    private let settings: Settings
    private let instruments: InboxInstruments
    private let timeSource: any TimeSource
    private let logger: Logger
    private let state = Mutex(State())
    private let signal = WakeSignal()

    /// Nothing waits longer for a look than this; a clock that was set back would hold messages up otherwise.
    private static let longestWait = Duration.seconds(5)

    init(
        store: any Inbox, answerer: QuestionAnswerer, replies: WhatsAppReplies, settings: Settings, instruments: InboxInstruments,
        timeSource: any TimeSource, logger: Logger
    ) {
        self.store = store
        self.answerer = answerer
        self.replies = replies
        self.settings = settings
        self.instruments = instruments
        self.timeSource = timeSource
        self.logger = logger
    }

    /// There may be something to do.
    func wake() { signal.signal() }

    /// Sets the gauges, for the scrape.
    func updateFigures() {
        let figures = state.withLock { $0.figures }
        instruments.open.set(figures.open)
        instruments.dead.set(figures.dead)
        instruments.oldestAge.set(figures.oldest.map { max(0, (timeSource.now() - $0).fractionalSeconds) } ?? 0)
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                while !state.withLock({ $0.isStopping }), !Task.isCancelled {
                    let (started, wait) = await step(in: &group)
                    if !started { await rest(atMost: wait) }
                }
            }
        } onGracefulShutdown: {
            self.state.withLock { $0.isStopping = true }
            self.wake()
        }
    }

    /// Begins what is due; says whether there was anything, and when to look again.
    private func step(in group: inout DiscardingTaskGroup) async -> (started: Bool, wait: Duration) {
        let busy = state.withLock { $0.busy }
        do {
            try await forgetOld()
            let figures = try await store.figures()
            state.withLock { $0.figures = figures }
            let free = settings.concurrency - busy.count
            guard figures.open > 0, free > 0 else { return (false, Self.longestWait) }
            let now = timeSource.now()
            let due = try await store.take(at: now, without: busy, limit: free)
            for message in due {
                state.withLock { _ = $0.busy.insert(message.sender) }
                group.addTask {
                    await self.handle(message)
                    self.state.withLock { _ = $0.busy.remove(message.sender) }
                    self.wake()
                }
            }
            let next = figures.nextDue.map { $0 - now } ?? Self.longestWait
            return (!due.isEmpty, min(max(next, .milliseconds(50)), Self.longestWait))
        } catch {
            logger.warning("the inbox cannot be read; it is tried again", metadata: ["error": "\(error)"])
            return (false, Self.longestWait)
        }
    }

    /// Until there is something to do, or the time is over.
    private func rest(atMost limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [signal] in await signal.wait() }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }

    private func forgetOld() async throws {
        let now = timeSource.uptime()
        let isDue = state.withLock { state in
            if let last = state.forgottenAt, now - last < .seconds(60) { return false }
            state.forgottenAt = now
            return true
        }
        if isDue { try await store.forget(at: timeSource.now(), kept: settings.kept) }
    }

    private func handle(_ message: InboxMessage) async {
        do {
            let reply: String
            if let kept = message.reply {
                reply = kept
            } else {
                switch await answer(message) {
                case .success(let text): reply = text
                case .failure(let error): return try await failed(message, error.code.rawValue)
                }
                try await store.answer(message.id, with: reply)
            }
            switch await replies.send(message, reply) {
            case .sent:
                try await store.finish(message.id, .sent, error: nil, at: timeSource.now())
                instruments.messages(.sent).increment()
                instruments.replyDuration.observe(max(.zero, timeSource.now() - message.receivedAt))
            case .failed(let reason): try await failed(message, reason)
            case .refused(let reason): try await giveUp(message, reason)
            }
        } catch {
            // It is on the disk as it was before, and is tried again.
            logger.warning("the inbox cannot be written; the message is tried again", metadata: ["error": "\(error)"])
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func answer(_ message: InboxMessage) async -> Result<String, APIError> {
        let limit = settings.maximumCharacters
        guard let text = CacheQuery.trimmed(String(message.text.prefix(limit)), maximumCharacters: limit) else {
            return .failure(APIError(.invalidRequest, "The message has no words."))
        }
        do throws(APIError) {
            let answered = try await answerer.answer(
                CacheQuery(query: text, customer: message.sender), by: .standard, control: RequestCacheControl(),
                requestID: RequestIdentifier.new(),
                trace: nil,
                startedAt: timeSource.uptime())
            return .success(answered.answer.text)
        } catch {
            return .failure(error)
        }
    }

    private func failed(_ message: InboxMessage, _ reason: String) async throws {
        guard message.attempts + 1 < settings.attempts else { return try await giveUp(message, reason) }
        let pause = min(settings.longestPause, settings.firstPause * (1 << min(message.attempts, 16))) * Double.random(in: 0.8...1.2)
        try await store.postpone(message.id, until: timeSource.now() + pause, error: reason)
        instruments.messages(.retried).increment()
    }

    private func giveUp(_ message: InboxMessage, _ reason: String) async throws {
        try await store.finish(message.id, .dead, error: reason, at: timeSource.now())
        instruments.messages(.dead).increment()
        logger.error(
            "a message is given up; GET /api/v1/inbox?state=dead has it, and POST /api/v1/inbox/retry tries it again",
            metadata: ["message_id": "\(message.id)", "attempts": "\(message.attempts + 1)", "error": "\(reason)"])
    }
}
