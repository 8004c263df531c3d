import Crypto
import Foundation
import HearthTestKit
import Synchronization
import Testing

/// The Graph API as far as replies need it.
final class GraphServer: Sendable {
    let server: ScriptedServer
    private let failures: Failures

    /// How many of the next calls fail, and with which status.
    private final class Failures: Sendable {
        let state = Mutex((count: 0, status: 500))

        func next() -> Int? {
            state.withLock { state in
                guard state.count > 0 else { return nil }
                state.count -= 1
                return state.status
            }
        }
    }

    private init(_ server: ScriptedServer, _ failures: Failures) {
        self.server = server
        self.failures = failures
    }

    /// - Parameter pause: between a reply's arrival and its acknowledgement.
    static func start(acknowledgingAfter pause: Duration? = nil) async throws -> GraphServer {
        let failures = Failures()
        let server = try await ScriptedServer.start { _ in
            guard let status = failures.next() else {
                return (pause.map { [.wait($0)] } ?? []) + [.answer(#"{"messages":[{"id":"wamid.reply"}]}"#)]
            }
            return [.answer(status: status, #"{"error":{"message":"no"}}"#)]
        }
        return GraphServer(server, failures)
    }

    func fail(_ count: Int, status: Int = 500) { failures.state.withLock { $0 = (count, status) } }

    /// What was sent, in order, each as the id of the message that it answers and its words.
    var replies: [(id: String, to: String, text: String)] {
        server.requests.compactMap { request in
            guard let body = JSONNode(request.body), let id = body["biz_opaque_callback_data"].text else { return nil }
            return (id, body["to"].text ?? "", body["text"]["body"].text ?? "")
        }
    }
}

/// Deliveries as WhatsApp makes them.
enum WhatsAppDelivery {
    static let secret = "the-apps-secret-of-it"

    static func environment(_ graph: GraphServer) -> [String: String] {
        [
            "HEARTH_WHATSAPP_VERIFY_TOKEN": "agreed-upon", "HEARTH_WHATSAPP_APP_SECRETS": secret,
            "HEARTH_WHATSAPP_ACCESS_TOKEN": "graph-token", "HEARTH_WHATSAPP_GRAPH_URL": graph.server.url + "/v21.0",
        ]
    }

    static func message(_ id: String, _ text: String, from sender: String = "34600111222", at seconds: Int? = nil) -> String {
        let written = seconds ?? Int(Date().timeIntervalSince1970)
        return #"{"id":"\#(id)","from":"\#(sender)","timestamp":"\#(written)","type":"text","text":{"body":\#(JSONNode.quoted(text))}}"#
    }

    static func body(_ messages: [String], statuses: String = "") -> String {
        #"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"phone_number_id":"10987"},"messages":[\#(messages.joined(separator: ","))]\#(statuses)}}]}]}"#
    }

    static func signed(_ body: String, secret: String = secret) -> [String: String] {
        let code = HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: SymmetricKey(data: Array(secret.utf8)))
        return ["X-Hub-Signature-256": "sha256=" + code.map { String(format: "%02x", $0) }.joined(), "Content-Type": "application/json"]
    }

    static func deliver(_ hearth: RunningHearth, _ messages: [String], statuses: String = "") async throws -> WebClient.Reply {
        let body = body(messages, statuses: statuses)
        return try await hearth.client.post("/webhooks/whatsapp", body, headers: signed(body))
    }
}

@Suite("Messages of WhatsApp", .serialized, .timeLimit(.minutes(4)))
struct WhatsAppTests {
    private static func start(_ stage: Stage, _ graph: GraphServer, more: String = "") async throws -> RunningHearth {
        try await stage.start(
            settings: """
                cache: {lookupDeadline: 5s}
                whatsapp:
                  firstPause: 50ms
                  attempts: 3
                \(more)
                """,
            environment: WhatsAppDelivery.environment(graph))
    }

    @Test("The webhook proves itself to whoever knows the word, and to nobody else")
    func verification() async throws {
        let stage = try await Stage()
        let hearth = try await Self.start(stage, try await GraphServer.start())
        func verify(_ query: String) async throws -> WebClient.Reply { try await hearth.client.get("/webhooks/whatsapp?" + query) }
        let good = try await verify("hub.mode=subscribe&hub.verify_token=agreed-upon&hub.challenge=1158201444")
        #expect(good.status == 200 && good.text == "1158201444" && good.header("Content-Type")?.hasPrefix("text/plain") == true)
        for query in [
            "", "hub.mode=subscribe&hub.verify_token=agreed-upon", "hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1",
            "hub.mode=unsubscribe&hub.verify_token=agreed-upon&hub.challenge=1",
            "hub.mode=subscribe&hub.verify_token=agreed-upon&hub.challenge=%3Cscript%3E",
            "hub.mode=subscribe&hub.verify_token=agreed-upon&hub.challenge=\(String(repeating: "1", count: 300))",
        ] {
            #expect(try await verify(query).status == 403, "\(query)")
        }
        #expect(try await hearth.metrics().value("hearth_inbox_refused_deliveries_total", ["reason": "verification"]) == 6)
    }

    @Test("A message is answered through the cache by the Graph API, once however often it is delivered, also after a restart")
    func answering() async throws {
        let stage = try await Stage()
        let graph = try await GraphServer.start()
        let hearth = try await Self.start(stage, graph)
        let first = try await WhatsAppDelivery.deliver(
            hearth, [WhatsAppDelivery.message("wamid.1", "Do you sell gift cards?")], statuses: #","statuses":[{"id":"x","status":"read"}]"#
        )
        #expect(first.status == 200)
        #expect(first.json["accepted"].integer == 1 && first.json["ignored"].integer == 1)
        try await Deadline.until("the reply is sent") { graph.replies.count == 1 }
        let reply = try #require(graph.replies.first)
        #expect(reply.id == "wamid.1" && reply.to == "34600111222" && reply.text.contains("gift cards"))
        let request = try #require(graph.server.requests.first)
        #expect(request.head.hasPrefix("POST /v21.0/10987/messages HTTP/1.1"))
        #expect(request.header("Authorization") == "Bearer graph-token")
        #expect(request.header("Idempotency-Key") == "wamid.1")
        #expect(
            try await WhatsAppDelivery.deliver(hearth, [WhatsAppDelivery.message("wamid.1", "Do you sell gift cards?")]).json["duplicates"]
                .integer == 1)
        // Another customer with the same question costs nothing.
        _ = try await WhatsAppDelivery.deliver(hearth, [WhatsAppDelivery.message("wamid.2", "do you sell gift cards", from: "34600999888")])
        try await Deadline.until("the second reply is sent") { graph.replies.count == 2 }
        #expect(try await stage.provider.calls == 1)
        try await Deadline.until("both are noted") { try await hearth.client.get("/api/v1/inbox").json["open"].integer == 0 }
        let metrics = try await hearth.metrics()
        #expect(metrics.value("hearth_inbox_messages_total", ["outcome": "accepted"]) == 2)
        #expect(metrics.value("hearth_inbox_messages_total", ["outcome": "sent"]) == 2)
        #expect(metrics.value("hearth_inbox_messages_total", ["outcome": "duplicate"]) == 1)
        #expect(metrics.value("hearth_inbox_reply_duration_seconds_count") == 2)
        let listed = try await hearth.client.get("/api/v1/inbox?state=sent").json["messages"]
        #expect(listed.items.map { $0["id"].text } == ["wamid.2", "wamid.1"])
        #expect(!(try await hearth.client.get("/api/v1/inbox").text.contains("gift")))
        _ = try await hearth.terminate()
        let again = try await Self.start(stage, graph)
        #expect(
            try await WhatsAppDelivery.deliver(again, [WhatsAppDelivery.message("wamid.1", "Do you sell gift cards?")]).json["duplicates"]
                .integer == 1)
        #expect(graph.replies.count == 2)
    }

    @Test("Forged, altered, oversized and malformed deliveries change nothing")
    func refused() async throws {
        let stage = try await Stage()
        let graph = try await GraphServer.start()
        let hearth = try await Self.start(stage, graph, more: "  bodyBytes: 10KiB")
        let body = WhatsAppDelivery.body([WhatsAppDelivery.message("wamid.1", "Do you sell gift cards?")])
        let good = WhatsAppDelivery.signed(body)
        for headers in [
            [:], ["X-Hub-Signature": good["X-Hub-Signature-256"] ?? ""], ["X-Hub-Signature-256": "sha256="],
            WhatsAppDelivery.signed(body, secret: "somebody-elses-secret"), WhatsAppDelivery.signed(body + " "),
        ] {
            #expect(try await hearth.client.post("/webhooks/whatsapp", body, headers: headers).status == 401)
        }
        for malformed in ["", "{", "[]", #"{"object":"page"}"#, "\u{FEFF}\(body)"] {
            #expect(
                try await hearth.client.post("/webhooks/whatsapp", malformed, headers: WhatsAppDelivery.signed(malformed)).status == 400)
        }
        let large = WhatsAppDelivery.body([WhatsAppDelivery.message("wamid.2", String(repeating: "x", count: 12_000))])
        #expect(try await hearth.client.post("/webhooks/whatsapp", large, headers: WhatsAppDelivery.signed(large)).status == 413)
        #expect(try await hearth.client.get("/api/v1/inbox").json["messages"].items.isEmpty)
        let metrics = try await hearth.metrics()
        #expect(metrics.value("hearth_inbox_refused_deliveries_total", ["reason": "signature"]) == 5)
        #expect(metrics.value("hearth_inbox_refused_deliveries_total", ["reason": "malformed"]) == 5)
        #expect(graph.replies.isEmpty)
    }

    @Test("Replies of one sender keep the order in which they were written, also over failures; others do not wait for them")
    func order() async throws {
        let stage = try await Stage(latencyMilliseconds: 20)
        let graph = try await GraphServer.start()
        let hearth = try await Self.start(stage, graph, more: "  messagesPerMinute: 100")
        let now = Int(Date().timeIntervalSince1970)
        graph.fail(2)
        // Delivered the wrong way round.
        let messages = (0..<10).reversed().map {
            WhatsAppDelivery.message("wamid.\($0)", "Is there a room for \($0 + 2) people?", at: now - 60 + $0)
        }
        #expect(
            try await WhatsAppDelivery.deliver(
                hearth, messages + [WhatsAppDelivery.message("wamid.other", "Where are you?", from: "34600999888")]
            ).json["accepted"].integer == 11)
        try await Deadline.until("all are answered", within: .seconds(30)) {
            try await hearth.client.get("/api/v1/inbox?state=sent").json["messages"].items.count == 11
        }
        var seen: Set<String> = []
        let order = graph.replies.map(\.id).filter { $0 != "wamid.other" && seen.insert($0).inserted }
        #expect(order == (0..<10).map { "wamid.\($0)" })
        #expect(try await hearth.metrics().value("hearth_inbox_messages_total", ["outcome": "retried"]) == 2)
    }

    @Test("What cannot be sent is given up after its attempts, is listed, and can be tried again")
    func dead() async throws {
        let stage = try await Stage()
        let graph = try await GraphServer.start()
        let hearth = try await Self.start(stage, graph)
        graph.fail(3)
        _ = try await WhatsAppDelivery.deliver(hearth, [WhatsAppDelivery.message("wamid.1", "Do you sell gift cards?")])
        try await Deadline.until("it is given up") { try await hearth.client.get("/api/v1/inbox").json["dead"].integer == 1 }
        let listed = try await hearth.client.get("/api/v1/inbox?state=dead").json["messages"][0]
        #expect(listed["attempts"].integer == 3 && listed["error"].text == "the Graph API answered 500" && listed["sender"].text == "…222")
        #expect(try await hearth.client.post("/api/v1/inbox/retry", #"{"id": "wamid.1"}"#).status == 202)
        try await Deadline.until("it is sent") { try await hearth.client.get("/api/v1/inbox?state=sent").json["messages"].items.count == 1 }
        #expect(try await hearth.client.post("/api/v1/inbox/retry", #"{"id": "wamid.1"}"#).status == 404)
        // One that is refused for good is not tried again.
        graph.fail(1, status: 400)
        _ = try await WhatsAppDelivery.deliver(hearth, [WhatsAppDelivery.message("wamid.2", "Where are you?")])
        try await Deadline.until("it is given up") { try await hearth.client.get("/api/v1/inbox").json["dead"].integer == 1 }
        #expect(try await hearth.client.get("/api/v1/inbox?state=dead").json["messages"][0]["attempts"].integer == 1)
        // Asked once; the answer was kept with the message.
        #expect(try await stage.provider.calls == 2)
    }

    @Test("A flood of one sender is cut off, and a full inbox asks for another delivery")
    func limits() async throws {
        let stage = try await Stage()
        let graph = try await GraphServer.start()
        let hearth = try await Self.start(stage, graph, more: "  messagesPerMinute: 3\n  inboxLimit: 5")
        let flood = (0..<8).map { WhatsAppDelivery.message("wamid.\($0)", "Is there a room for \($0 + 2) people?") }
        let reply = try await WhatsAppDelivery.deliver(hearth, flood)
        #expect(reply.json["accepted"].integer == 3 && reply.json["limited"].integer == 5)
        let many = (0..<6).map { WhatsAppDelivery.message("wamid.many.\($0)", "Where are you?", from: "3460000000\($0)") }
        let full = try await WhatsAppDelivery.deliver(hearth, many)
        #expect(full.status == 503 && full.header("Retry-After") == "30")
        #expect(try await hearth.metrics().value("hearth_inbox_refused_deliveries_total", ["reason": "full"]) == 1)
    }

    @Test(
        "Killed at any moment between acceptance and reply, every accepted message is answered, and once for a receiver that knows our ids",
        arguments: [false, true])
    func killed(beforeAcknowledgement: Bool) async throws {
        let stage = try await Stage(latencyMilliseconds: 30)
        let graph = try await GraphServer.start(acknowledgingAfter: beforeAcknowledgement ? .milliseconds(300) : nil)
        var accepted: [String] = []
        for round in 0..<6 {
            // Counted first: where deliveries take long, everything may be sent before the last of them is accepted.
            let sent = graph.replies.count
            let hearth = try await Self.start(stage, graph, more: "  messagesPerMinute: 1000")
            for number in 0..<5 {
                let id = "wamid.\(round).\(number)"
                let reply = try await WhatsAppDelivery.deliver(
                    hearth,
                    [WhatsAppDelivery.message(id, "Is there a room for \(round * 5 + number + 2) people?", from: "3460000000\(number)")])
                if reply.json["accepted"].integer == 1 { accepted.append(id) }
            }
            // Sometimes before the provider has answered, sometimes in the middle of the replies.
            try await Deadline.until("some are sent") { graph.replies.count >= sent + round % 3 }
            try await hearth.killAtOnce()
        }
        let last = try await Self.start(stage, graph, more: "  messagesPerMinute: 1000")
        try await Deadline.until("nothing is open", within: .seconds(30)) {
            try await last.client.get("/api/v1/inbox").json["open"].integer == 0
        }
        #expect(accepted.count == 30)
        #expect(Set(graph.replies.map(\.id)) == Set(accepted))
        // What had arrived and was not acknowledged is sent again.
        #expect(!beforeAcknowledgement || graph.replies.count > accepted.count)
        // A repetition says the same, word for word.
        let texts = Dictionary(grouping: graph.replies, by: \.id).mapValues { Set($0.map(\.text)) }
        #expect(texts.values.allSatisfy { $0.count == 1 })
        #expect(try await last.client.get("/api/v1/inbox").json["dead"].integer == 0)
    }

    @Test("Where nothing is configured the webhook refuses everything, and a half of it warns")
    func unconfigured() async throws {
        let stage = try await Stage()
        let hearth = try await stage.start(environment: ["HEARTH_WHATSAPP_VERIFY_TOKEN": "agreed-upon"])
        #expect(try await WhatsAppDelivery.deliver(hearth, [WhatsAppDelivery.message("wamid.1", "Hi")]).status == 404)
        #expect(try await hearth.client.get("/api/v1/inbox").status == 404)
        #expect(try await hearth.client.post("/api/v1/inbox/retry", #"{"all": true}"#).status == 404)
        #expect(hearth.program.errors.contains("configured in part") || hearth.program.output.contains("configured in part"))
    }
}
