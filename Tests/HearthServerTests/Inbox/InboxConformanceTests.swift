import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Logging
import Testing

@testable import HearthServer

/// An inbox of either kind, empty, with what it stands on.
struct EmptyInbox {
    enum Kind: String, CaseIterable, Sendable {
        case sqlite
        case postgres
    }

    let inbox: any Inbox

    /// - Parameters:
    ///   - folder: for the file of SQLite, which must not go before the inbox does.
    ///   - lease: zero lets a message be taken again at once, which an inbox that is not shared always does.
    init(
        _ kind: Kind, in folder: HearthTestKit.TemporaryFolder, limit: Int = 100, perMinute: Int = 100, lease: Duration = .zero,
        url: String? = nil
    ) async throws {
        let limits = InboxLimits(open: limit, perSenderAndMinute: perMinute)
        switch kind {
        case .sqlite:
            inbox = SQLiteInbox(database: try HearthDatabase.open(at: folder.path + "/hearth.sqlite"), limits: limits)
        case .postgres:
            let address = if let url { url } else { try await PostgresScratch.url() }
            let client = PostgresClient(
                address: try PostgresAddress(url: address), logger: Logger(label: "inbox") { _ in SwiftLogNoOpLogHandler() })
            _ = try await PostgresMigrator(SharedDatabase.migrations).migrate(client)
            inbox = PostgresInbox(client: client, limits: limits, lease: lease)
        }
    }
}

@Suite("An inbox, in either database", .timeLimit(.minutes(2)))
struct InboxConformanceTests {
    private let folder: HearthTestKit.TemporaryFolder

    init() throws {
        folder = try HearthTestKit.TemporaryFolder(named: "hearth-inbox")
    }

    private static func message(_ id: String, from sender: String = "1", written: Int64 = 1000, received: Int64 = 1000) -> InboxMessage {
        InboxMessage(
            id: id, sender: sender, channel: "9", text: "text of \(id)", writtenAt: Timestamp(seconds: written),
            receivedAt: Timestamp(seconds: received), dueAt: Timestamp(seconds: received))
    }

    private static func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) }

    @Test("A message is accepted once, whatever happened to it since", arguments: EmptyInbox.Kind.allCases)
    func duplicates(kind: EmptyInbox.Kind) async throws {
        let store = try await EmptyInbox(kind, in: folder).inbox
        #expect(try await store.accept([Self.message("a"), Self.message("a"), Self.message("b")]) == .init(accepted: 2, duplicates: 1))
        try await store.finish("a", .sent, error: nil, at: Self.at(1001))
        #expect(try await store.accept([Self.message("a", received: 5000)]) == .init(duplicates: 1))
        try await store.forget(at: Self.at(1001 + 86_400 * 7), kept: .seconds(86_400 * 14))
        #expect(try await store.accept([Self.message("a", received: 9000)]) == .init(duplicates: 1))
    }

    @Test(
        "Of each sender the oldest by the sender's clock is due, and the next only when that is done with",
        arguments: EmptyInbox.Kind.allCases)
    func order(kind: EmptyInbox.Kind) async throws {
        let store = try await EmptyInbox(kind, in: folder).inbox
        _ = try await store.accept([
            Self.message("late", written: 1003), Self.message("early", written: 1001), Self.message("other", from: "2", written: 1002),
        ])
        #expect(try await store.take(at: Self.at(1000), without: [], limit: 10).map(\.id) == ["early", "other"])
        #expect(try await store.take(at: Self.at(1000), without: ["1"], limit: 10).map(\.id) == ["other"])
        try await store.postpone("early", until: Self.at(2000), error: "why")
        #expect(try await store.take(at: Self.at(1999), without: [], limit: 10).map(\.id) == ["other"])
        let again = try await store.take(at: Self.at(2000), without: ["2"], limit: 10)
        #expect(again.map(\.id) == ["early"] && again[0].attempts == 1 && again[0].error == "why")
        try await store.finish("early", .dead, error: "no", at: Self.at(2001))
        #expect(try await store.take(at: Self.at(2001), without: ["2"], limit: 10).map(\.id) == ["late"])
    }

    @Test("An answer that is kept and not known to be sent is there word for word", arguments: EmptyInbox.Kind.allCases)
    func answered(kind: EmptyInbox.Kind) async throws {
        let store = try await EmptyInbox(kind, in: folder).inbox
        _ = try await store.accept([Self.message("a")])
        try await store.answer("a", with: "The answer.")
        let due = try await store.take(at: Self.at(1000), without: [], limit: 1)
        #expect(due.map(\.reply) == ["The answer."] && due[0].state == .answered)
    }

    @Test(
        "A full inbox takes nothing new, and all or none of a delivery; what it has already does no harm",
        arguments: EmptyInbox.Kind.allCases)
    func full(kind: EmptyInbox.Kind) async throws {
        let store = try await EmptyInbox(kind, in: folder, limit: 2).inbox
        _ = try await store.accept([Self.message("a")])
        await #expect(throws: InboxFull.self) { _ = try await store.accept([Self.message("b"), Self.message("c")]) }
        #expect(try await store.figures().open == 1)
        _ = try await store.accept([Self.message("b")])
        #expect(try await store.accept([Self.message("a")]) == .init(duplicates: 1))
    }

    @Test("Who writes too much within a minute is not answered, and others are", arguments: EmptyInbox.Kind.allCases)
    func limited(kind: EmptyInbox.Kind) async throws {
        let store = try await EmptyInbox(kind, in: folder, perMinute: 2).inbox
        let flood = (0..<4).map { Self.message("m\($0)") } + [Self.message("other", from: "2")]
        #expect(try await store.accept(flood) == .init(accepted: 3, limited: 2))
        #expect(try await store.accept([Self.message("m3")]) == .init(duplicates: 1))
        #expect(try await store.accept([Self.message("later", received: 1061)]) == .init(accepted: 1))
    }

    @Test("Who goes on writing too much is answered as often as he may be", arguments: EmptyInbox.Kind.allCases)
    func limitedForLong(kind: EmptyInbox.Kind) async throws {
        let store = try await EmptyInbox(kind, in: folder, perMinute: 1).inbox
        var accepted = 0
        for number in 0..<10 {
            accepted += try await store.accept([Self.message("m\(number)", received: 1000 + Int64(number) * 31)]).accepted
        }
        #expect(accepted == 5)
    }

    @Test("One that was written before another and came after it waits while the other is worked on by another replica")
    func workedOnElsewhere() async throws {
        let store = try await EmptyInbox(.postgres, in: folder, lease: .seconds(60)).inbox
        _ = try await store.accept([Self.message("second", written: 1010)])
        #expect(try await store.take(at: Self.at(1000), without: [], limit: 9).map(\.id) == ["second"])
        _ = try await store.accept([Self.message("first", written: 1009), Self.message("other", from: "2")])
        #expect(try await store.take(at: Self.at(1000), without: [], limit: 9).map(\.id) == ["other"])
        #expect(try await store.finish("second", .sent, error: nil, at: Self.at(1000)))
        #expect(try await store.take(at: Self.at(1000), without: [], limit: 9).map(\.id) == ["first"])
    }

    @Test(
        "What was said goes with the answer, who said it an hour later, and the message when it is long done with",
        arguments: EmptyInbox.Kind.allCases)
    func forgetting(kind: EmptyInbox.Kind) async throws {
        let store = try await EmptyInbox(kind, in: folder).inbox
        _ = try await store.accept([Self.message("a"), Self.message("dead", from: "2")])
        try await store.answer("a", with: "The answer.")
        try await store.finish("a", .sent, error: nil, at: Self.at(1000))
        try await store.finish("dead", .dead, error: "no", at: Self.at(1000))
        var sent = try #require(try await store.list(.sent, limit: 1).first)
        #expect(sent.text.isEmpty && sent.reply == nil && sent.sender == "1")
        try await store.forget(at: Self.at(1000 + 3601), kept: .seconds(86_400))
        sent = try #require(try await store.list(.sent, limit: 1).first)
        #expect(sent.sender.isEmpty)
        #expect(try await store.reopen("dead", at: Self.at(5000)))
        #expect(try await store.take(at: Self.at(5000), without: [], limit: 1).map(\.text) == ["text of dead"])
        #expect(try await !store.reopen("a", at: Self.at(5000)))
        try await store.forget(at: Self.at(1001 + 86_400), kept: .seconds(86_400))
        #expect(try await store.list(nil, limit: 9).map(\.id) == ["dead"])
    }

    @Test(
        "A sender who is forgotten is no longer named, nothing he said is left, and what was open is given up",
        arguments: EmptyInbox.Kind.allCases)
    func erasure(kind: EmptyInbox.Kind) async throws {
        let store = try await EmptyInbox(kind, in: folder).inbox
        _ = try await store.accept([Self.message("sent"), Self.message("open", written: 1001), Self.message("other", from: "2")])
        try await store.answer("sent", with: "The answer.")
        try await store.finish("sent", .sent, error: nil, at: Self.at(1000))
        #expect(try await store.forget(sender: "1", at: Self.at(1100)) == 2)
        #expect(try await store.forget(sender: "1", at: Self.at(1100)) == 0)
        let left = try await store.list(nil, limit: 9).filter { $0.id != "other" }
        #expect(left.allSatisfy { $0.sender.isEmpty && $0.text.isEmpty && $0.reply == nil })
        #expect(Set(left.map(\.state)) == [.sent, .dead])
        #expect(try await store.take(at: Self.at(2000), without: [], limit: 9).map(\.id) == ["other"])
        #expect(try await store.accept([Self.message("open")]) == .init(duplicates: 1), "sent again it is known all the same")
    }

    @Test(
        "What was given up is opened again, the oldest first and as far as there is room; what a forgotten sender wrote does not count",
        arguments: EmptyInbox.Kind.allCases)
    func reopening(kind: EmptyInbox.Kind) async throws {
        let store = try await EmptyInbox(kind, in: folder, limit: 3).inbox
        _ = try await store.accept(["gone", "first", "second"].map { Self.message($0, from: $0) })
        try await store.answer("second", with: "The answer.")
        for id in ["second", "gone", "first"] { try await store.finish(id, .dead, error: "no", at: Self.at(1001)) }
        _ = try await store.accept(["third", "open"].map { Self.message($0, from: $0) })
        try await store.finish("third", .dead, error: "no", at: Self.at(1002))
        #expect(try await store.figures().dead == 4)
        #expect(try await store.forget(sender: "gone", at: Self.at(1100)) == 1)
        #expect(try await store.figures() == InboxFigures(open: 1, dead: 3, oldest: Self.at(1000)))
        #expect(try await !store.reopen("gone", at: Self.at(1200)))

        #expect(try await store.reopenAll(at: Self.at(1200)) == 2)
        #expect(try await store.list(.waiting, limit: 9).map(\.id) == ["open", "first"])
        #expect(try await store.list(.answered, limit: 9).map(\.reply) == ["The answer."], "it is not asked for again")
        #expect(try await store.reopenAll(at: Self.at(1300)) == 0, "there is no room")
        try await store.finish("first", .sent, error: nil, at: Self.at(1301))
        #expect(try await store.reopenAll(at: Self.at(1400)) == 1)
        let third = try #require(try await store.list(.waiting, limit: 9).first { $0.id == "third" })
        #expect(third.attempts == 0 && third.dueAt == Self.at(1400) && third.finishedAt == nil && third.text == "text of third")
        try await store.finish("third", .sent, error: nil, at: Self.at(1401))
        #expect(try await store.reopenAll(at: Self.at(1500)) == 0, "there is nothing left")
        #expect(try await store.list(.dead, limit: 9).map(\.id) == ["gone"])
        #expect(try await store.figures().dead == 0)
    }

    @Test("A message that has ended stays as it is, whatever was on its way meanwhile", arguments: EmptyInbox.Kind.allCases)
    func ended(kind: EmptyInbox.Kind) async throws {
        let store = try await EmptyInbox(kind, in: folder).inbox
        _ = try await store.accept([Self.message("a"), Self.message("open", from: "2")])
        #expect(try await store.forget(sender: "1", at: Self.at(1100)) == 1)
        let dead = try await store.list(.dead, limit: 9)
        #expect(try await !store.answer("a", with: "The answer."))
        #expect(try await !store.postpone("a", until: Self.at(1200), error: "why"))
        #expect(try await !store.finish("a", .sent, error: nil, at: Self.at(1300)))
        #expect(try await store.list(.dead, limit: 9) == dead)
        #expect(try await !store.answer("unknown", with: "The answer."))
        #expect(try await store.answer("open", with: "The answer."))
        #expect(try await store.answer("open", with: "The answer."), "kept again")
        #expect(try await !store.answer("open", with: "Another answer."), "the first one may be sent already")
        #expect(try await store.postpone("open", until: Self.at(1200), error: "why"))
        #expect(try await store.finish("open", .sent, error: nil, at: Self.at(1300)))
    }

    @Test(
        "The next look is for the first message of each sender, not for what waits behind one or is worked on",
        arguments: EmptyInbox.Kind.allCases)
    func next(kind: EmptyInbox.Kind) async throws {
        let store = try await EmptyInbox(kind, in: folder).inbox
        #expect(try await store.nextDue(without: []) == nil)
        _ = try await store.accept([
            Self.message("early", written: 1001), Self.message("late", written: 1002), Self.message("other", from: "2", received: 1500),
        ])
        #expect(try await store.nextDue(without: []) == Self.at(1000))
        #expect(try await store.nextDue(without: ["1"]) == Self.at(1500))
        #expect(try await store.nextDue(without: ["1", "2", "3"]) == nil)
        try await store.postpone("early", until: Self.at(2000), error: "why")
        #expect(try await store.nextDue(without: []) == Self.at(1500))
        #expect(try await store.nextDue(without: ["2"]) == Self.at(2000))
        try await store.finish("early", .dead, error: "no", at: Self.at(2001))
        #expect(try await store.nextDue(without: ["2"]) == Self.at(1000))
    }

    @Test("A thousand messages are taken over in one go", arguments: EmptyInbox.Kind.allCases)
    func many(kind: EmptyInbox.Kind) async throws {
        let store = try await EmptyInbox(kind, in: folder, limit: 10_000, perMinute: 10_000).inbox
        let messages = (0..<1000).map { Self.message("m\($0)", from: "\($0 % 7)") }
        #expect(try await store.accept(messages).accepted == 1000)
        #expect(try await store.accept(messages).duplicates == 1000)
    }

    @Test("Of replicas that share an inbox one has a message, until it ends, postpones it or is gone for good")
    func leases() async throws {
        let url = try await PostgresScratch.url()
        let (one, other) = (
            try await EmptyInbox(.postgres, in: folder, lease: .seconds(3600), url: url).inbox,
            try await EmptyInbox(.postgres, in: folder, lease: .seconds(3600), url: url).inbox
        )
        _ = try await one.accept((0..<20).map { Self.message("m\($0)", from: "\($0)") })
        let taken = try await withThrowingTaskGroup(of: [InboxMessage].self) { group -> [String] in
            for inbox in [one, other, one, other] { group.addTask { try await inbox.take(at: Self.at(2000), without: [], limit: 20) } }
            return try await group.reduce(into: []) { $0 += $1.map(\.id) }
        }
        #expect(taken.count == 20 && Set(taken).count == 20)
        #expect(try await other.nextDue(without: []) == nil, "somebody works on each")
        try await one.postpone("m0", until: Self.at(1500), error: "no")
        #expect(try await other.nextDue(without: []) == Self.at(1500))
        #expect(try await other.take(at: Self.at(2000), without: [], limit: 20).map(\.id) == ["m0"])
        // One whose holder is gone: its lease is over.
        let gone = try await EmptyInbox(.postgres, in: folder, url: url).inbox
        try await one.postpone("m1", until: Self.at(1500), error: "no")
        #expect(try await gone.take(at: Self.at(2000), without: [], limit: 20).map(\.id) == ["m1"])
        #expect(try await other.take(at: Self.at(2000), without: [], limit: 20).map(\.id) == ["m1"])
    }
}
