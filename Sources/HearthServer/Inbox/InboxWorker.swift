import HearthCache
import HearthScheduling
import HearthTelemetry
import HearthUpstream
import Logging
import ServiceLifecycle
import Synchronization

/// Answers what is in the inbox: for each sender one message after the other, in the order in which they were written.
final class InboxWorker: Service {
    /// Asks what a customer asks, and gives back the words of the answer.
    typealias Asking = @Sendable (CacheQuery) async throws(APIError) -> String

    struct Settings: Sendable {
        /// Senders that are answered at the same time.
        var concurrency: Int
        var attempts: Int
        /// The pause after the first failure; it doubles up to ``longestPause``.
        var firstPause: Duration
        var longestPause = Duration.seconds(300)
        /// How long a message's id is remembered.
        var kept: Duration
        /// The pause after the inbox could not be written; it doubles up to ``longestStorePause``.
        var firstStorePause = Duration.seconds(1)
        /// Not longer than what a lease has to spare, or another replica may send what could not be noted here.
        var longestStorePause = Duration.seconds(30)

        /// - Parameter attempts: that failed before the one that has just failed.
        func pause(afterAttempts attempts: Int) -> Duration { min(longestPause, firstPause * (1 << min(attempts, 16))) }

        func storePause(afterFailures failures: Int) -> Duration {
            min(longestStorePause, firstStorePause * (1 << min(max(failures - 1, 0), 16)))
        }
    }

    private struct State {
        var busy: Set<String> = []
        var isStopping = false
        var figures = InboxFigures()
        /// When what is long done with was last forgotten, on the monotonic clock.
        var forgottenAt: Duration?
    }

    private let store: any Inbox
    private let ask: Asking
    private let replies: WhatsAppReplies
    private let settings: Settings
    private let instruments: InboxInstruments
    private let timeSource: any TimeSource
    private let logger: Logger
    private let state = Mutex(State())
    private let signal = WakeSignal()

    /// After how many answers that cannot be used, as where the tokens ran out before the first word, a message is given up: each is paid
    /// for, the next is mostly like it, and what its sender wrote since waits behind it.
    private static let unusableAttempts = 3
    private static let unusable = "the provider's answer cannot be used"

    /// Nothing waits longer for a look than this; a clock that was set back would hold messages up otherwise.
    private static let longestWait = Duration.seconds(5)

    init(
        store: any Inbox, replies: WhatsAppReplies, settings: Settings, instruments: InboxInstruments, timeSource: any TimeSource,
        logger: Logger, ask: @escaping Asking
    ) {
        self.store = store
        self.replies = replies
        self.settings = settings
        self.instruments = instruments
        self.timeSource = timeSource
        self.logger = logger
        self.ask = ask
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
            guard due.isEmpty else { return (true, .zero) }
            // Who is done with meanwhile wakes this loop, so those who were busy before need no look.
            let next = try await store.nextDue(without: busy).map { $0 - now } ?? Self.longestWait
            return (false, min(max(next, .milliseconds(50)), Self.longestWait))
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
        guard let reply = await reply(to: message) else { return }
        // One that was kept before is kept again: between then and now the customer may have been deleted, and nothing is sent to him.
        guard await note(message, { try await store.answer(message.id, with: reply) }) else { return }
        switch await replies.send(message, reply) {
        case .sent: await sent(message)
        case .failed(let reason): await failed(message, reason)
        case .refused(let reason): await giveUp(message, reason)
        }
    }

    /// The answer that is kept, or one that is asked for now; nil where there is none, which is noted then.
    private func reply(to message: InboxMessage) async -> String? {
        if let kept = message.reply { return kept }
        // The provider is sent what is visible; where that is nothing, its answer would be paid for and say nothing. What is longer was not
        // accepted, so nothing is cut off.
        let limit = WhatsAppDelivery.maximumTextBytes
        guard CacheQuery.trimmed(Normalizer.visibleText(message.text), maximumCharacters: limit) != nil,
            let text = CacheQuery.trimmed(message.text, maximumCharacters: limit)
        else {
            await giveUp(message, "the message has no words")
            return nil
        }
        do throws(APIError) {
            return try await ask(CacheQuery(query: text, customer: message.sender))
        } catch {
            // What the provider refuses for its contents it refuses again, and those behind it wait.
            if error.cause?.isAboutRequest == true {
                await giveUp(message, "the provider refuses the message")
            } else if error.cause?.kind == .invalidAnswer {
                await unusable(message)
            } else {
                await failed(message, Self.reason(error), notBefore: .seconds(error.retryAfterSeconds ?? 0))
            }
            return nil
        }
    }

    /// Why there is no answer, in Hearth's own words, up to the advice for callers: nobody asks again but the worker.
    private static func reason(_ error: APIError) -> String { String(error.message.prefix { $0 != ";" && $0 != "." }) }

    private func unusable(_ message: InboxMessage) async {
        // After attempts that failed for another reason, as while the provider was away, one odd answer is not the end.
        if message.error == Self.unusable, message.attempts + 1 >= Self.unusableAttempts {
            await giveUp(message, Self.unusable)
        } else {
            await failed(message, Self.unusable)
        }
    }

    /// Writes down what became of a message, as often as it takes.
    ///
    /// The message stays here meanwhile, with what was answered or sent: nothing is asked or sent a second time because a disk is full. Its
    /// sender stays busy and keeps his place, so there are never more of them than ``Settings/concurrency``.
    ///
    /// - Returns: false where the message is not open any more, or the service ends before it could be written.
    private func note(_ message: InboxMessage, _ write: () async throws -> Bool) async -> Bool {
        var failures = 0
        while true {
            do {
                return try await write()
            } catch {
                failures += 1
                logger.warning(
                    "the inbox cannot be written; it is tried again",
                    metadata: ["message_id": "\(message.id)", "failures": "\(failures)", "error": "\(error)"])
            }
            guard !state.withLock({ $0.isStopping }), !Task.isCancelled else { return false }
            let pause = settings.storePause(afterFailures: failures)
            // The end of the service cuts it short, for one attempt more.
            try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
        }
    }

    private func sent(_ message: InboxMessage) async {
        let now = timeSource.now()
        instruments.messages(.sent).increment()
        instruments.replyDuration.observe(max(.zero, now - message.receivedAt))
        _ = await note(message) { try await store.finish(message.id, .sent, error: nil, at: now) }
    }

    /// - Parameter wanted: the pause that was asked for.
    private func failed(_ message: InboxMessage, _ reason: String, notBefore wanted: Duration = .zero) async {
        guard message.attempts + 1 < settings.attempts else { return await giveUp(message, reason) }
        let pause = settings.pause(afterAttempts: message.attempts) * Double.random(in: 0.8...1.2)
        let due = timeSource.now() + max(pause, min(wanted, settings.longestPause))
        guard await note(message, { try await store.postpone(message.id, until: due, error: reason) }) else { return }
        instruments.messages(.retried).increment()
    }

    private func giveUp(_ message: InboxMessage, _ reason: String) async {
        let now = timeSource.now()
        guard await note(message, { try await store.finish(message.id, .dead, error: reason, at: now) }) else { return }
        instruments.messages(.dead).increment()
        logger.error(
            "a message is given up; GET /api/v1/inbox?state=dead has it, and POST /api/v1/inbox/retry tries it or all of them again",
            metadata: ["message_id": "\(message.id)", "attempts": "\(message.attempts + 1)", "error": "\(reason)"])
    }
}
