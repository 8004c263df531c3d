import HearthDrivers
import HearthTestKit
import Testing

@Suite("Messages that were given up and are opened again", .serialized, .timeLimit(.minutes(4)))
struct InboxRetryTests {
    private static func start(_ stage: Stage, _ graph: GraphServer) async throws -> RunningHearth {
        try await stage.start(
            settings: """
                cache: {lookupDeadline: 5s}
                whatsapp: {attempts: 1, concurrency: 1, inboxLimit: 2}
                """,
            environment: WhatsAppDelivery.environment(graph))
    }

    private static func retry(_ hearth: RunningHearth, _ body: String) async throws -> WebClient.Reply {
        try await hearth.client.post("/api/v1/inbox/retry", body)
    }

    private static func untilNothingIsOpen(_ hearth: RunningHearth) async throws {
        try await Deadline.until("nothing is open") { try await hearth.client.get("/api/v1/inbox").json["open"].integer == 0 }
    }

    @Test("One request opens all that can be answered still, the oldest first and as many as there is room for")
    func all() async throws {
        let stage = try await Stage()
        let graph = try await GraphServer.start()
        let hearth = try await Self.start(stage, graph)
        graph.fail(5)
        for number in 1...5 {
            // One after the other, as the inbox is small.
            _ = try await WhatsAppDelivery.deliver(
                hearth, [WhatsAppDelivery.message("wamid.\(number)", "Where are you?", from: "3460000000\(number)")])
            try await Deadline.until("it is given up") { try await hearth.client.get("/api/v1/inbox").json["dead"].integer == number }
        }
        // Of a customer who is deleted nothing is left that could be answered.
        #expect(try await hearth.client.send(.delete, "/api/v1/customers/34600000001").json["messages"].integer == 1)
        #expect(try await hearth.client.get("/api/v1/inbox").json["dead"].integer == 4)
        #expect(try await Self.retry(hearth, #"{"id": "wamid.1"}"#).status == 404)

        let one = try await Self.retry(hearth, #"{"id": "wamid.2"}"#)
        #expect(one.status == 202)
        #expect(one.json == .object(["id": .text("wamid.2"), "state": .text("waiting"), "reopened": .number(1)]))
        try await Self.untilNothingIsOpen(hearth)
        for count in [2, 1, 0] {
            let reply = try await Self.retry(hearth, #"{"all": true}"#)
            #expect(reply.status == 202)
            #expect(reply.json == .object(["state": .text("waiting"), "reopened": .number(Double(count))]))
            try await Self.untilNothingIsOpen(hearth)
        }
        let sent = Array(graph.replies.map(\.id).dropFirst(5))
        #expect(sent == ["wamid.2", "wamid.3", "wamid.4", "wamid.5"])

        let acts = "/api/v1/audit?action=inbox.retry"
        try await Deadline.until("every act is on record") { try await hearth.client.get(acts).json["acts"].items.count == 5 }
        let entries = try await hearth.client.get(acts).json["acts"].items.map { $0["entries"].integer }
        let expected: [Int?] = [0, 1, 2, 1, nil]
        #expect(entries == expected, "the latest first; the one that found nothing has none")
    }

    @Test("What waits, for how long, and what was given up is in the metrics that alerts look at")
    func metrics() async throws {
        let stage = try await Stage(latencyMilliseconds: 2_000)
        let graph = try await GraphServer.start()
        let hearth = try await Self.start(stage, graph)
        graph.fail(1)
        _ = try await WhatsAppDelivery.deliver(hearth, [WhatsAppDelivery.message("wamid.1", "Where are you?")])
        try await Deadline.until("it is seen to wait") {
            let metrics = try await hearth.metrics()
            return metrics.value("hearth_inbox_open_messages") == 1 && metrics.value("hearth_inbox_oldest_message_age_seconds") ?? 0 > 0.5
        }
        try await Deadline.until("it is seen to be given up") {
            let metrics = try await hearth.metrics()
            return metrics.value("hearth_inbox_dead_messages") == 1 && metrics.value("hearth_inbox_oldest_message_age_seconds") == 0
        }
        _ = try await Self.retry(hearth, #"{"all": true}"#)
        try await Deadline.until("nothing is left") {
            let metrics = try await hearth.metrics()
            return metrics.value("hearth_inbox_dead_messages") == 0 && metrics.value("hearth_inbox_open_messages") == 0
        }
    }

    @Test("Exactly one of an id and all is asked for, and a fault names the field")
    func faults() async throws {
        let stage = try await Stage()
        let hearth = try await Self.start(stage, try await GraphServer.start())
        for (body, field) in [
            ("{}", "id"), (#"{"id": 5}"#, "id"), (#"{"all": false}"#, "all"), (#"{"all": "yes"}"#, "all"),
            (#"{"id": "wamid.1", "all": true}"#, "all"), (#"{"id": "wamid.1", "all": false}"#, "all"),
        ] {
            let reply = try await Self.retry(hearth, body)
            #expect(reply.status == 400, "\(body)")
            #expect(reply.json["details"].items.map { $0["field"].text } == [field], "\(body)")
        }
        #expect(try await Self.retry(hearth, #"{"id": "wamid.1"}"#).status == 404)
    }
}
