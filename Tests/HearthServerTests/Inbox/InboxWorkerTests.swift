import HearthDrivers
import HearthTelemetry
import HearthTestKit
import HearthUpstream
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import HearthServer

@Suite("The worker of the inbox", .timeLimit(.minutes(2)))
struct InboxWorkerTests {
    /// Answers every question, after what a test does first.
    private final class RecordingAnswers: Sendable {
        private let asked = Mutex<[String]>([])
        private let failure: UpstreamError?
        private let before: @Sendable (CacheQuery) async -> Void

        init(failure: UpstreamError?, before: @escaping @Sendable (CacheQuery) async -> Void) {
            self.failure = failure
            self.before = before
        }

        var questions: [String] { asked.withLock { $0 } }

        func answer(_ query: CacheQuery) async throws(APIError) -> String {
            asked.withLock { $0.append(query.query) }
            await before(query)
            if let failure { throw APIError(failure, cacheStatus: "") }
            return "The answer."
        }
    }

    /// A worker for one sender at a time, with everything that it stands on.
    private final class Bench: Sendable {
        let inbox: FailingInbox
        let graph: RecordingGraph
        let answers: RecordingAnswers
        let worker: InboxWorker
        private let folder: HearthTestKit.TemporaryFolder

        init(
            _ messages: [InboxMessage], failing: [FailingInbox.Writing: Int] = [:], graph script: [HTTPClientResponse] = [],
            storePause: Duration = .milliseconds(1), answers failure: UpstreamError? = nil,
            before: @escaping @Sendable (any Inbox, CacheQuery) async -> Void = { _, _ in }
        ) async throws {
            let folder = try HearthTestKit.TemporaryFolder(named: "hearth-worker")
            let inbox = FailingInbox(try await EmptyInbox(.sqlite, in: folder).inbox, failing: failing)
            let answers = RecordingAnswers(failure: failure) { await before(inbox, $0) }
            let graph = RecordingGraph(script)
            worker = InboxWorker(
                store: inbox,
                replies: WhatsAppReplies(http: graph, baseURL: "http://graph.example", accessToken: Secret("token"), timeout: .seconds(5)),
                settings: .init(
                    concurrency: 1, attempts: 8, firstPause: .milliseconds(1), kept: .seconds(86_400), firstStorePause: storePause,
                    longestStorePause: storePause),
                instruments: InboxInstruments(registry: MetricRegistry()), timeSource: SystemTimeSource(),
                logger: Logger(label: "inbox") { _ in SwiftLogNoOpLogHandler() },
                ask: { (query) async throws(APIError) in try await answers.answer(query) })
            (self.folder, self.inbox, self.answers, self.graph) = (folder, inbox, answers, graph)
            _ = try await inbox.accept(messages)
        }

        /// Lets the worker run until nothing is open.
        func work() async throws {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { [worker] in try await worker.run() }
                try await Deadline.until("nothing is open") { try await inbox.figures().open == 0 }
                tasks.cancelAll()
            }
        }
    }

    private static func message(_ id: String, from sender: String = "1", _ text: String = "Where are you?") -> InboxMessage {
        let now = SystemTimeSource().now()
        return InboxMessage(id: id, sender: sender, channel: "9", text: text, writtenAt: now, receivedAt: now, dueAt: now)
    }

    @Test("A reply that was sent and cannot be noted is noted later, and is not sent again", arguments: [1, 5])
    func sentOnce(failures: Int) async throws {
        let bench = try await Bench([Self.message("a")], failing: [.finish: failures])
        try await bench.work()
        #expect(bench.inbox.failures == failures)
        #expect(bench.graph.ids == ["a"] && bench.answers.questions.count == 1)
        #expect(try await bench.inbox.list(.sent, limit: 9).map(\.attempts) == [1])
    }

    @Test("An answer that cannot be kept is kept later, and is not asked for again; nothing is sent before", arguments: [1, 5])
    func askedOnce(failures: Int) async throws {
        let bench = try await Bench([Self.message("a")], failing: [.answer: failures])
        try await bench.work()
        #expect(bench.inbox.failures == failures)
        #expect(bench.graph.ids == ["a"] && bench.answers.questions.count == 1)
    }

    @Test("A failed attempt that cannot be noted counts once, and the next one comes when it is noted")
    func postponedOnce() async throws {
        let bench = try await Bench([Self.message("a")], failing: [.postpone: 3], graph: [HTTPClientResponse(status: 500)])
        try await bench.work()
        #expect(bench.inbox.failures == 3)
        #expect(bench.graph.ids == ["a", "a"] && bench.answers.questions.count == 1)
        #expect(try await bench.inbox.list(.sent, limit: 9).map(\.attempts) == [2])
    }

    @Test("What the provider refuses for its contents is given up at once: it would be refused again, and those behind it wait")
    func refusedContents() async throws {
        let refusal = UpstreamError(kind: .clientError(status: 400), message: "no")
        let bench = try await Bench([Self.message("a"), Self.message("b")], answers: refusal)
        try await bench.work()
        #expect(bench.answers.questions.count == 2 && bench.graph.ids.isEmpty)
        #expect(try await bench.inbox.list(.dead, limit: 9).map(\.attempts) == [1, 1])
    }

    @Test("A message whose answer cannot be used is given up after three of them: each is paid for, and those behind it wait")
    func unusable() async throws {
        let unusable = UpstreamError(kind: .invalidAnswer, message: "no text")
        let bench = try await Bench([Self.message("a"), Self.message("b")], answers: unusable)
        try await bench.work()
        let dead = try await bench.inbox.list(.dead, limit: 9)
        #expect(dead.map(\.attempts) == [3, 3] && dead.allSatisfy { $0.error == "the provider's answer cannot be used" })
        #expect(bench.answers.questions.count == 6 && bench.graph.ids.isEmpty)
    }

    @Test("After a long outage one answer that cannot be used is not the end of a message")
    func unusableOnce() async throws {
        let bench = try await Bench([Self.message("a")], answers: UpstreamError(kind: .invalidAnswer, message: "no text"))
        for _ in 0..<5 { _ = try await bench.inbox.postpone("a", until: SystemTimeSource().now(), error: "The provider failed (5xx)") }
        try await bench.work()
        #expect(try await bench.inbox.list(.dead, limit: 9).map(\.attempts) == [7])
        #expect(bench.answers.questions.count == 2)
    }

    @Test(
        "The inbox says why there was no answer, without what callers are advised to do",
        arguments: [
            (UpstreamError(kind: .serverError(status: 503), message: "its own words"), "The provider failed (5xx)"),
            (UpstreamError(kind: .timeout, message: "its own words"), "The provider did not answer in time"),
            (UpstreamError(kind: .budgetExhausted, message: "There is no budget left. Ask again; or not."), "There is no budget left"),
        ])
    func reasons(failure: UpstreamError, reason: String) async throws {
        let bench = try await Bench([Self.message("a")], answers: failure)
        try await bench.work()
        #expect(try await bench.inbox.list(.dead, limit: 9).map(\.error) == [reason])
    }

    @Test("Nobody is asked again before the time that the provider named")
    func named() async throws {
        let busy = UpstreamError(kind: .rateLimited, message: "busy", retryAfter: .seconds(90))
        let bench = try await Bench([Self.message("a")], answers: busy)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { [worker = bench.worker] in try await worker.run() }
            try await Deadline.until("it is postponed") { try await bench.inbox.list(.waiting, limit: 9).first?.attempts == 1 }
            tasks.cancelAll()
        }
        let due = try #require(try await bench.inbox.list(.waiting, limit: 9).first?.dueAt)
        #expect(due - SystemTimeSource().now() > .seconds(60))
        #expect(bench.answers.questions.count == 1)
    }

    @Test("The pauses of an inbox that cannot be written grow, up to a bound")
    func storePauses() {
        let settings = InboxWorker.Settings(concurrency: 1, attempts: 8, firstPause: .seconds(2), kept: .seconds(86_400))
        let pauses = [1, 2, 3, 4, 5, 6, 7, 1000].map { settings.storePause(afterFailures: $0) }
        #expect(pauses == [1, 2, 4, 8, 16, 30, 30, 30].map { Duration.seconds($0) })
    }

    @Test("The pauses between attempts grow, up to a bound, and those of the defaults take as long as the setting says")
    func pauses() {
        let settings = InboxWorker.Settings(concurrency: 1, attempts: 24, firstPause: .seconds(2), kept: .seconds(86_400))
        let pauses = (0..<23).map { settings.pause(afterAttempts: $0) }
        #expect(Array(pauses.prefix(9)) == [2, 4, 8, 16, 32, 64, 128, 256, 300].map { Duration.seconds($0) })
        let sum = pauses.reduce(Duration.zero, +)
        #expect(sum == .seconds(83 * 60 + 30))
        let attempts = WhatsAppSettings.attempts.description
        #expect(attempts.defaultText == "24" && WhatsAppSettings.firstPause.description.defaultText == "2s")
        #expect(attempts.meaning.hasSuffix("24 take some 83 minutes"))
    }

    @Test("The service ends although the inbox cannot be written")
    func end() async throws {
        let bench = try await Bench([Self.message("a")], failing: [.finish: .max], storePause: .seconds(86_400))
        let group = ServiceGroup(services: [bench.worker], logger: Logger(label: "life") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await Deadline.until("the reply is not noted") { bench.inbox.failures > 0 }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(bench.graph.ids == ["a"])
        #expect(try await bench.inbox.figures().open == 1)
    }

    @Test("A long message is asked for as a whole")
    func long() async throws {
        let text = String(repeating: "And then? ", count: 400) + "Do you sell gift cards?"
        let bench = try await Bench([Self.message("a", text)])
        try await bench.work()
        #expect(bench.answers.questions == [text])
        #expect(bench.graph.ids == ["a"])
    }

    @Test(
        "A message without words that anybody could see is given up at once",
        arguments: [" \n\u{2003}\t", "\u{200B}", " \u{200B}\u{2060}\u{FEFF}\u{AD}\n", "\u{3164}\u{E0041}"])
    func blank(text: String) async throws {
        let bench = try await Bench([Self.message("a", text)])
        try await bench.work()
        let dead = try await bench.inbox.list(.dead, limit: 9)
        #expect(dead.map(\.attempts) == [1] && dead.map(\.error) == ["the message has no words"])
        #expect(bench.answers.questions.isEmpty && bench.graph.ids.isEmpty)
    }

    @Test("Nothing is sent to a customer who is deleted while the message is with the provider, and nothing of it stays")
    func deleted() async throws {
        let bench = try await Bench([Self.message("gone"), Self.message("other", from: "2")]) { inbox, query in
            guard query.customer == "1" else { return }
            _ = try? await inbox.forget(sender: "1", at: SystemTimeSource().now())
        }
        // One sender after the other: the first message is done with when the second is sent.
        try await bench.work()
        #expect(bench.graph.ids == ["other"])
        let dead = try #require(try await bench.inbox.list(.dead, limit: 9).first)
        #expect(dead.id == "gone" && dead.text.isEmpty && dead.reply == nil && dead.sender.isEmpty)
    }
}
