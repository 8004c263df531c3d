import HearthDrivers
import HearthTelemetry
import HearthTestKit
import Testing

@testable import HearthServer

@Suite("What the Graph API's answers mean for a reply")
struct WhatsAppRepliesTests {
    private static func outcome(_ status: Int, _ body: String) async -> WhatsAppReplies.Outcome {
        let graph = RecordingGraph([HTTPClientResponse(status: status, body: Array(body.utf8))])
        let replies = WhatsAppReplies(http: graph, baseURL: "http://graph.example", accessToken: Secret("token"), timeout: .seconds(5))
        let now = Timestamp(seconds: 1000)
        let message = InboxMessage(id: "a", sender: "1", channel: "9", text: "Hi", writtenAt: now, receivedAt: now, dueAt: now)
        return await replies.send(message, "Hello.")
    }

    @Test(
        "A limit or a passing trouble, which Meta tells by a code beside 400, is tried again",
        arguments: [1, 2, 4, 80007, 130_429, 131_000, 131_016, 131_056])
    func passing(code: Int) async {
        let body = #"{"error":{"message":"no","code":\#(code)}}"#
        #expect(await Self.outcome(400, body) == .failed("the Graph API answered 400 with code \(code)"))
        #expect(await Self.outcome(404, body) == .failed("the Graph API answered 404 with code \(code)"))
    }

    @Test("Texts end within WhatsApp's limit, in which marks and joined signs count one by one")
    func shortened() {
        let fitting = String(repeating: "a", count: 4096)
        #expect(WhatsAppReplies.shortened(fitting) == fitting)
        for letter in ["a", "\u{5E9}\u{5B8}", "👩‍👩‍👧"] {
            let cut = WhatsAppReplies.shortened(String(repeating: letter, count: 4097))
            #expect(cut.unicodeScalars.count <= 4096 && cut.unicodeScalars.count > 4085 && cut.last == "…")
            #expect(cut.dropLast().allSatisfy { String($0) == letter })
        }
    }

    @Test("What can never be sent is refused for good", arguments: [100, 131_026, 131_047, 131_051])
    func refused(code: Int) async {
        let body = #"{"error":{"message":"no","code":\#(code)}}"#
        #expect(await Self.outcome(400, body) == .refused("the Graph API answered 400 with code \(code)"))
    }

    @Test("Without a code the status decides", arguments: ["", "no JSON", "{}", #"{"error":"no"}"#, #"{"error":{"code":"4"}}"#])
    func status(body: String) async {
        #expect(await Self.outcome(200, body) == .sent)
        #expect(await Self.outcome(400, body) == .refused("the Graph API answered 400"))
        #expect(await Self.outcome(429, body) == .failed("the Graph API answered 429"))
        #expect(await Self.outcome(503, body) == .failed("the Graph API answered 503"))
    }
}
